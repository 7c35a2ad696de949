#include "rfhgn/graph/subdomain_plan.hpp"

#include <catch2/catch.hpp>

using rfhgn::graph::plan_subdomains;
using rfhgn::graph::PlannedSpace;

TEST_CASE("a lattice on eight ranks is cut into eight cubes that share faces") {
    const PlannedSpace lattice{{8, 8, 8}, {}, true, 1, 1, false};
    const auto plan = plan_subdomains(lattice, 8);
    CHECK(plan.smallest_owned == 64);
    CHECK(plan.largest_owned == 64);
    CHECK(plan.largest_halo == 3 * 16);
    CHECK(plan.mean_halo == 3 * 16);
    CHECK(plan.most_messages == 3);
    const auto alone = plan_subdomains(lattice, 1);
    CHECK(alone.largest_halo == 0);
    CHECK(alone.most_messages == 0);
}

TEST_CASE("layers of sites stay whole where ranks do not divide them") {
    const PlannedSpace chain{{10, 1, 1}, {}, true, 1, 1, false};
    const auto plan = plan_subdomains(chain, 3);
    CHECK(plan.smallest_owned == 3);
    CHECK(plan.largest_owned == 4);
    CHECK(plan.largest_halo == 2);
    CHECK(plan.most_messages == 2);
    CHECK(plan_subdomains(chain, 10).smallest_owned == 1);
    // As many ranks as sites: one each, whatever the shape.
    for (const PlannedSpace& space :
         {PlannedSpace{{3, 3, 1}, {}, true, 1, 1, false}, PlannedSpace{{5, 3, 2}, {}, true, 1, 1, false}}) {
        const int sites = static_cast<int>(space.lengths[0] * space.lengths[1] * space.lengths[2]);
        const auto fine = plan_subdomains(space, sites);
        CHECK(fine.smallest_owned == 1);
        CHECK(fine.largest_owned == 1);
    }
}

TEST_CASE("in a periodic box a rank sees its own images, and others across edges and corners") {
    const PlannedSpace box{{10, 10, 10}, {true, true, true}, false, 0.5, 1, true};
    const auto alone = plan_subdomains(box, 1);
    CHECK(alone.largest_halo == Approx(0.5 * (12 * 12 * 12 - 1000)));
    CHECK(alone.most_messages == 0);
    const auto many = plan_subdomains(box, 64);
    CHECK(many.mean_owned == Approx(500.0 / 64));
    CHECK(many.largest_halo == Approx(0.5 * (4.5 * 4.5 * 4.5 - 2.5 * 2.5 * 2.5)));
    CHECK(many.most_messages == 26);
    // In a half list half of the ghosts, and messages both ways.
    auto half_shell = box;
    half_shell.list_style = rfhgn::graph::ListStyle::half;
    CHECK(plan_subdomains(half_shell, 1).largest_halo == Approx(0.5 * alone.largest_halo));
    CHECK(plan_subdomains(half_shell, 1).most_messages == 0);
    CHECK(plan_subdomains(box, 2).most_messages == 1);
    CHECK(plan_subdomains(half_shell, 2).most_messages == 2);
    CHECK(plan_subdomains(half_shell, 64).mean_halo == Approx(0.5 * many.mean_halo));
    CHECK(plan_subdomains(half_shell, 64).most_messages == 26);
    // Farther than a subdomain is wide: neighbours of neighbours too, here everybody.
    const PlannedSpace far{{10, 10, 10}, {true, true, true}, false, 0.5, 4, true};
    CHECK(plan_subdomains(far, 64).most_messages == 63);
}
