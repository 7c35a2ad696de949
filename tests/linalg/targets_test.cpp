#include <cmath>

#include "rfhgn/base/random.hpp"
#include "rfhgn/linalg/least_squares.hpp"

#include "support/world.hpp"
#include "synthetic_rows.hpp"

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

namespace {

constexpr int columns = 30;
constexpr GlobalIndex groups = 120;
constexpr GlobalIndex per_group = 7;  // rows of the first target; of the second there is one

SyntheticRows::Row scaled(const SyntheticRows::Row& row, double factor) {
    return [=](GlobalIndex i, double* out) {
        row(i, out);
        for (int k = 0; k <= columns; ++k) out[k] *= factor;
    };
}

SyntheticRows::Row first_row() {
    return tests::feature_rows(columns, 1e-4);
}

SyntheticRows::Row second_row() {
    const auto row = tests::feature_rows(columns, 1e-5);
    return [row](GlobalIndex i, double* out) { row(100000 + i, out); };
}

// Targets of a problem, and all of their rows in one source, group after group.
struct Problem {
    SyntheticRows first;
    SyntheticRows second;
    SyntheticRows stacked;

    explicit Problem(const parallel::Communicator& comm, double weight, int hold_every = 0)
        : first(comm, groups * per_group, columns, 4, first_row()),
          second(comm, groups, columns, 4, second_row()),
          stacked(comm, groups * (per_group + 1), columns, 4, [weight](GlobalIndex i, double* out) {
              const GlobalIndex group = i / (per_group + 1);
              const GlobalIndex place = i % (per_group + 1);
              if (place < per_group) return first_row()(group * per_group + place, out);
              scaled(second_row(), weight)(group, out);
          }) {
        first.block_rows = 5 * per_group;
        second.block_rows = 5;
        stacked.block_rows = 5 * (per_group + 1);
        first.group_rows = per_group;
        second.group_rows = 1;
        stacked.group_rows = per_group + 1;
        first.hold_every = second.hold_every = stacked.hold_every = hold_every;
    }
    [[nodiscard]] std::vector<linalg::TargetRows> targets(linalg::Weight weight) const {
        return {{.name = "force", .rows = first}, {.name = "energy", .rows = second, .weight = weight}};
    }
};

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
    double largest = 0;
    for (std::size_t k = 0; k < a.size(); ++k) largest = std::max(largest, std::fabs(a[k] - b[k]));
    return largest;
}

}  // namespace

TEST_CASE("targets joined by weights solve as their weighted rows do") {
    const Problem problem(world(), 3.0, 4);
    for (const char* method : {"direct", "lsqr"}) {
        for (const char* rows : {"keep", "recompute"}) {
            linalg::LeastSquaresOptions options;
            options.method = method;
            options.rows = rows;
            options.ridge = 1e-9;
            const auto expected = linalg::solve(world(), problem.stacked, options);
            const auto found = linalg::solve(world(), problem.targets({3.0}), options);
            CAPTURE(method, rows);
            CHECK(found.report.rows == expected.report.rows);
            CHECK(found.report.held_out_rows == expected.report.held_out_rows);
            CHECK(found.report.training_error == Approx(expected.report.training_error).epsilon(1e-7));
            CHECK(found.report.held_out_error == Approx(expected.report.held_out_error).epsilon(1e-5));
            if (options.method == "lsqr") continue;
            CHECK(largest_difference(found.coefficients, expected.coefficients) <
                  1e-6 * expected.report.largest_coefficient);
            CHECK(found.report.normal_residual < 1e-6);
            CHECK(found.report.noise == Approx(expected.report.noise).epsilon(1e-6));
            REQUIRE(found.report.targets.size() == 2);
            CHECK(found.report.targets[1].weight == linalg::Weight{3.0});
            CHECK(found.report.targets[0].rows + found.report.targets[1].rows == found.report.rows);
        }
    }
}

