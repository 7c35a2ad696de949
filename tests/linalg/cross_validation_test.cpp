// Parts that are left out in turn, by small matrices, against fits of what is left.
#include "rfhgn/linalg/cross_validation.hpp"

#include <cmath>

#include "rfhgn/linalg/prune.hpp"
#include "rfhgn/linalg/ridge.hpp"

#include "support/world.hpp"
#include "synthetic_rows.hpp"

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

namespace {

constexpr int columns = 24;

SyntheticRows rows(const parallel::Communicator& comm, GlobalIndex count, int parts) {
    SyntheticRows source(comm, count, columns, 8, tests::gaussian_rows(columns, 0.3));
    source.part_count = parts;
    return source;
}

// Few rows, whose first column is zero, as that of offsets is in rows of forces.
SyntheticRows few_rows(const parallel::Communicator& comm, int parts) {
    const auto row = tests::gaussian_rows(columns, 0.1);
    SyntheticRows source(comm, 40, columns, 8, [row](GlobalIndex i, double* out) {
        row(5000 + i, out);
        out[0] = 0;
    });
    source.block_rows = 1;
    source.part_count = parts;
    return source;
}

std::vector<linalg::PartFactors> factors_of(const parallel::Communicator& comm, int parts) {
    const auto many = rows(comm, 4000, parts);
    const auto few = few_rows(comm, parts);
    const std::vector<const linalg::RowSource*> sources{&many, &few};
    const linalg::PartKeepers none(static_cast<std::size_t>(parts + 1) / 2, nullptr);
    parallel::PhaseTimes times;
    return linalg::factorise_parts(comm, sources, parts, std::vector<linalg::PartKeepers>{none, none}, times);
}

}  // namespace

TEST_CASE("parts of rows together are all rows, and have the same bits on any number of ranks") {
    const auto alone = factors_of(parallel::Communicator::self(), 5);
    const auto together = factors_of(world(), 5);
    for (std::size_t t = 0; t < alone.size(); ++t) {
        REQUIRE(together[t].size() == 5);
        GlobalIndex all = 0;
        for (std::size_t part = 0; part < 5; ++part) {
            CHECK(alone[t][part].values == together[t][part].values);
            all += together[t][part].rows;
        }
        CHECK(all == (t == 0 ? 4000 : 40));
    }
    const auto source = rows(world(), 4000, 5);
    const auto whole = linalg::factorise(world(), source).training;
    const std::vector<double> theta(columns, 0.3);
    CHECK(linalg::merge(together[0]).squared_residual(theta) ==
          Approx(whole.squared_residual(theta)).epsilon(1e-12));
}

TEST_CASE("few rows merge as they are, also where columns are zero") {
    const auto factors = factors_of(world(), 5);
    const auto few = few_rows(world(), 5);
    const auto whole = linalg::factorise(world(), few).training;
    std::vector<double> theta(columns);
    for (std::size_t k = 0; k < theta.size(); ++k) theta[k] = 1.0 / static_cast<double>(k + 1);
    CHECK(linalg::merge(factors[1]).squared_residual(theta) ==
          Approx(whole.squared_residual(theta)).epsilon(1e-12));
}

TEST_CASE("left-out errors are those of fits to the other parts") {
    const int parts = 3;
    const auto factors = factors_of(world(), parts);
    const linalg::CrossValidation validation(world(), factors);
    REQUIRE(validation.parts() == parts);
    linalg::RidgeSetting setting{{1.0, 2.5}, std::vector<double>(columns, 1.0)};
    for (std::size_t k = 0; k < columns; ++k) setting.penalty[k] = 1 + static_cast<double>(k % 3);
    const std::vector<double> ridges{1e-3, 0.3};
    const std::vector<int> widths{10, columns};
    const auto errors = validation.errors(setting, ridges, widths);
    REQUIRE(errors.size() == 4);
    for (int part = 0; part < parts; ++part) {
        std::vector<linalg::RFactorPair> others;
        for (const auto& target : factors)
            others.push_back({linalg::merge(target, part), linalg::RFactor(columns)});
        for (std::size_t l = 0; l < 2; ++l)
            for (std::size_t w = 0; w < 2; ++w) {
                const auto width = static_cast<std::size_t>(widths[w]);
                std::vector<linalg::RFactorPair> fewer;
                for (const auto& pair : others) fewer.push_back(linalg::leading(pair, widths[w]));
                const std::vector<double> penalty(setting.penalty.begin(),
                                                  setting.penalty.begin() + widths[w]);
                auto theta = linalg::ridge_coefficients(linalg::joined(fewer, setting.weights).training,
                                                        ridges[l], penalty);
                const auto same = linalg::solve_ridge(linalg::joined(fewer, setting.weights),
                                                      {.absolute_ridge = ridges[l], .penalty = penalty});
                CHECK(same.absolute_ridge == Approx(ridges[l]));
                theta.resize(columns, 0.0);
                for (std::size_t k = 0; k < width; ++k)
                    CHECK(same.coefficients[k] == Approx(theta[k]).margin(1e-12));
                for (std::size_t t = 0; t < 2; ++t) {
                    const auto& unseen = factors[t][static_cast<std::size_t>(part)];
                    CHECK(errors[l * 2 + w][static_cast<std::size_t>(part) * 2 + t] ==
                          Approx(unseen.squared_residual(theta)).epsilon(1e-9));
                }
            }
    }
}

TEST_CASE("left-out errors have the same bits on any number of ranks, and tell ridges that are too small") {
    const auto alone = factors_of(parallel::Communicator::self(), 5);
    const auto together = factors_of(world(), 5);
    const linalg::CrossValidation here(parallel::Communicator::self(), alone);
    const linalg::CrossValidation everywhere(world(), together);
    const linalg::RidgeSetting setting{{1.0, 3.0}};
    const std::vector<double> ridges{1e-2};
    const std::vector<int> widths{columns};
    CHECK(here.errors(setting, ridges, widths) == everywhere.errors(setting, ridges, widths));

    // Twice the same column.
    const auto row = tests::gaussian_rows(columns, 0.3);
    SyntheticRows twice(world(), 900, columns, 8, [row](GlobalIndex i, double* out) {
        row(i, out);
        out[1] = out[0];
    });
    twice.part_count = 2;
    const std::vector<const linalg::RowSource*> source{&twice};
    parallel::PhaseTimes times;
    const std::vector<linalg::PartKeepers> keepers(1, linalg::PartKeepers(1, nullptr));
    const auto factors = linalg::factorise_parts(world(), source, 2, keepers, times);
    const linalg::CrossValidation validation(world(), factors);
    const std::vector<double> tiny{1e-12, 1e-3};
    const auto errors = validation.errors({{1.0}}, tiny, widths);
    CHECK(std::isfinite(errors[1].front()));
    CHECK((std::isinf(errors[0].front()) || errors[0].front() < 2 * errors[1].front()));
}
