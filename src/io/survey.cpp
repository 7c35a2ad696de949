#include <algorithm>
#include <set>

#include "rfhgn/io/configuration_writers.hpp"
#include "rfhgn/parallel/interruption.hpp"

namespace rfhgn::io {

namespace {

std::string name_of(const std::vector<std::string>& names, GlobalIndex number) {
    const bool named = number >= 0 && static_cast<std::size_t>(number) < names.size();
    return named ? names[static_cast<std::size_t>(number)] : std::string();
}

class Surveyor {
  public:
    void add(const data::SnapshotSet& set) {
        const auto d = static_cast<std::size_t>(set.totals.dimension);
        for (std::size_t s = 0; s < set.snapshot_count(); ++s) {
            const auto first = static_cast<std::size_t>(set.node_offset[s] - set.node_offset.front());
            const auto end = static_cast<std::size_t>(set.node_offset[s + 1] - set.node_offset.front());
            for (auto i = first; i < end; ++i) add_atom(set.part.species[i], set.part.mass[i]);
            const auto moves = [&](double p) { return p != 0; };
            found_.moving += std::any_of(set.momentum.begin() + static_cast<std::ptrdiff_t>(first * d),
                                         set.momentum.begin() + static_cast<std::ptrdiff_t>(end * d), moves)
                                 ? 1
                                 : 0;
            found_.energies += set.energy[s] == set.energy[s] ? 1 : 0;
            found_.forces += set.force.empty() ? 0 : 1;
            found_.virials += !set.virial.empty() && data::is_known(set.virial[s]) ? 1 : 0;
            auto& group = found_.groups[group_name(set, s)];
            ++group.snapshots;
            group.atoms += static_cast<GlobalIndex>(end - first);
            found_.trajectories = !trajectories_.insert(set.trajectory[s]).second || found_.trajectories;
            add_box(set, s);
        }
    }
    Survey result() && {
        if (found_.groups.size() == 1 && found_.groups.begin()->first.empty()) found_.groups.clear();
        return std::move(found_);
    }

  private:
    void add_atom(int species, double mass) {
        auto& of = found_.species[species];
        of.lightest = of.atoms == 0 ? mass : std::min(of.lightest, mass);
        of.heaviest = std::max(of.heaviest, mass);
        ++of.atoms;
    }
    static std::string group_name(const data::SnapshotSet& set, std::size_t s) {
        if (!set.config_type.empty()) return name_of(set.totals.config_type_names, set.config_type[s]);
        return set.group.empty() ? std::string() : name_of(set.totals.group_names, set.group[s]);
    }
    void add_box(const data::SnapshotSet& set, std::size_t s) {
        if (set.box.empty()) return;
        const auto& periodic = set.box[s].periodic;
        const auto axes = std::count(periodic.begin(), periodic.begin() + set.totals.dimension, true);
        found_.open += axes == 0 ? 1 : 0;
        found_.partly_open += axes > 0 && axes < set.totals.dimension ? 1 : 0;
        if (!begun_) first_ = periodic;
        begun_ = true;
        found_.same_boundaries = found_.same_boundaries && periodic == first_;
    }

    Survey found_;
    std::set<GlobalIndex> trajectories_;
    std::array<bool, 3> first_{};
    bool begun_ = false;
};

/// Numbers of one snapshot, counted from 0.
data::SnapshotSet alone(data::SnapshotSet set, data::SnapshotTotals totals) {
    const auto before = set.node_offset.front();
    const auto edges = static_cast<GlobalIndex>(set.part.edges.size());
    totals.nodes = set.node_offset.back() - before;
    totals.edges = edges;
    totals.snapshots = 1;
    set.totals = std::move(totals);
    set.part.total_nodes = set.totals.nodes;
    set.part.nodes = {0, set.totals.nodes};
    set.part.first_edge_id = 0;
    for (auto& edge : set.part.edges) edge = {edge.first - before, edge.second - before};
    set.first_snapshot = 0;
    set.node_offset = {0, set.totals.nodes};
    return set;
}

class OneSnapshot final : public data::SnapshotSource {
  public:
    OneSnapshot(const data::SnapshotSource& source, GlobalIndex snapshot)
        : set_(alone(source.read_snapshots({snapshot, snapshot + 1}), source.totals())) {}

    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return set_.totals; }
    [[nodiscard]] data::SnapshotSet read(parallel::Range /*nodes*/) const override { return set_; }
    [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range /*snapshots*/) const override {
        return set_;
    }
    [[nodiscard]] data::SnapshotOutline outline(parallel::Range /*snapshots*/) const override {
        return {set_.node_offset, {0, set_.totals.edges}, {set_.group_of(0)}};
    }

  private:
    data::SnapshotSet set_;
};

}  // namespace

Survey survey(const data::SnapshotSource& source) {
    Surveyor surveyor;
    constexpr GlobalIndex nodes_at_once = 65536;
    const auto& totals = source.totals();
    const GlobalIndex step = std::max<GlobalIndex>(1, nodes_at_once * totals.snapshots / totals.nodes);
    for (GlobalIndex s = 0; s < totals.snapshots; s += step) {
        parallel::interruption_point();
        surveyor.add(source.read_snapshots({s, std::min(s + step, totals.snapshots)}));
    }
    return std::move(surveyor).result();
}

std::unique_ptr<data::SnapshotSource> only(const data::SnapshotSource& source, GlobalIndex snapshot) {
    return std::make_unique<OneSnapshot>(source, snapshot);
}

}  // namespace rfhgn::io
