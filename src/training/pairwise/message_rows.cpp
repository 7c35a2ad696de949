#include "rfhgn/data/blocked_rows.hpp"
#include "rfhgn/data/row_blocks.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/pairwise/force_rows.hpp"
#include "rfhgn/training/pairwise/rows.hpp"

#include "mean_rows.hpp"
#include "row_kinds.hpp"

namespace rfhgn::training {

namespace {

constexpr LocalIndex nodes_per_block = 1024;

struct EdgeBlock {
    model::NodeGroup group;
    linalg::RowRole role;
    int part;
};

class MessageRows final : public data::BlockedRows<EdgeBlock> {
  public:
    MessageRows(const data::TrainingSet& set, const model::PairwiseModel& model,
                std::span<const double> position)
        : BlockedRows(set),
          model_(model),
          position_(position),
          rows_(graph::atoms(set.graph, set.position), graph::neighbours(set.graph), model) {
        model::NodeGrouper grouper(graph::atoms(set.graph, set.position), graph::neighbours(set.graph));
        for (auto& leaf : data::node_blocks(set, nodes_per_block)) {
            auto& of_leaf = blocks_.emplace_back();
            for (auto& block : leaf)
                of_leaf.push_back({grouper.group(std::move(block.nodes)), block.role, block.part});
        }
    }

    [[nodiscard]] int columns() const override { return model_.message_columns(); }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(at(leaf, block).group.nodes.size()) * set_.graph.dimension;
    }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto& group = at(leaf, block).group;
        rows_.assemble(group, position_, {out.values, static_cast<std::size_t>(out.leading)});
        double* const rhs =
            out.values + static_cast<std::size_t>(out.columns) * static_cast<std::size_t>(out.leading);
        const auto d = static_cast<std::size_t>(set_.graph.dimension);
        for (std::size_t n = 0; n < group.nodes.size(); ++n)
            for (std::size_t k = 0; k < d; ++k)
                rhs[n * d + k] = -set_.force[static_cast<std::size_t>(group.nodes[n]) * d + k];
    }

    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        groups_of(at(leaf, block).group.nodes, group);
    }

  private:
    const model::PairwiseModel& model_;
    std::span<const double> position_;  // [owned + ghosts, d]
    mutable model::ForceRows rows_;     // scratch, so that blocks allocate nothing
};

}  // namespace

std::unique_ptr<linalg::RowSource> message_rows(const data::TrainingSet& set,
                                                const model::PairwiseModel& model) {
    auto rows = std::make_unique<MessageRows>(set, model, set.position);
    if (set.next.step.empty()) return rows;
    return mean_rows(std::move(rows), std::make_unique<MessageRows>(set, model, set.next.position));
}

data::RowKind message_row_kind(const model::PairwiseModel& model, int dimension) {
    return {data::RowUnit::node, nodes_per_block, dimension, model.message_columns(),
            [&model](const data::TrainingSet& set) { return message_rows(set, model); }};
}

}  // namespace rfhgn::training
