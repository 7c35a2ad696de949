#include "rfhgn/linalg/diagnosis.hpp"

#include "support/world.hpp"
#include "synthetic_rows.hpp"

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

namespace {

linalg::Diagnosis diagnosis(GlobalIndex rows, int columns, const SyntheticRows::Row& row, int hold_every,
                            double prune_tolerance = 0) {
    SyntheticRows source(world(), rows, columns, 4, row);
    source.hold_every = hold_every;
    source.block_rows = 10;
    linalg::LeastSquaresOptions options;
    options.prune_tolerance = prune_tolerance;
    return linalg::diagnose(linalg::solve(world(), source, options).report);
}

}  // namespace

TEST_CASE("What limits the error is told from path and curve") {
    for (const int hold_every : {0, 4}) {
        CAPTURE(hold_every);
        // Few smooth features of a smooth function, without noise: more of them fit better.
        CHECK(diagnosis(2000, 16, tests::feature_rows(16, 0.0), hold_every).limited_by == "width");
        // Noise.
        CHECK(diagnosis(2000, 96, tests::feature_rows(96, 1e-2), hold_every).limited_by == "data");
        // Far more features than the numerical rank.
        CHECK(diagnosis(8000, 300, tests::feature_rows(300, 0.0), hold_every).limited_by == "rounding");
        // The columns express the right-hand side exactly.
        CHECK(diagnosis(500, 10, tests::gaussian_rows(10, 0.0), hold_every).limited_by == "rounding");
    }
    // More columns than half of the rows: fitted far better than predicted.
    const auto scarce = diagnosis(80, 50, tests::gaussian_rows(50, 0.5), 4);
    CHECK(scarce.limited_by == "data");
    CHECK_THAT(scarce.words, Catch::Contains("more snapshots"));
    CHECK(diagnosis(2000, 48, tests::feature_rows(48, 0.0), 4, 1e-2).limited_by == "tolerance");
}

TEST_CASE("Plain LSQR has no path to tell from") {
    SyntheticRows source(world(), 100, 5, 2, tests::gaussian_rows(5, 0.1));
    linalg::LeastSquaresOptions options;
    options.method = "lsqr";
    CHECK(linalg::diagnose(linalg::solve(world(), source, options).report).limited_by.empty());
}
