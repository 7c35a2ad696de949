#include "rfhgn/parallel/block_range.hpp"

#include "support/world.hpp"

namespace rfhgn::tests {

using parallel::block_owner;
using parallel::block_range;

TEST_CASE("blocks cover all items in order, differ by at most one, and know their owner") {
    for (GlobalIndex parts = 1; parts <= 9; ++parts) {
        for (GlobalIndex total = 0; total <= 40; ++total) {
            CAPTURE(parts, total);
            GlobalIndex next = 0;
            for (GlobalIndex part = 0; part < parts; ++part) {
                const auto range = block_range(total, parts, part);
                REQUIRE(range.begin == next);
                REQUIRE((range.size() == total / parts || range.size() == (total + parts - 1) / parts));
                for (GlobalIndex item = range.begin; item < range.end; ++item)
                    REQUIRE(block_owner(total, parts, item) == part);
                CHECK_FALSE(range.contains(range.end));
                CHECK(range.contains(range.begin) == (range.size() > 0));
                next = range.end;
            }
            REQUIRE(next == total);
        }
    }
}

TEST_CASE("blocks of more items than 32 bits can count") {
    constexpr GlobalIndex total = 10'000'000'000'007;
    for (const GlobalIndex part : {GlobalIndex{0}, GlobalIndex{6}, GlobalIndex{7}, GlobalIndex{999}}) {
        const auto range = block_range(total, 1000, part);
        CHECK(range.size() == 10'000'000'000 + (part < 7 ? 1 : 0));
        CHECK(block_owner(total, 1000, range.begin) == part);
        CHECK(block_owner(total, 1000, range.end - 1) == part);
    }
}

}  // namespace rfhgn::tests
