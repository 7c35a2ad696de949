#include "rfhgn/potential/species_names.hpp"

#include <catch2/catch.hpp>

using namespace rfhgn::potential;

TEST_CASE("names of species agree unless a number or a name would have two meanings") {
    const SpeciesNames krypton_first{"Kr", "Ar"};
    CHECK(agree(krypton_first, {}));
    CHECK(agree(krypton_first, {"Kr"}));
    CHECK(agree(krypton_first, {"", "Ar", "Xe"}));
    CHECK_FALSE(agree(krypton_first, {"Ar", "Kr"}));
    CHECK_FALSE(agree(krypton_first, {"", "", "Kr"}));
    CHECK(united(krypton_first, {"", "Ar", "Xe"}) == SpeciesNames{"Kr", "Ar", "Xe"});
    CHECK(united({}, krypton_first) == krypton_first);
    CHECK_FALSE(distinct({"Ar", "", "", "Ar"}));
    CHECK(numbered({"Kr", "", "Ar"}) == "0 Kr, 2 Ar");
    CHECK(numbered({}) == "not named");
}

TEST_CASE("species are numbered as others are, and new ones get new numbers") {
    CHECK(renamed({"Ar", "Kr"}, {"Kr", "Ar"}) == SpeciesNames{"Kr", "Ar"});
    CHECK(renamed({"Ar"}, {"Kr", "Ar"}) == SpeciesNames{"Kr", "Ar"});
    CHECK(renamed({"Ar", "Xe", "", "Rn"}, {"Kr", "Ar"}) == SpeciesNames{"Kr", "Ar", "", "", "Xe", "Rn"});
}
