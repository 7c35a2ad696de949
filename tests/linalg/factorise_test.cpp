#include <cmath>
#include <cstring>

#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "support/world.hpp"
#include "synthetic_rows.hpp"

namespace {

using namespace rfhgn;
using tests::SyntheticRows;
using tests::world;

bool same_bits(const linalg::RFactor& a, const linalg::RFactor& b) {
    return a.rows == b.rows && a.values.size() == b.values.size() &&
           std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(double)) == 0;
}

// Largest |RᵀR − [Z u]ᵀ[Z u]| relative to the largest diagonal entry of the right side.
double gram_error(const linalg::RFactor& r_factor, const std::vector<double>& matrix, GlobalIndex rows) {
    const auto size = static_cast<std::size_t>(r_factor.columns) + 1;
    const auto height = static_cast<std::size_t>(rows);
    double scale = 0;
    double error = 0;
    for (std::size_t a = 0; a < size; ++a) {
        for (std::size_t b = 0; b <= a; ++b) {
            double expected = 0;
            double found = 0;
            for (std::size_t i = 0; i < height; ++i)
                expected += matrix[i + a * height] * matrix[i + b * height];
            for (std::size_t i = 0; i < size; ++i)
                found += r_factor.values[i + a * size] * r_factor.values[i + b * size];
            if (a == b) scale = std::max(scale, expected);
            error = std::max(error, std::abs(expected - found));
        }
    }
    return error / scale;
}

bool upper(const linalg::RFactor& r_factor) {
    const auto size = static_cast<std::size_t>(r_factor.columns) + 1;
    for (std::size_t column = 0; column < size; ++column) {
        for (std::size_t row = column + 1; row < size; ++row) {
            if (r_factor.values[row + column * size] != 0) return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("The R factor has the Gram matrix of its rows, whatever the widths and heights") {
    for (const int columns : {1, 7, 8, 9, 23, 24, 127, 128, 150}) {
        for (const GlobalIndex rows : {GlobalIndex{3}, GlobalIndex{200}, GlobalIndex{1301}}) {
            CAPTURE(columns, rows);
            SyntheticRows source(world(), rows, columns, 3, tests::gaussian_rows(columns, 0.1));
            const auto pair = linalg::factorise(world(), source);
            GlobalIndex count = 0;
            const auto dense = source.dense(linalg::RowRole::training, count);
            CHECK(pair.training.rows == rows);
            CHECK(pair.held_out.rows == 0);
            CHECK(upper(pair.training));
            CHECK(gram_error(pair.training, dense, count) < 1e-13);
        }
    }
}

TEST_CASE("Training and held-out R factors of one pass each have their own rows") {
    SyntheticRows source(world(), 900, 12, 5, tests::gaussian_rows(12, 0.1));
    source.hold_every = 3;
    const auto pair = linalg::factorise(world(), source);
    GlobalIndex training = 0;
    GlobalIndex held_out = 0;
    const auto training_rows = source.dense(linalg::RowRole::training, training);
    const auto held_out_rows = source.dense(linalg::RowRole::held_out, held_out);
    CHECK(pair.training.rows == training);
    CHECK(pair.held_out.rows == held_out);
    CHECK(held_out > 0);
    CHECK(gram_error(pair.training, training_rows, training) < 1e-13);
    CHECK(gram_error(pair.held_out, held_out_rows, held_out) < 1e-13);
}

TEST_CASE("Triangles have the same bits on any number of ranks, with any number of leaves") {
    const auto alone = parallel::Communicator::self();
    // Fewer leaves than ranks, one, and numbers that are no powers of two.
    for (const int leaves : {1, 2, 3, 5, 8, 13}) {
        CAPTURE(leaves);
        SyntheticRows spread(world(), 1500, 33, leaves, tests::feature_rows(33, 0.01));
        SyntheticRows whole(alone, 1500, 33, leaves, tests::feature_rows(33, 0.01));
        spread.hold_every = whole.hold_every = 4;
        const auto ours = linalg::factorise(world(), spread);
        const auto expected = linalg::factorise(alone, whole);
        CHECK(same_bits(ours.training, expected.training));
        CHECK(same_bits(ours.held_out, expected.held_out));
    }
}

TEST_CASE("Chunks gather blocks of any size to the same problem") {
    GlobalIndex count = 0;
    for (const LocalIndex block_rows : {1, 8, 100, 511, 512, 2000}) {
        CAPTURE(block_rows);
        SyntheticRows source(world(), 2000, 20, 2, tests::gaussian_rows(20, 0.1));
        source.block_rows = block_rows;
        const auto pair = linalg::factorise(world(), source);
        const auto dense = source.dense(linalg::RowRole::training, count);
        CHECK(gram_error(pair.training, dense, count) < 1e-13);
    }
}

TEST_CASE("Triangles wider than what is folded at a time merge by slabs") {
    const int columns = 600;
    const auto row = tests::gaussian_rows(columns, 0.1);
    SyntheticRows both(world(), 1400, columns, 2, row);
    SyntheticRows one(world(), 1400, columns, 1, row);
    const auto merged = linalg::factorise(world(), both).training;
    const auto whole = linalg::factorise(world(), one).training;
    CHECK(upper(merged));
    REQUIRE(merged.rows == whole.rows);
    // The same up to the signs of rows.
    double error = 0;
    const std::ptrdiff_t size = columns + 1;
    for (std::ptrdiff_t at = 0; at < size * size; ++at)
        error = std::max(error, std::abs(std::abs(merged.values[at]) - std::abs(whole.values[at])));
    CHECK(error < 1e-11);
}

TEST_CASE("Triangles of two data sets merge to that of both") {
    const int columns = 40;
    const auto row = tests::gaussian_rows(columns, 0.1);
    SyntheticRows both(world(), 500, columns, 1, row);
    SyntheticRows first(world(), 200, columns, 1, row);
    SyntheticRows second(world(), 300, columns, 1, [row](GlobalIndex i, double* out) { row(i + 200, out); });
    const auto a = linalg::factorise(world(), first).training;
    const auto b = linalg::factorise(world(), second).training;
    const auto merged = linalg::merge(a, b);
    GlobalIndex count = 0;
    const auto dense = both.dense(linalg::RowRole::training, count);
    CHECK(merged.rows == 500);
    CHECK(upper(merged));
    CHECK(gram_error(merged, dense, count) < 1e-13);
    CHECK(same_bits(linalg::merge(a, linalg::RFactor(columns)), a));
    CHECK(same_bits(linalg::merge(linalg::RFactor(columns), a), a));

    const std::vector<double> ones(columns, 1.0);
    double squared = 0;
    double rhs = 0;
    for (GlobalIndex i = 0; i < count; ++i) {
        double r = dense[i + columns * count];
        rhs += r * r;
        for (int k = 0; k < columns; ++k) r -= dense[i + k * count];
        squared += r * r;
    }
    CHECK(merged.squared_residual(ones) == Approx(squared).epsilon(1e-12));
    CHECK(merged.squared_rhs() == Approx(rhs).epsilon(1e-12));
}
