#include "rfhgn/potential/mixing.hpp"

#include <catch2/catch.hpp>

using rfhgn::potential::Mixing;
using rfhgn::potential::pair_values;

TEST_CASE("numbers for pairs: one for all, one a species, one a pair") {
    CHECK(pair_values({2.0}, 2, Mixing::geometric) == std::vector<double>{2, 2, 2, 2});
    CHECK(pair_values({1.0, 4.0}, 2, Mixing::geometric) == std::vector<double>{1, 2, 2, 4});
    CHECK(pair_values({1.0, 4.0}, 2, Mixing::arithmetic) == std::vector<double>{1, 2.5, 2.5, 4});
    CHECK(pair_values({1.0, 5.0, 4.0}, 2, Mixing::arithmetic) == std::vector<double>{1, 5, 5, 4});
    CHECK(pair_values({11, 12, 13, 22, 23, 33}, 3, Mixing::geometric) ==
          std::vector<double>{11, 12, 13, 12, 22, 23, 13, 23, 33});
    CHECK(pair_values({1.0, 2.0}, 3, Mixing::geometric).empty());
    CHECK(pair_values({}, 1, Mixing::geometric).empty());
}
