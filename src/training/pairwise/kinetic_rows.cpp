#include <cmath>

#include "rfhgn/data/blocked_rows.hpp"
#include "rfhgn/data/row_blocks.hpp"
#include "rfhgn/model/pairwise/features.hpp"
#include "rfhgn/training/midpoint_momentum.hpp"
#include "rfhgn/training/pairwise/rows.hpp"

#include "row_kinds.hpp"

namespace rfhgn::training {

namespace {

constexpr LocalIndex nodes_per_block = 2048;

// Empty for data with rates.
std::vector<double> steps_midpoint(const data::TrainingSet& set, model::PairwiseModel model) {
    if (set.next.step.empty()) return {};
    model.kinetic_known = true;  // its coefficients are yet to come, and only forces are asked for
    return midpoint_momentum(set, *model::make_force_field(model, set.graph.edge_attributes.names));
}

class KineticRows final : public data::BlockedRows<data::NodeBlock> {
  public:
    KineticRows(const data::TrainingSet& set, const model::PairwiseModel& model)
        : BlockedRows(set, data::node_blocks(set, nodes_per_block)),
          model_(model),
          midpoint_(steps_midpoint(set, model)),
          momentum_(midpoint_.empty() ? set.momentum : midpoint_) {}

    [[nodiscard]] int columns() const override { return model_.node.width; }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(at(leaf, block).nodes.size());
    }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto& nodes = at(leaf, block).nodes;
        const auto d = static_cast<std::size_t>(set_.graph.dimension);
        inputs_.squared_momentum.resize(nodes.size());
        inputs_.mass.resize(nodes.size());
        double* const rhs =
            out.values + static_cast<std::size_t>(out.columns) * static_cast<std::size_t>(out.leading);
        for (std::size_t n = 0; n < nodes.size(); ++n) {
            const auto node = static_cast<std::size_t>(nodes[n]);
            double p2 = 0;
            double along = 0;
            for (std::size_t k = node * d; k < (node + 1) * d; ++k) {
                p2 += momentum_[k] * momentum_[k];
                along += momentum_[k] * set_.velocity[k];
            }
            inputs_.squared_momentum[n] = p2;
            inputs_.mass[n] = set_.graph.mass[node];
            rhs[n] = p2 > 0 ? along / std::sqrt(p2) : 0.0;
        }
        const auto leading = static_cast<std::size_t>(out.leading);
        model::kinetic_slopes(model_, inputs_, {out.values, leading});
        for (std::size_t c = 0; c < static_cast<std::size_t>(out.columns); ++c)
            for (std::size_t n = 0; n < nodes.size(); ++n)
                out.values[c * leading + n] *= 2.0 * std::sqrt(inputs_.squared_momentum[n]);
    }

    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        groups_of(at(leaf, block).nodes, group);
    }

  private:
    const model::PairwiseModel& model_;
    std::vector<double> midpoint_;  // of leapfrog steps
    std::span<const double> momentum_;
    mutable model::NodeInputs inputs_;  // scratch, so that blocks allocate nothing
};

}  // namespace

std::unique_ptr<linalg::RowSource> kinetic_rows(const data::TrainingSet& set,
                                                const model::PairwiseModel& model) {
    return std::make_unique<KineticRows>(set, model);
}

data::RowKind kinetic_row_kind(const model::PairwiseModel& model) {
    return {data::RowUnit::node, nodes_per_block, 1, model.node.width,
            [&model](const data::TrainingSet& set) { return kinetic_rows(set, model); }};
}

}  // namespace rfhgn::training
