#include <filesystem>
#include <new>
#include <string>

#include "rfhgn/parallel/activity.hpp"
#include "rfhgn/parallel/agreement.hpp"

#include "support/world.hpp"

namespace rfhgn::tests {

namespace {

/// What(), advice and "everywhere" of the error of type E that `body` throws; "" when it throws nothing.
template <class E, class Body>
std::string caught(Body&& body) {
    try {
        body();
    } catch (const E& error) {
        return std::string(error.what()) + "|" + error.advice() + "|" + (error.everywhere() ? "all" : "one");
    }
    return {};
}

}  // namespace

TEST_CASE("together returns each rank's value when none fails") {
    CHECK(parallel::together(world(), [] { return world().rank() * 3; }) == world().rank() * 3);
    CHECK_NOTHROW(parallel::together(world(), [] {}));
    CHECK_NOTHROW(parallel::agree(world(), {}));
}

TEST_CASE("a path that cannot be looked at is bad input, told by its name") {
    const auto text = caught<InputError>([&] {
        parallel::together(world(), [&] {
            throw std::filesystem::filesystem_error("status", "locked/data.h5",
                                                    std::make_error_code(std::errc::permission_denied));
        });
    });
    CHECK(text.starts_with("cannot reach 'locked/data.h5': Permission denied|see that the path"));
}

TEST_CASE("an error on one rank is thrown by all, whichever rank it is") {
    for (int failing = 0; failing < world().size(); ++failing) {
        const auto text = caught<InputError>([&] {
            parallel::together(world(), [&] {
                require(world().rank() != failing, Advice{"mend it"}, "rank {} found a hole", world().rank());
            });
        });
        REQUIRE_ALL(text == "rank " + std::to_string(failing) + " found a hole|mend it|all");
        // The ranks are still in step.
        REQUIRE_ALL(parallel::sum(world(), 1) == world().size());
    }
}

TEST_CASE("of several errors the lowest rank's is thrown by all") {
    const int lowest = world().size() / 2;
    const auto text = caught<RunError>([&] {
        parallel::together(world(), [&]() -> double {
            if (world().rank() >= lowest) throw RunError("rank " + std::to_string(world().rank()), "");
            return 1.0;
        });
    });
    REQUIRE_ALL(text == "rank " + std::to_string(lowest) + "||all");
}

TEST_CASE("any other exception of one rank becomes a failed run of all") {
    const int last = world().size() - 1;
    const auto text = caught<RunError>([&] {
        parallel::together(world(), [&] {
            if (world().rank() == last) throw std::out_of_range("index 7");
        });
    });
    REQUIRE_ALL(text == "index 7||all");
}

TEST_CASE("the exit code travels with the error") {
    ExitCode code = ExitCode::success;
    std::optional<Error> local;
    if (world().rank() == world().size() - 1) local = Error(ExitCode::stopped_early, "out of time");
    try {
        parallel::agree(world(), local);
    } catch (const Error& error) {
        code = error.code();
    }
    REQUIRE_ALL(code == ExitCode::stopped_early);
}

TEST_CASE("exhausted memory is told with what was being done") {
    static constexpr parallel::Activity activity{"is counting", "count less"};
    const parallel::ScopedActivity counting(activity);
    const auto text = caught<RunError>([&] {
        parallel::together(world(), [] {
            if (world().rank() + 1 == world().size()) throw std::bad_alloc();
        });
    });
    REQUIRE_ALL(text ==
                fmt::format("rank {} has no memory left: it is counting|count less|all", world().size() - 1));
}

}  // namespace rfhgn::tests
