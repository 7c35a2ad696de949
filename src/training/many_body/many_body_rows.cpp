#include "many_body_rows.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/blocked_rows.hpp"
#include "rfhgn/data/row_blocks.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/many_body/rows.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "snapshot_neighbourhoods.hpp"

namespace rfhgn::training {

namespace {

constexpr LocalIndex atoms_per_block = 512;
constexpr LocalIndex snapshots_per_block = 4;
constexpr std::size_t components = std::tuple_size_v<data::Virial>;

// Rows with their right-hand side as last column, column-major.
struct Rows {
    std::size_t count = 0;
    std::vector<double> values{};

    void shape(std::size_t rows, std::size_t columns) {
        count = rows;
        values.resize(rows * (columns + 1));
    }
    [[nodiscard]] double* rhs(std::size_t columns) { return values.data() + count * columns; }
    void scale(double factor) {
        for (double& value : values) value *= factor;
    }
};

struct OfSnapshot {
    Rows energy;
    Rows virial;
};

}  // namespace

namespace {

// Rows of the snapshots of one set, for all targets.
class SetRows {
  public:
    SetRows(model::many_body::RowMaker& maker, const data::TrainingSet& set)
        : maker_(maker), columns_(static_cast<std::size_t>(maker.columns().size())), set_(set) {}

    [[nodiscard]] const data::TrainingSet& set() const noexcept { return set_; }

    // Rows of the forces on all atoms of a snapshot; valid until another is asked for.
    const Rows& forces(int leaf, LocalIndex snapshot, LocalIndex first, LocalIndex atoms) {
        look_at(leaf);
        if (last_ != snapshot) make(snapshot, first, atoms);
        return force_;
    }
    const OfSnapshot& of_snapshot(int leaf, LocalIndex snapshot, LocalIndex first, LocalIndex atoms) {
        look_at(leaf);
        const auto found = small_.find(snapshot);
        if (found != small_.end()) return found->second;
        make(snapshot, first, atoms);
        return small_.at(snapshot);
    }

  private:
    // What was made of one leaf is not asked for after another has begun.
    void look_at(int leaf) {
        if (leaf_ == leaf) return;
        if (!neighbours_) neighbours_.emplace(set_);
        leaf_ = leaf;
        last_ = -1;
        small_.clear();
    }

    void make(LocalIndex snapshot, LocalIndex first, LocalIndex atoms) {
        const auto n = static_cast<std::size_t>(atoms);
        const auto& neighbourhoods = neighbours_->of(first, atoms);
        const auto species = std::span(set_.graph.species).subspan(static_cast<std::size_t>(first), n);
        auto& [energy, virial] = small_[snapshot];
        energy.shape(1, columns_);
        virial.shape(components, columns_);
        force_.shape(3 * n, columns_);
        maker_.fill(
            species, neighbourhoods,
            {{energy.values.data(), 1}, {force_.values.data(), 3 * n}, {virial.values.data(), components}});
        fill_rhs(snapshot, first, n, maker_.core(species, neighbourhoods));
        energy.scale(1.0 / static_cast<double>(n));
        virial.scale(1.0 / static_cast<double>(n));
        last_ = snapshot;
    }

    // What is not known leaves rows of zeros.
    void fill_rhs(LocalIndex snapshot, LocalIndex first, std::size_t atoms,
                  const model::many_body::CoreTargets& core) {
        auto& [energy, virial] = small_[snapshot];
        const auto at = static_cast<std::size_t>(snapshot);
        const auto begin = static_cast<std::size_t>(first);
        if (set_.energy_known[begin]) {
            energy.rhs(columns_)[0] = set_.energy[at] -
                                      set_.kinetic_energy(first, first + static_cast<LocalIndex>(atoms)) -
                                      core.energy;
        } else {
            std::fill(energy.values.begin(), energy.values.end(), 0.0);
        }
        if (!set_.virial.empty() && data::is_known(set_.virial[at])) {
            for (std::size_t c = 0; c < components; ++c)
                virial.rhs(columns_)[c] = set_.virial[at][c] - core.virial[c];
        } else {
            std::fill(virial.values.begin(), virial.values.end(), 0.0);
        }
        for (std::size_t k = 0; k < 3 * atoms; ++k)
            force_.rhs(columns_)[k] = set_.force[3 * begin + k] - core.force[k];
    }

    model::many_body::RowMaker& maker_;
    std::size_t columns_;
    const data::TrainingSet& set_;
    std::optional<SnapshotNeighbourhoods> neighbours_{};
    int leaf_ = -1;
    LocalIndex last_ = -1;  // whose forces are there
    Rows force_{};
    std::map<LocalIndex, OfSnapshot> small_{};  // of the snapshots of the leaf
};

}  // namespace

class ManyBodyRowMaker {
  public:
    explicit ManyBodyRowMaker(const model::many_body::Features& features) : maker_(features) {}

    // Shared by the sources of a set, and gone with them: the next batch of streamed data may lie where the
    // last one was.
    std::shared_ptr<SetRows> rows_of(const data::TrainingSet& set) {
        auto open = open_.lock();
        if (!open || &open->set() != &set) open_ = open = std::make_shared<SetRows>(maker_, set);
        return open;
    }

