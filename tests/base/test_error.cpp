#include <string>

#include <catch2/catch.hpp>

#include "rfhgn/base/error.hpp"

namespace rfhgn::tests {

TEST_CASE("require throws the formatted message with its advice, or nothing") {
    CHECK_NOTHROW(require(true, Advice{"do not"}, "value {}", 1));
    try {
        require(false, Advice{"use fewer"}, "{} of {} ranks own nothing", 3, "four");
        FAIL("require did not throw");
    } catch (const InputError& error) {
        CHECK(std::string(error.what()) == "3 of four ranks own nothing");
        CHECK(error.advice() == "use fewer");
        CHECK(error.code() == ExitCode::bad_input);
        CHECK_FALSE(error.everywhere());
    }
}

TEST_CASE("require throws the kind of error that is asked for") {
    try {
        require<RunError>(false, Advice{}, "disk full");
        FAIL("require did not throw");
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::run_failed);
        CHECK(error.advice().empty());
    }
}

TEST_CASE("an error remembers that all ranks know of it") {
    InputError error("x");
    error.set_everywhere();
    const Error copy = error;
    CHECK(copy.everywhere());
}

TEST_CASE("an assertion names its expression and its place") {
    const int nodes = 3;
    CHECK_NOTHROW(RFHGN_ASSERT(nodes == 3));
    CHECK_THROWS_WITH(RFHGN_ASSERT(nodes == 4), Catch::Matchers::Contains("nodes == 4") &&
                                                    Catch::Matchers::Contains("test_error.cpp:"));
    CHECK_THROWS_AS(RFHGN_ASSERT(nodes == 4), std::logic_error);
}

}  // namespace rfhgn::tests
