#pragma once
/// The problem that the accuracy of solvers is judged by: gradients of random tanh features at random points
/// of a square, numerically rank deficient, and the gradient of a smooth function.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "rfhgn/base/random.hpp"
#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/model/activation.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::bench {

class FeatureRows final : public linalg::RowSource {
  public:
    static constexpr int columns_of_problem = 512;
    static constexpr GlobalIndex training_points = 10000;  // two rows each
    static constexpr GlobalIndex held_out_points = 2000;

    explicit FeatureRows(const parallel::Communicator& comm) : comm_(comm) {
        const CounterRandom random(17, Stream::weights);
        for (std::uint64_t k = 0; k < columns_of_problem; ++k) {
            const auto w = random.normal2(k, 0);
            weights_.push_back({0.5 * w[0], 0.5 * w[1], random.uniform(-1, 1, k, 1)});
        }
    }

    [[nodiscard]] int columns() const override { return columns_of_problem; }
    [[nodiscard]] int leaves() const override { return 8; }
    [[nodiscard]] parallel::Range owned_leaves() const override {
        return parallel::block_range(leaves(), comm_.size(), comm_.rank());
    }
    [[nodiscard]] int blocks(int leaf) const override {
        return training_blocks(leaf) + count(held_out_of(leaf).size());
    }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(2 * points(leaf, block).size());
    }
    [[nodiscard]] linalg::RowRole role(int leaf, int block) const override {
        return block < training_blocks(leaf) ? linalg::RowRole::training : linalg::RowRole::held_out;
    }
    void produce(int leaf, int block, linalg::RowBlock out) const override { fill(points(leaf, block), out); }

    /// Rows 2i and 2i + 1: derivatives at point i; held-out points follow those of training. The last column
    /// is the right-hand side.
    static parallel::Range all(linalg::RowRole role) {
        return role == linalg::RowRole::training
                   ? parallel::Range{0, training_points}
                   : parallel::Range{training_points, training_points + held_out_points};
    }

    void fill(parallel::Range points, linalg::RowBlock out) const {
        const auto size = static_cast<std::size_t>(points.size());
        const CounterRandom random(17, Stream::position);
        std::vector<double> x(size);
        std::vector<double> y(size);
        std::vector<double> slope(size);
        double* const rhs = out.values + static_cast<std::ptrdiff_t>(out.columns) * out.leading;
        for (std::size_t i = 0; i < size; ++i) {
            const auto number = static_cast<std::uint64_t>(points.begin) + i;
            x[i] = random.uniform(-1, 1, number, 0);
            y[i] = random.uniform(-1, 1, number, 1);
            rhs[2 * i] = 2 * std::cos(2 * x[i]) * std::cos(3 * y[i]) + y[i];
            rhs[2 * i + 1] = -3 * std::sin(2 * x[i]) * std::sin(3 * y[i]) + x[i];
        }
        double* column = out.values;
        for (const auto& w : weights_) {
            for (std::size_t i = 0; i < size; ++i) slope[i] = w.x * x[i] + w.y * y[i] + w.bias;
            model::activate(model::Activation::tanh, slope, {}, slope);
            for (std::size_t i = 0; i < size; ++i) {
                column[2 * i] = w.x * slope[i];
                column[2 * i + 1] = w.y * slope[i];
            }
            column += out.leading;
        }
    }

  private:
    struct Neuron {
        double x, y, bias;
    };
    static constexpr GlobalIndex points_per_block = 128;

    static int count(GlobalIndex size) {
        return static_cast<int>((size + points_per_block - 1) / points_per_block);
    }
    [[nodiscard]] parallel::Range training_of(int leaf) const {
        return parallel::block_range(training_points, leaves(), leaf);
    }
    [[nodiscard]] parallel::Range held_out_of(int leaf) const {
        const auto share = parallel::block_range(held_out_points, leaves(), leaf);
        return {training_points + share.begin, training_points + share.end};
    }
    [[nodiscard]] int training_blocks(int leaf) const { return count(training_of(leaf).size()); }
    [[nodiscard]] parallel::Range points(int leaf, int block) const {
        const int training = training_blocks(leaf);
        const auto all = block < training ? training_of(leaf) : held_out_of(leaf);
        const auto begin = all.begin + (block < training ? block : block - training) * points_per_block;
        return {begin, std::min(all.end, begin + points_per_block)};
    }

    const parallel::Communicator& comm_;
    std::vector<Neuron> weights_;
};

/// All rows of one role [rows, columns + 1], column-major.
inline std::vector<double> dense_rows(const FeatureRows& source, linalg::RowRole role) {
    const auto points = FeatureRows::all(role);
    const auto rows = static_cast<LocalIndex>(2 * points.size());
    std::vector<double> values(static_cast<std::size_t>(rows) *
                               (static_cast<std::size_t>(source.columns()) + 1));
    source.fill(points, {values.data(), rows, source.columns(), rows});
    return values;
}

/// |Zθ − u| / |u| over all rows of one role.
inline double relative_error(const FeatureRows& source, linalg::RowRole role,
                             const std::vector<double>& theta) {
    const auto values = dense_rows(source, role);
    const std::size_t rows = values.size() / (theta.size() + 1);
    std::vector<double> residual(values.end() - static_cast<std::ptrdiff_t>(rows), values.end());
    double rhs = 0;
    for (const double u : residual) rhs += u * u;
    for (std::size_t k = 0; k < theta.size(); ++k)
        for (std::size_t i = 0; i < rows; ++i) residual[i] -= values[k * rows + i] * theta[k];
    double left = 0;
    for (const double r : residual) left += r * r;
    return std::sqrt(left / rhs);
}

}  // namespace rfhgn::bench
