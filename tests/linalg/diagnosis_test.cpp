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

TEST_CASE("Errors that only the ridge of rounding makes are not blamed on the data") {
    // What smooth features of nearly full rank leave of a smooth function.
    linalg::LeastSquaresReport report;
    report.columns = 48;
    report.rank = 40;
    report.ridge_choice = "held-out";
    report.training_error = 1e-11;
    report.held_out_error = 4e-11;
    report.ridge = 2e-14;
    report.ridge_bias = 2e-11;
    report.ridge_path = {{5e-15, 9e-12, 4e-11, 1e-11, 1.0}, {5e-13, 1e-11, 4e-11, 1e-11, 1.0}};
    report.width_curve = {{24, 1e-11, 4e-11}, {36, 1e-11, 4e-11}, {48, 1e-11, 4e-11}};
    CHECK(linalg::diagnose(report).limited_by == "rounding");
    // The same error at a ridge that is larger because of noise, that takes little, or that was asked for.
    auto noisy = report;
    noisy.ridge = 1e-12;
    CHECK(linalg::diagnose(noisy).limited_by == "data");
    auto cheap = report;
    cheap.ridge_bias = 1e-12;
    CHECK(linalg::diagnose(cheap).limited_by == "data");
    auto given = report;
    given.ridge_choice = "given";
    CHECK(linalg::diagnose(given).limited_by == "data");
    // Nothing is left to gain, however much better the training rows are fitted.
    cheap.training_error = 1e-14;
    cheap.held_out_error = 9e-13;
    CHECK(linalg::diagnose(cheap).limited_by == "rounding");
    // More features help where none depends on the others.
    auto narrow = report;
    narrow.rank = 48;
    narrow.width_curve[1] = {36, 1e-9, 1e-9};
    narrow.training_error = 3e-11;
    CHECK(linalg::diagnose(narrow).limited_by == "width");
}

TEST_CASE("Plain LSQR has no path to tell from") {
    SyntheticRows source(world(), 100, 5, 2, tests::gaussian_rows(5, 0.1));
    linalg::LeastSquaresOptions options;
    options.method = "lsqr";
    CHECK(linalg::diagnose(linalg::solve(world(), source, options).report).limited_by.empty());
}
