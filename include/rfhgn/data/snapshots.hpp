#pragma once
/// A data set: M snapshots (positions, momenta, velocities, forces; energy and virial of each) that together
/// form one graph with M disconnected components.

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "rfhgn/graph/box.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/potential/force_field.hpp"
#include "rfhgn/potential/species_names.hpp"

namespace rfhgn::data {

/// What is known of a data set without reading its arrays; the same on every rank.
struct SnapshotTotals {
    int dimension = 3;
    GlobalIndex nodes = 0;
    GlobalIndex edges = 0;
    GlobalIndex snapshots = 0;
    std::vector<std::string> edge_attribute_names;
    std::string units;  ///< a name of systems::Units, "reduced" by default
    /// Snapshots have boxes, and edges that follow from a cutoff in them: until it is known there are none.
    bool boxes = false;
    potential::SpeciesNames species_names{};
    std::string path{};                            ///< of its file, for messages; empty: of none
    std::vector<std::string> group_names{};        ///< by the number of a group; empty: not known
    std::vector<std::string> config_type_names{};  ///< by the number of a type
};

/// Components xx, yy, zz, xy, xz, yz of Σ over pairs of r_a f_b, f the force on one particle of a pair and r
/// its position seen from the other: −∂V/∂ε under a strain ε of cell and positions. The part of the
/// potential energy in a stress that is positive in tension is −virial / volume.
using potential::Virial;

/// NaN: not known.
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr Virial unknown_virial{unknown, unknown, unknown, unknown, unknown, unknown};
/// Whether all six components are.
bool is_known(const Virial& virial);

/// One rank's consecutive part of a data set. Per-snapshot arrays cover the snapshots that own at least one
/// of this rank's nodes (the first and the last may be shared with neighbouring ranks).
struct SnapshotSet {
    SnapshotTotals totals;
    graph::GraphPart part;         ///< nodes, masses, species, edges (by global node index), edge attributes
    std::vector<double> position;  ///< [part.nodes, d]
    std::vector<double> momentum;  ///< [part.nodes, d]
    std::vector<double> velocity;  ///< dq/dt [part.nodes, d], empty when not known
    std::vector<double> force;     ///< dp/dt [part.nodes, d], empty when not known (a time series)
    GlobalIndex first_snapshot = 0;
    std::vector<GlobalIndex> node_offset;  ///< [snapshots here + 1], global node index where each begins
    std::vector<double> energy;            ///< [snapshots here], NaN where it is not known
    std::vector<double> time;              ///< [snapshots here]
    std::vector<GlobalIndex> trajectory;   ///< [snapshots here]
    std::vector<GlobalIndex> group{};      ///< [snapshots here], empty: see group_of
    /// [snapshots here], of what kind each is ("surface", "liquid"), −1: of none; empty: no kinds are known.
    std::vector<GlobalIndex> config_type{};
    std::vector<Virial> virial{};  ///< [snapshots here], unknown_virial where it is not known; empty: of none
    std::vector<graph::Box> box{};  ///< [snapshots here], also when edges have been found; empty without

    [[nodiscard]] std::size_t snapshot_count() const noexcept { return trajectory.size(); }
    /// Snapshots of one group are held out together: the group that the data set gives, or the trajectory.
    [[nodiscard]] GlobalIndex group_of(std::size_t snapshot) const {
        return group.empty() ? trajectory[snapshot] : group[snapshot];
    }
};

/// Throws the InputError of an edge that is listed twice, in one direction or in both: it would count twice,
/// and a model would learn half of its force. Rows are those of the particles that it joins.
[[noreturn]] void refuse_doubled_edge(const std::string& path, GlobalIndex snapshot, GlobalIndex row,
                                      GlobalIndex other);

/// Sizes of consecutive snapshots, known without reading their arrays.
struct SnapshotOutline {
    std::vector<GlobalIndex> node_offset;  ///< [snapshots + 1], global node index where each begins
    std::vector<GlobalIndex> edge_offset;  ///< [snapshots + 1]
    std::vector<GlobalIndex> group;        ///< [snapshots], as SnapshotSet::group_of
};

/// A data set that is read in parts, so that no rank ever needs to hold more than it asks for.
class SnapshotSource {
  public:
    virtual ~SnapshotSource() = default;
    [[nodiscard]] virtual const SnapshotTotals& totals() const noexcept = 0;
    /// The nodes in `nodes` (ranks' ranges in order must cover the data set) and, of the edges, a block of
    /// all. *Collective.* Throws InputError on all ranks alike.
    [[nodiscard]] virtual SnapshotSet read(parallel::Range nodes) const = 0;
    /// Whole snapshots with their edges, whatever other ranks read. Local: throws InputError on this rank
    /// alone.
    [[nodiscard]] virtual SnapshotSet read_snapshots(parallel::Range snapshots) const = 0;
    /// Local; throws like read_snapshots.
    [[nodiscard]] virtual SnapshotOutline outline(parallel::Range snapshots) const = 0;
};

}  // namespace rfhgn::data
