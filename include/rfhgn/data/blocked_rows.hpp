#pragma once
/// What sources of rows of a training set have in common, whatever their blocks hold.

#include <span>
#include <vector>

#include "rfhgn/data/training_set.hpp"
#include "rfhgn/linalg/row_source.hpp"

namespace rfhgn::data {

/// Rows that are made block by block; a Block has the members `role` and `part`. Keeps a reference to the
/// set.
template <class Block>
class BlockedRows : public linalg::RowSource {
  public:
    [[nodiscard]] int leaves() const final { return set_.leaves; }
    [[nodiscard]] parallel::Range owned_leaves() const final {
        return data::owned_leaves(set_.comm, set_.leaves);
    }
    [[nodiscard]] int blocks(int leaf) const final { return static_cast<int>(of(leaf).size()); }
    [[nodiscard]] linalg::RowRole role(int leaf, int block) const final { return at(leaf, block).role; }
    [[nodiscard]] int part(int leaf, int block) const final { return at(leaf, block).part; }

  protected:
    explicit BlockedRows(const TrainingSet& set, std::vector<std::vector<Block>> blocks = {})
        : set_(set), blocks_(std::move(blocks)) {}

    [[nodiscard]] const Block& at(int leaf, int block) const {
        return of(leaf)[static_cast<std::size_t>(block)];
    }
    /// Groups of rows that follow the nodes of a block, as many for each.
    void groups_of(const std::vector<LocalIndex>& nodes, std::span<GlobalIndex> group) const {
        const std::size_t rows_of_node = nodes.empty() ? 1 : group.size() / nodes.size();
        for (std::size_t row = 0; row < group.size(); ++row)
            group[row] = set_.left_out_with(nodes[row / rows_of_node]);
    }

    const TrainingSet& set_;
    std::vector<std::vector<Block>> blocks_;  // [owned leaves][blocks]

  private:
    [[nodiscard]] const std::vector<Block>& of(int leaf) const {
        return blocks_[static_cast<std::size_t>(leaf - owned_leaves().begin)];
    }
};

}  // namespace rfhgn::data
