#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/blocked_rows.hpp"
#include "rfhgn/data/row_blocks.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/force_rows.hpp"
#include "rfhgn/training/rows.hpp"

namespace rfhgn::training {

namespace {

constexpr LocalIndex energies_per_block = 64;
constexpr LocalIndex nodes_per_group = 1024;

// Snapshots whose rows are made together. Their nodes are cut into groups, so that the features of all
// edges of a large snapshot need not be in memory at once.
struct EnergyBlock : data::SnapshotBlock {
    std::vector<model::NodeGroup> groups;
    std::vector<std::vector<LocalIndex>> row_of;  // [groups][nodes]
};

class EnergyRows final : public data::BlockedRows<EnergyBlock> {
  public:
    EnergyRows(const data::TrainingSet& set, const model::PairwiseModel& model, double weight)
        : BlockedRows(set),
          model_(model),
          weight_(weight),
          kinetic_(model::make_kinetic_term(model)),
          rows_(graph::atoms(set.graph, set.position), graph::neighbours(set.graph), model) {
        model::NodeGrouper grouper(graph::atoms(set.graph, set.position), graph::neighbours(set.graph));
        for (auto& leaf : data::snapshot_blocks(set, energies_per_block)) {
            auto& of_leaf = blocks_.emplace_back();
            for (auto& block : leaf) of_leaf.push_back(grouped(std::move(block), grouper));
        }
    }

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
            rows_.add_energies(of.groups[g], set_.position, of.row_of[g], {out.values, leading}, shares);
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
    static EnergyBlock grouped(data::SnapshotBlock snapshots, model::NodeGrouper& grouper) {
        EnergyBlock block{std::move(snapshots), {}, {}};
        std::vector<LocalIndex> nodes;
        std::vector<LocalIndex> row_of;
        const auto flush = [&] {
            if (nodes.empty()) return;
            block.groups.push_back(grouper.group(std::exchange(nodes, {})));
            block.row_of.push_back(std::exchange(row_of, {}));
        };
        for (std::size_t s = 0; s < block.nodes.size(); ++s)
            for (LocalIndex n = 0; n < block.nodes[s]; ++n) {
                nodes.push_back(block.first_node[s] + n);
                row_of.push_back(static_cast<LocalIndex>(s));
                if (static_cast<LocalIndex>(nodes.size()) == nodes_per_group) flush();
            }
        flush();
        return block;
    }

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
            if (shares[s] > 0) column[s] = weight_ * (column[s] - shares[s] / all * sum);
    }

    const model::PairwiseModel& model_;
    double weight_;
    std::unique_ptr<potential::KineticTerm> kinetic_;
    mutable model::ForceRows rows_;  // scratch
};

}  // namespace

std::unique_ptr<linalg::RowSource> energy_rows(const data::TrainingSet& set,
                                               const model::PairwiseModel& model, double weight) {
    require(data::whole_snapshots(set.snapshots, set.leaves),
            Advice{"set [train] energy_weight to 0, or give more and smaller snapshots"},
            "rows of energies need whole snapshots, at least {} of them, but there are {}", set.leaves,
            set.snapshots);
    return std::make_unique<EnergyRows>(set, model, weight);
}

std::unique_ptr<linalg::RowSource> energy_rows(const data::TrainingData& data,
                                               const model::PairwiseModel& model, double weight) {
    return data.rows(
        {data::RowUnit::snapshot, energies_per_block, 1, model.message_columns(),
         [&model, weight](const data::TrainingSet& set) { return energy_rows(set, model, weight); }});
}

}  // namespace rfhgn::training
