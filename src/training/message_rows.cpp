#include "rfhgn/model/force_rows.hpp"
#include "rfhgn/training/rows.hpp"

#include "mean_rows.hpp"
#include "row_blocks.hpp"

namespace rfhgn::training {

namespace {

struct EdgeBlock {
    model::NodeGroup group;
    linalg::RowRole role;
};

class MessageRows final : public linalg::RowSource {
  public:
    MessageRows(const TrainingSet& set, const model::PairwiseModel& model, std::span<const double> position)
        : set_(set), model_(model), position_(position), rows_(set.graph, model) {
        model::NodeGrouper grouper(set.graph);
        for (auto& leaf : node_blocks(set, message_nodes_per_block)) {
            auto& of_leaf = blocks_.emplace_back();
            for (auto& block : leaf) of_leaf.push_back({grouper.group(std::move(block.nodes)), block.role});
        }
    }

    [[nodiscard]] int columns() const override { return model_.message_columns(); }
    [[nodiscard]] int leaves() const override { return set_.leaves; }
    [[nodiscard]] parallel::Range owned_leaves() const override {
        return training::owned_leaves(set_.comm, set_.leaves);
    }
    [[nodiscard]] int blocks(int leaf) const override { return static_cast<int>(of(leaf).size()); }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(at(leaf, block).group.nodes.size()) * set_.graph.dimension;
    }
    [[nodiscard]] linalg::RowRole role(int leaf, int block) const override { return at(leaf, block).role; }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto& group = at(leaf, block).group;
        rows_.assemble(group, position_, {out.values, static_cast<std::size_t>(out.leading)});
        double* const rhs =
            out.values + static_cast<std::size_t>(out.columns) * static_cast<std::size_t>(out.leading);
        const auto d = static_cast<std::size_t>(set_.graph.dimension);
        for (std::size_t n = 0; n < group.nodes.size(); ++n)
            for (std::size_t k = 0; k < d; ++k)
                rhs[n * d + k] = -set_.momentum_rate[static_cast<std::size_t>(group.nodes[n]) * d + k];
    }

    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        const auto& nodes = at(leaf, block).group.nodes;
        const auto d = static_cast<std::size_t>(set_.graph.dimension);
        for (std::size_t row = 0; row < group.size(); ++row)
            group[row] = set_.snapshot_number(nodes[row / d]);
    }

  private:
    [[nodiscard]] const std::vector<EdgeBlock>& of(int leaf) const {
        return blocks_[static_cast<std::size_t>(leaf - owned_leaves().begin)];
    }
    [[nodiscard]] const EdgeBlock& at(int leaf, int block) const {
        return of(leaf)[static_cast<std::size_t>(block)];
    }

    const TrainingSet& set_;
    const model::PairwiseModel& model_;
    std::span<const double> position_;  // [owned + ghosts, d]
    std::vector<std::vector<EdgeBlock>> blocks_;
    mutable model::ForceRows rows_;  // scratch, so that blocks allocate nothing
};

}  // namespace

std::unique_ptr<linalg::RowSource> message_rows(const TrainingSet& set, const model::PairwiseModel& model) {
    auto rows = std::make_unique<MessageRows>(set, model, set.position);
    if (set.next.step.empty()) return rows;
    return mean_rows(std::move(rows), std::make_unique<MessageRows>(set, model, set.next.position));
}

}  // namespace rfhgn::training
