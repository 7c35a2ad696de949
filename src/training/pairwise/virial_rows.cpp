#include <algorithm>
#include <tuple>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/blocked_rows.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/training/pairwise/rows.hpp"

#include "grouped_snapshots.hpp"
#include "row_kinds.hpp"

namespace rfhgn::training {

namespace {

constexpr LocalIndex virials_per_block = 64;
constexpr std::size_t components = std::tuple_size_v<data::Virial>;

class VirialRows final : public data::BlockedRows<GroupedSnapshots> {
  public:
    VirialRows(const data::TrainingSet& set, const model::PairwiseModel& model)
        : BlockedRows(set, grouped_snapshots(set, virials_per_block, "virial_weight")),
          model_(model),
          rows_(graph::atoms(set.graph, set.position), graph::neighbours(set.graph), model) {
        require(set.snapshot.empty() || !set.box.empty(),
                Advice{"set [train] virial_weight to 0, or write /snapshots/box to the data set"},
                "virials are of particles in boxes, but the data have none");
    }

    [[nodiscard]] int columns() const override { return model_.message_columns(); }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(at(leaf, block).snapshots.size() * components);
    }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto& of = at(leaf, block);
        const auto leading = static_cast<std::size_t>(out.leading);
        const auto columns = static_cast<std::size_t>(out.columns) + 1;
        for (std::size_t c = 0; c < columns; ++c) std::fill_n(out.values + c * leading, out.rows, 0.0);
        for (std::size_t g = 0; g < of.groups.size(); ++g)
            rows_.add_virials(of.groups[g], set_.position, of.snapshot_of[g], {out.values, leading});
        for (std::size_t s = 0; s < of.snapshots.size(); ++s)
            fill_rhs(static_cast<std::size_t>(of.snapshots[s]), out.values + s * components, columns,
                     leading);
    }

    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        const auto& first_node = at(leaf, block).first_node;
        for (std::size_t row = 0; row < group.size(); ++row)
            group[row] = set_.left_out_with(first_node[row / components]);
    }

  private:
    // A snapshot whose virial is not known leaves rows of zeros.
    void fill_rhs(std::size_t snapshot, double* rows, std::size_t columns, std::size_t leading) const {
        const bool known = !set_.virial.empty() && data::is_known(set_.virial[snapshot]);
        if (known) {
            std::copy_n(set_.virial[snapshot].data(), components, rows + (columns - 1) * leading);
        } else {
            for (std::size_t c = 0; c < columns; ++c) std::fill_n(rows + c * leading, components, 0.0);
        }
    }

    const model::PairwiseModel& model_;
    mutable model::ForceRows rows_;  // scratch
};

}  // namespace

std::unique_ptr<linalg::RowSource> virial_rows(const data::TrainingSet& set,
                                               const model::PairwiseModel& model) {
    return std::make_unique<VirialRows>(set, model);
}

data::RowKind virial_row_kind(const model::PairwiseModel& model) {
    return {data::RowUnit::snapshot, virials_per_block, static_cast<LocalIndex>(components),
            model.message_columns(),
            [&model](const data::TrainingSet& set) { return virial_rows(set, model); }};
}

linalg::RowCounts silent_virial_rows(const data::TrainingSet& set) {
    const auto d = static_cast<GlobalIndex>(set.graph.dimension);
    const GlobalIndex told = d * (d + 1) / 2;  // components of a virial in d dimensions
    linalg::RowCounts silent;
    for (const auto& leaf : data::snapshot_blocks(set, virials_per_block))
        for (const auto& block : leaf)
            for (const LocalIndex s : block.snapshots) {
                const bool known =
                    !set.virial.empty() && data::is_known(set.virial[static_cast<std::size_t>(s)]);
                (block.role == linalg::RowRole::training ? silent.training : silent.held_out) +=
                    static_cast<GlobalIndex>(components) - (known ? told : 0);
            }
    return silent;
}

}  // namespace rfhgn::training