TEST_CASE("R factors and coefficients of targets have the same bits on any ranks") {
    linalg::LeastSquaresOptions options;
    options.lsqr_iterations = 0;
    const auto self = parallel::Communicator::self();
    const auto alone = linalg::solve(self, Problem(self, 1.0, 3).targets({0.5, true}), options);
    const auto found = linalg::solve(world(), Problem(world(), 1.0, 3).targets({0.5, true}), options);
    CHECK(found.coefficients == alone.coefficients);
    for (std::size_t t = 0; t < 2; ++t) {
        CHECK(found.by_target.at(t).training.values == alone.by_target.at(t).training.values);
        CHECK(found.by_target.at(t).held_out.values == alone.by_target.at(t).held_out.values);
    }
    // Another weight from the same R factors.
    std::vector<linalg::TargetFactors> factors;
    for (const auto& r_factors : found.by_target) factors.push_back({"", r_factors, {}});
    factors[1].weight = {7.0};
    const auto again = linalg::solve(world(), factors, options);
    const auto expected = linalg::solve(world(), Problem(world(), 1.0, 3).targets({7.0}), options);
    CHECK(again.coefficients == expected.coefficients);
}

TEST_CASE("the chosen weight is the ratio of the noises of the targets") {
    const CounterRandom random(3, Stream::noise);
    const auto noisy = [&](const SyntheticRows::Row& row, double noise, std::uint64_t key) {
        return [=](GlobalIndex i, double* out) {
            row(i, out);
            out[columns] = noise * random.normal2(static_cast<std::uint64_t>(i), key)[0];
            for (int k = 0; k < columns; ++k) out[columns] += std::sin(1.0 + k) * out[k];
        };
    };
    for (const int hold_every : {0, 4}) {
        for (const double ratio : {0.02, 1.0, 50.0}) {
            CAPTURE(hold_every, ratio);
            SyntheticRows first(world(), 3000, columns, 4, noisy(first_row(), 1e-2, 0));
            SyntheticRows second(world(), 400, columns, 4, noisy(second_row(), 1e-2 / ratio, 1));
            first.hold_every = second.hold_every = hold_every;
            const std::vector<linalg::TargetRows> targets{
                {.name = "force", .rows = first}, {.name = "energy", .rows = second, .weight = {1.0, true}}};
            const auto report = linalg::solve(world(), targets, {}).report;
            CHECK(report.targets.at(1).weight.value == Approx(ratio).epsilon(0.25));
            CHECK(report.targets.at(1).weight.automatic);
            CHECK(report.targets.at(0).noise == Approx(1e-2).epsilon(0.2));
            CHECK(report.weight_solves >= 1);
            CHECK(report.weight_solves <= 6);
        }
    }
}

TEST_CASE("groups are left out of all targets together") {
    const Problem problem(world(), 2.0, 5);
    linalg::LeastSquaresOptions options;
    options.ridge = 1e-6;
    options.leave_one_out = true;
    const auto expected = linalg::solve(world(), problem.stacked, options).report.leave_one_out.value();
    const auto found = linalg::solve(world(), problem.targets({2.0}), options).report.leave_one_out.value();
    CHECK(found.groups == expected.groups);
    CHECK(found.relative_error == Approx(expected.relative_error).epsilon(1e-6));
    CHECK(found.rms == Approx(expected.rms).epsilon(1e-6));
    REQUIRE(found.worst.size() == expected.worst.size());
    for (std::size_t i = 0; i < found.worst.size(); ++i) {
        CHECK(found.worst[i].group == expected.worst[i].group);
        CHECK(found.worst[i].rows == expected.worst[i].rows);
        CHECK(found.worst[i].left_out == Approx(expected.worst[i].left_out).epsilon(1e-5));
    }
}

TEST_CASE("earlier R factors of targets count, and rows that say nothing do not") {
    const Problem problem(world(), 1.0);
    linalg::LeastSquaresOptions options;
    options.ridge = 1e-9;
    const auto once = linalg::solve(world(), problem.targets({2.0}), options);
    auto targets = problem.targets({2.0});
    for (std::size_t t = 0; t < 2; ++t) targets[t].earlier = &once.by_target[t];
    targets[1].silent = {20, 0};
    const auto twice = linalg::solve(world(), targets, options).report;
    CHECK(twice.rows == 2 * once.report.rows - 20);
    CHECK(twice.targets.at(1).rows == 2 * groups - 20);
    CHECK(twice.training_error == Approx(once.report.training_error).epsilon(1e-6));
    CHECK_THAT(twice.lsqr_reason, Catch::Contains("earlier data are gone"));
    options.prune_tolerance = 0.5;
    const auto pruned = linalg::solve(world(), problem.targets({2.0}), options);
    CHECK(pruned.coefficients.size() < static_cast<std::size_t>(columns));
    for (const auto& r_factors : pruned.by_target)
        CHECK(r_factors.training.columns == static_cast<int>(pruned.coefficients.size()));
}
