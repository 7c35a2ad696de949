#pragma once

#include <string>
#include <vector>

#include "rfhgn/data/partition.hpp"
#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::data {

/// The other end of leapfrog steps that begin at the frames of a set (see time_series.hpp); empty for data
/// with rates.
struct NextFrame {
    std::vector<double> position;  ///< of the same nodes one step later, as `position` of the set
    std::vector<double> momentum;  ///< one step later, as `momentum` of the set
    std::vector<double> step;      ///< [nodes]
};

/// A data set, or a part of one, laid out for training: snapshots as one distributed graph, cut over ranks by
/// leaves.
struct TrainingSet {
    parallel::Communicator comm;
    int leaves;
    std::vector<std::vector<parallel::Range>> pieces;  ///< [owned leaves][pieces], global ids of their nodes
    graph::DistributedGraph graph;
    std::vector<double> position;      ///< [owned + ghosts, d]
    std::vector<double> momentum;      ///< [owned, d]
    std::vector<double> velocity;      ///< [owned, d]
    std::vector<double> force;         ///< [owned, d]
    std::vector<LocalIndex> snapshot;  ///< [owned], index into the per-snapshot arrays of this rank
    std::vector<char> held_out;        ///< [owned], by whole groups
    std::vector<int> part;             ///< [owned], see Split
    int parts = 2;                     ///< with the held-out one
    std::vector<char> energy_known;    ///< [owned], of the node's snapshot
    std::vector<double> energy{};      ///< [snapshots of this rank], NaN where it is not known
    std::vector<Virial> virial{};      ///< [snapshots of this rank], see SnapshotSet
    std::vector<graph::Box> box{};     ///< [snapshots of this rank], empty without boxes
    std::vector<GlobalIndex> group{};  ///< [snapshots of this rank], empty when the data set gives none
    NextFrame next{};                  ///< empty, or the other ends of leapfrog steps
    double known_energy = 0;    ///< sum of the known energies of training snapshots that begin on this rank
    GlobalIndex snapshots = 0;  ///< of the whole data set
    GlobalIndex held_out_snapshots = 0;  ///< of the ranks of comm
    GlobalIndex first_snapshot = 0;      ///< number in the data set of this rank's first snapshot
    std::string units{};
    potential::SpeciesNames species_names{};

    /// The snapshot of an owned node, numbered over the whole data set.
    [[nodiscard]] GlobalIndex snapshot_number(LocalIndex node) const {
        return first_snapshot + snapshot[static_cast<std::size_t>(node)];
    }
    /// The first owned node of the snapshot of an owned node, and the one behind the last.
    [[nodiscard]] LocalIndex snapshot_begin(LocalIndex node) const;
    [[nodiscard]] LocalIndex snapshot_end(LocalIndex node) const;
    /// Σ |p|²/2m of the owned nodes [first, end).
    [[nodiscard]] double kinetic_energy(LocalIndex first, LocalIndex end) const;
    /// What is left out together with an owned node (linalg::LeaveOneOut): the group that the data set gives,
    /// or the snapshot.
    [[nodiscard]] GlobalIndex left_out_with(LocalIndex node) const {
        return group.empty() ? snapshot_number(node)
                             : group[static_cast<std::size_t>(snapshot[static_cast<std::size_t>(node)])];
    }
    [[nodiscard]] linalg::RowRole role(LocalIndex node) const {
        return held_out[static_cast<std::size_t>(node)] ? linalg::RowRole::held_out
                                                        : linalg::RowRole::training;
    }
};

/// Views of a set's particles at these positions [owned + ghosts, d] and momenta [owned, d], or none. Where
/// snapshots are whole each is a system of its own. The set must outlive it.
potential::Atoms atoms_of(const TrainingSet& set, std::span<const double> positions,
                          std::span<const double> momenta = {});

/// For data that only judges a model: no rows are made of it.
constexpr int no_leaves = 0;

/// Lays out `set`, which on this rank must hold what its leaves hold (owned_snapshots or owned_nodes) unless
/// there are no leaves. *Collective.*
TrainingSet make_training_set(const parallel::Communicator& comm, SnapshotSet set, int leaves,
                              const Split& split, GlobalIndex most_nodes = nodes_per_piece);

}  // namespace rfhgn::data
