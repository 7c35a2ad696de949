#include <algorithm>
#include <cmath>
#include <numeric>

#include "rfhgn/data/blocked_rows.hpp"
#include "rfhgn/data/row_blocks.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/pairwise/force_rows.hpp"
#include "rfhgn/training/pairwise/rows.hpp"

#include "grouped_snapshots.hpp"
#include "row_kinds.hpp"

namespace rfhgn::training {

namespace {

constexpr LocalIndex energies_per_block = 64;
class EnergyRows final : public data::BlockedRows<GroupedSnapshots> {
  public:
    EnergyRows(const data::TrainingSet& set, const model::PairwiseModel& model)
        : BlockedRows(set, grouped_snapshots(set, energies_per_block, "energy_weight")),
          model_(model),
          kinetic_(model::make_kinetic_term(model)),
          rows_(graph::atoms(set.graph, set.position), graph::neighbours(set.graph), model) {}

    [[nodiscard]] int columns() const override { return model_.message_columns(); }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(at(leaf, block).snapshots.size());
    }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto& of = at(leaf, block);
        const auto leading = static_cast<std::size_t>(out.leading);
        const auto count = static_cast<std::size_t>(out.rows);
        const auto columns = static_cast<std::size_t>(out.columns) + 1;
        for (std::size_t c = 0; c < columns; ++c) std::fill_n(out.values + c * leading, count, 0.0);
        std::vector<double> shares(count, 0.0);
        for (std::size_t g = 0; g < of.groups.size(); ++g)
            rows_.add_energies(of.groups[g], set_.position, of.snapshot_of[g], {out.values, leading}, shares);
        if (model_.cutoff.fixes_energy()) shares.assign(of.nodes.begin(), of.nodes.end());
        fill_rhs(of, out.values + (columns - 1) * leading, shares);
        for (std::size_t c = 0; c < columns; ++c)
            take_constant_out({out.values + c * leading, count}, shares);
    }

    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        const auto& first_node = at(leaf, block).first_node;
        for (std::size_t s = 0; s < group.size(); ++s) group[s] = set_.left_out_with(first_node[s]);
    }

  private:
    // H − T. What must not count is left without a share in the constant.
    void fill_rhs(const data::SnapshotBlock& block, double* rhs, std::vector<double>& shares) const {
        for (std::size_t s = 0; s < shares.size(); ++s) {
            const double energy = set_.energy[static_cast<std::size_t>(block.snapshots[s])];
            if (!std::isfinite(energy)) shares[s] = 0;
            if (shares[s] > 0) rhs[s] = energy - kinetic_energy(block.first_node[s], block.nodes[s]);
        }
    }

    [[nodiscard]] double kinetic_energy(LocalIndex first, LocalIndex nodes) const {
        constexpr LocalIndex batch = 512;
        const auto d = static_cast<std::size_t>(set_.graph.dimension);
        double sum = 0;
        for (LocalIndex begin = first; begin < first + nodes; begin += batch) {
            const auto count = static_cast<std::size_t>(std::min(batch, first + nodes - begin));
            std::vector<double> squared(count, 0.0);
            for (std::size_t k = 0; k < count * d; ++k) {
                const double p = set_.momentum[static_cast<std::size_t>(begin) * d + k];
                squared[k / d] += p * p;
            }
            std::vector<double> slope(count);
            std::vector<double> energy(count);
            kinetic_->evaluate(graph::atoms(set_.graph, set_.position), begin, squared, slope, energy);
            sum = std::accumulate(energy.begin(), energy.end(), sum);
        }
        return sum;
    }

    void take_constant_out(std::span<double> column, const std::vector<double>& shares) const {
        double sum = 0;
        double all = 0;
        for (std::size_t s = 0; s < column.size(); ++s) {
            if (shares[s] == 0) column[s] = 0;
            sum += column[s];
            all += shares[s];
        }
        for (std::size_t s = 0; s < column.size(); ++s)
            if (shares[s] > 0) column[s] -= shares[s] / all * sum;
    }

    const model::PairwiseModel& model_;
    std::unique_ptr<potential::KineticTerm> kinetic_;
    mutable model::ForceRows rows_;  // scratch
};

}  // namespace

std::unique_ptr<linalg::RowSource> energy_rows(const data::TrainingSet& set,
                                               const model::PairwiseModel& model) {
    return std::make_unique<EnergyRows>(set, model);
}

data::RowKind energy_row_kind(const model::PairwiseModel& model) {
    return {data::RowUnit::snapshot, energies_per_block, 1, model.message_columns(),
            [&model](const data::TrainingSet& set) { return energy_rows(set, model); }};
}

linalg::RowCounts silent_energy_rows(const data::TrainingSet& set) {
    linalg::RowCounts silent;
    for (const auto& leaf : data::snapshot_blocks(set, energies_per_block))
        for (const auto& block : leaf) {
            const auto known = std::count_if(
                block.snapshots.begin(), block.snapshots.end(),
                [&](LocalIndex s) { return std::isfinite(set.energy[static_cast<std::size_t>(s)]); });
            // The constant takes one equation of each block that has any.
            (block.role == linalg::RowRole::training ? silent.training : silent.held_out) +=
                static_cast<GlobalIndex>(block.snapshots.size()) - known + (known > 0 ? 1 : 0);
        }
    return silent;
}

}  // namespace rfhgn::training
