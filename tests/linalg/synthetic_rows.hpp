#pragma once

#include <functional>
#include <vector>

#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::tests {

/// Rows given by a function of the global row, so that their content knows nothing of ranks. Blocks of a leaf
/// are `block_rows` high; every `hold_every`-th of them (0: none) is held out.
class SyntheticRows final : public linalg::RowSource {
  public:
    /// Fills [columns + 1] numbers: the row and its right-hand side.
    using Row = std::function<void(GlobalIndex, double*)>;

    SyntheticRows(const parallel::Communicator& comm, GlobalIndex rows, int columns, int leaves, Row row)
        : comm_(comm), rows_(rows), columns_(columns), leaves_(leaves), row_(std::move(row)) {}

    LocalIndex block_rows = 37;
    int hold_every = 0;
    int part_count = 0;          // blocks are dealt out to so many parts; 0: by role
    GlobalIndex group_rows = 0;  // consecutive rows that are one group; 0: all

    [[nodiscard]] int columns() const override { return columns_; }
    [[nodiscard]] int leaves() const override { return leaves_; }
    [[nodiscard]] parallel::Range owned_leaves() const override {
        return parallel::block_range(leaves_, comm_.size(), comm_.rank());
    }
    [[nodiscard]] int blocks(int leaf) const override {
        return static_cast<int>((leaf_rows(leaf).size() + block_rows - 1) / block_rows);
    }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(block_range_of(leaf, block).size());
    }
    [[nodiscard]] linalg::RowRole role(int leaf, int block) const override {
        const auto number = leaf + block;
        const bool held_out = hold_every > 0 && number % hold_every == hold_every - 1;
        return held_out ? linalg::RowRole::held_out : linalg::RowRole::training;
    }
    [[nodiscard]] int part(int leaf, int block) const override {
        return part_count > 0 ? (leaf + block) % part_count : RowSource::part(leaf, block);
    }
    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto range = block_range_of(leaf, block);
        std::vector<double> row(static_cast<std::size_t>(columns_) + 1);
        for (auto i = range.begin; i < range.end; ++i) {
            row_(i, row.data());
            for (int k = 0; k <= columns_; ++k) {
                out.values[(i - range.begin) + static_cast<std::ptrdiff_t>(k) * out.leading] = row[k];
            }
        }
    }

    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        const auto range = block_range_of(leaf, block);
        for (auto i = range.begin; i < range.end; ++i)
            group[static_cast<std::size_t>(i - range.begin)] = group_rows > 0 ? i / group_rows : 0;
    }

    /// All rows of one role as a column-major matrix [rows, columns + 1], in order.
    [[nodiscard]] std::vector<double> dense(linalg::RowRole wanted, GlobalIndex& count) const {
        std::vector<GlobalIndex> chosen;
        for (int leaf = 0; leaf < leaves_; ++leaf) {
            for (int block = 0; block < blocks(leaf); ++block) {
                const auto range = block_range_of(leaf, block);
                if (role(leaf, block) != wanted) continue;
                for (auto i = range.begin; i < range.end; ++i) chosen.push_back(i);
            }
        }
        count = static_cast<GlobalIndex>(chosen.size());
        std::vector<double> matrix(chosen.size() * (static_cast<std::size_t>(columns_) + 1));
        std::vector<double> row(static_cast<std::size_t>(columns_) + 1);
        for (std::size_t i = 0; i < chosen.size(); ++i) {
            row_(chosen[i], row.data());
            for (std::size_t k = 0; k < row.size(); ++k) matrix[i + k * chosen.size()] = row[k];
        }
        return matrix;
    }

  private:
    [[nodiscard]] parallel::Range leaf_rows(int leaf) const {
        return parallel::block_range(rows_, leaves_, leaf);
    }
    [[nodiscard]] parallel::Range block_range_of(int leaf, int block) const {
        const auto all = leaf_rows(leaf);
        const auto begin = all.begin + static_cast<GlobalIndex>(block) * block_rows;
        return {begin, std::min(all.end, begin + block_rows)};
    }

    const parallel::Communicator& comm_;
    GlobalIndex rows_;
    int columns_;
    int leaves_;
    Row row_;
};

/// Independent normal numbers, u a combination of the columns plus noise.
SyntheticRows::Row gaussian_rows(int columns, double noise);
/// tanh features of points in the square: numerically rank deficient; u a smooth function plus noise.
SyntheticRows::Row feature_rows(int columns, double noise);

/// |Zθ − u| / |u| over dense rows [count, columns + 1].
double dense_error(const std::vector<double>& matrix, GlobalIndex count,
                   const std::vector<double>& coefficients);

}  // namespace rfhgn::tests
