#include <numeric>
#include <string>

#include "rfhgn/parallel/collectives.hpp"

#include "support/world.hpp"

namespace rfhgn::tests {

namespace {

int rank() {
    return world().rank();
}
int size() {
    return world().size();
}

/// What rank `from` sends to rank `to`: a number of values that depends on both, none to some.
std::vector<std::int64_t> message(int from, int to) {
    std::vector<std::int64_t> values(static_cast<std::size_t>((from + 2 * to) % 4));
    std::iota(values.begin(), values.end(), 1000 * from + 100 * to);
    return values;
}

}  // namespace

TEMPLATE_TEST_CASE("reductions of one value", "", double, int, std::int64_t, std::uint64_t) {
    const auto r = static_cast<TestType>(rank());
    const auto n = static_cast<TestType>(size());
    const TestType mine = 3 * r + 1;
    CHECK(parallel::sum(world(), mine) == n + 3 * n * (n - 1) / 2);
    CHECK(parallel::max(world(), mine) == 3 * n - 2);
    CHECK(parallel::min(world(), mine) == TestType{1});
    CHECK(parallel::exclusive_sum(world(), mine) == r + 3 * r * (r - 1) / 2);
    const auto all = parallel::all_gather(world(), mine);
    REQUIRE_ALL(all.size() == static_cast<std::size_t>(size()));
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == 3 * static_cast<TestType>(i) + 1);
}

TEST_CASE("sums of 64-bit integers are exact beyond what a double holds") {
    const std::int64_t large = (std::int64_t{1} << 53U) + 1;
    CHECK(parallel::sum(world(), rank() == 0 ? large : 0) == large);
    CHECK(parallel::max(world(), ~std::uint64_t{0} - static_cast<std::uint64_t>(rank())) ==
          ~std::uint64_t{0});
}

TEST_CASE("reductions element by element, in place, also of nothing") {
    const std::vector<double> start{1.0 * rank(), -2.0 * rank(), 5.0};
    const double last = size() - 1;
    auto values = start;
    parallel::sum(world(), std::span<double>(values));
    const double total = last * size() / 2;
    CHECK(values == std::vector<double>{total, -2 * total, 5.0 * size()});
    values = start;
    parallel::max(world(), std::span<double>(values));
    CHECK(values == std::vector<double>{last, 0.0, 5.0});
    values = start;
    parallel::min(world(), std::span<double>(values));
    CHECK(values == std::vector<double>{0.0, -2 * last, 5.0});
    CHECK_NOTHROW(parallel::sum(world(), std::span<double>()));
}

TEST_CASE("any is true when one rank says so") {
    CHECK_FALSE(parallel::any(world(), false));
    for (int r = 0; r < size(); ++r) CHECK(parallel::any(world(), r == rank()));
}

TEST_CASE("broadcast gives every rank the root's text and values") {
    for (int root = 0; root < size(); ++root) {
        const std::string own = std::string(static_cast<std::size_t>(root), 'x') + std::to_string(rank());
        CHECK(parallel::broadcast(world(), own, root) ==
              std::string(static_cast<std::size_t>(root), 'x') + std::to_string(root));
        std::vector<double> values{1.0 * rank(), 10.0 * rank()};
        parallel::broadcast(world(), std::span<double>(values), root);
        CHECK(values == std::vector<double>{1.0 * root, 10.0 * root});
    }
    CHECK(parallel::broadcast(world(), rank() == 0 ? "" : "mine").empty());
}

TEST_CASE("spread is the minimum, mean and maximum over ranks") {
    const auto spread = parallel::spread(world(), 2.0 * rank() + 1.0);
    CHECK(spread.min == 1.0);
    CHECK(spread.mean == Approx(size()));
    CHECK(spread.max == 2.0 * size() - 1.0);
}

TEST_CASE("all_to_all delivers what each rank sent to this one") {
    std::vector<std::vector<std::int64_t>> outgoing;
    outgoing.reserve(static_cast<std::size_t>(size()));
    for (int to = 0; to < size(); ++to) outgoing.push_back(message(rank(), to));
    const auto incoming = parallel::all_to_all(world(), outgoing);
    REQUIRE_ALL(incoming.size() == static_cast<std::size_t>(size()));
    for (int from = 0; from < size(); ++from)
        CHECK(incoming[static_cast<std::size_t>(from)] == message(from, rank()));
    const std::vector<std::vector<double>> nothing(static_cast<std::size_t>(size()));
    CHECK(parallel::all_to_all(world(), nothing) == nothing);
}

TEST_CASE("gather collects all values in order of rank on the root only") {
    for (int root = 0; root < size(); ++root) {
        const auto mine = message(rank(), root);
        std::vector<std::int64_t> expected;
        for (int from = 0; from < size(); ++from) {
            const auto part = message(from, root);
            if (rank() == root) expected.insert(expected.end(), part.begin(), part.end());
        }
        CHECK(parallel::gather(world(), std::span<const std::int64_t>(mine), root) == expected);
    }
}

TEST_CASE("send and receive pass values around a ring") {
    const int right = (rank() + 1) % size();
    const int left = (rank() + size() - 1) % size();
    const std::vector<double> mine{1.0 * rank(), 0.5};
    std::vector<double> received(2, -1.0);
    if (size() == 1) return;  // a blocking send to oneself may never return
    if (rank() == 0) {
        parallel::send(world(), std::span<const double>(mine), right, parallel::Tag::r_factor);
        parallel::receive(world(), std::span<double>(received), left, parallel::Tag::r_factor);
    } else {
        parallel::receive(world(), std::span<double>(received), left, parallel::Tag::r_factor);
        parallel::send(world(), std::span<const double>(mine), right, parallel::Tag::r_factor);
    }
    CHECK(received == std::vector<double>{1.0 * left, 0.5});
}

TEST_CASE("the communicator of one rank reduces over that rank alone") {
    const auto self = parallel::Communicator::self();
    CHECK(self.size() == 1);
    CHECK(self.is_root());
    CHECK(parallel::sum(self, rank()) == rank());
}

}  // namespace rfhgn::tests