  private:
    model::many_body::RowMaker maker_;
    std::weak_ptr<SetRows> open_{};
};

std::shared_ptr<ManyBodyRowMaker> many_body_row_maker(const model::many_body::Features& features) {
    return std::make_shared<ManyBodyRowMaker>(features);
}

namespace {

using Maker = std::shared_ptr<ManyBodyRowMaker>;

// Rows [from, from + count) into a block, from row `to` on.
void copy_rows(const Rows& rows, std::size_t from, std::size_t count, linalg::RowBlock out, std::size_t to) {
    const auto columns = static_cast<std::size_t>(out.columns) + 1;
    for (std::size_t c = 0; c < columns; ++c)
        std::copy_n(rows.values.data() + c * rows.count + from, count,
                    out.values + c * static_cast<std::size_t>(out.leading) + to);
}

class ForceBlocks final : public data::BlockedRows<data::NodeBlock> {
  public:
    ForceBlocks(const data::TrainingSet& set, Maker maker, int columns)
        : BlockedRows(set, data::node_blocks(set, atoms_per_block)),
          maker_(std::move(maker)),
          rows_(maker_->rows_of(set)),
          columns_(columns) {}

    [[nodiscard]] int columns() const override { return columns_; }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return 3 * static_cast<LocalIndex>(at(leaf, block).nodes.size());
    }
    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto& nodes = at(leaf, block).nodes;
        for (std::size_t n = 0; n < nodes.size();) {
            const LocalIndex snapshot = set_.snapshot[static_cast<std::size_t>(nodes[n])];
            const LocalIndex first = set_.snapshot_begin(nodes[n]);
            const LocalIndex end = set_.snapshot_end(nodes[n]);
            std::size_t behind = n;
            while (behind < nodes.size() && nodes[behind] < end) ++behind;
            const auto& rows = rows_->forces(leaf, snapshot, first, end - first);
            copy_rows(rows, 3 * static_cast<std::size_t>(nodes[n] - first), 3 * (behind - n), out, 3 * n);
            n = behind;
        }
    }
    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        groups_of(at(leaf, block).nodes, group);
    }

  private:
    Maker maker_;
    std::shared_ptr<SetRows> rows_;
    int columns_;
};

class SnapshotBlocks final : public data::BlockedRows<data::SnapshotBlock> {
  public:
    SnapshotBlocks(const data::TrainingSet& set, Target target, Maker maker, int columns)
        : BlockedRows(set, data::snapshot_blocks(set, snapshots_per_block)),
          target_(target),
          maker_(std::move(maker)),
          rows_(maker_->rows_of(set)),
          columns_(columns) {}

    [[nodiscard]] int columns() const override { return columns_; }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        return static_cast<LocalIndex>(at(leaf, block).snapshots.size() * each());
    }
    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto& of = at(leaf, block);
        for (std::size_t s = 0; s < of.snapshots.size(); ++s) {
            const auto& made = rows_->of_snapshot(leaf, of.snapshots[s], of.first_node[s], of.nodes[s]);
            copy_rows(target_ == Target::energy ? made.energy : made.virial, 0, each(), out, s * each());
        }
    }
    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        const auto& first = at(leaf, block).first_node;
        for (std::size_t row = 0; row < group.size(); ++row)
            group[row] = set_.left_out_with(first[row / each()]);
    }

  private:
    [[nodiscard]] std::size_t each() const { return target_ == Target::energy ? 1 : components; }

    Target target_;
    Maker maker_;
    std::shared_ptr<SetRows> rows_;
    int columns_;
};

}  // namespace

data::RowKind many_body_row_kind(Target target, Maker maker, int columns) {
    if (target == Target::force)
        return {data::RowUnit::node, atoms_per_block, 3, columns,
                [maker, columns](const data::TrainingSet& set) -> std::unique_ptr<linalg::RowSource> {
                    return std::make_unique<ForceBlocks>(set, maker, columns);
                }};
    return {data::RowUnit::snapshot, snapshots_per_block,
            target == Target::energy ? 1 : static_cast<LocalIndex>(components), columns,
            [target, maker, columns](const data::TrainingSet& set) -> std::unique_ptr<linalg::RowSource> {
                return std::make_unique<SnapshotBlocks>(set, target, maker, columns);
            }};
}

std::vector<GlobalIndex> known_many_body_rows(Target target, const data::TrainingData& data) {
    std::vector<GlobalIndex> known(static_cast<std::size_t>(data.facts().parts), 0);
    const auto each = target == Target::virial ? static_cast<GlobalIndex>(components) : GlobalIndex{1};
    parallel::together(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            for (LocalIndex first = 0, end = 0; first < set.graph.owned; first = end) {
                end = set.snapshot_end(first);
                const auto node = static_cast<std::size_t>(first);
                auto& rows = known[static_cast<std::size_t>(set.part[node])];
                if (target == Target::force) rows += 3 * GlobalIndex{end - first};
                if ((target == Target::energy && set.energy_known[node]) ||
                    (target == Target::virial && !set.virial.empty() &&
                     data::is_known(set.virial[static_cast<std::size_t>(set.snapshot[node])])))
                    rows += each;
            }
        });
    });
    parallel::sum(data.comm(), std::span<GlobalIndex>(known));
    return known;
}

}  // namespace rfhgn::training
