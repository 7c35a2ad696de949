#pragma once

#include <functional>
#include <span>
#include <vector>

#include "rfhgn/data/snapshots.hpp"

namespace rfhgn::training {

/// One whole snapshot of a set, which must outlive it.
struct SnapshotView {
    GlobalIndex number = 0;
    std::size_t dimension = 3;
    std::size_t atoms = 0;
    GlobalIndex first_node = 0;          ///< global
    std::span<const double> position{};  ///< [atoms, d], as the others
    std::span<const double> momentum{};
    std::span<const double> velocity{};  ///< empty when not known
    std::span<const double> force{};     ///< empty when not known
    std::span<const double> mass{};      ///< [atoms]
    std::span<const int> species{};      ///< [atoms]
    std::span<const graph::GlobalEdge> edges{};
    double energy = data::unknown;
    double time = 0;
    GlobalIndex trajectory = 0;
    data::Virial virial = data::unknown_virial;
    const graph::Box* box = nullptr;

    /// Σ |p|²/2m.
    [[nodiscard]] double kinetic_energy() const;
    /// Whether the other has the same particles in the same order.
    [[nodiscard]] bool same_particles(const SnapshotView& other) const;
};

/// The s-th snapshot of a set of whole ones.
SnapshotView view_of(const data::SnapshotSet& set, std::size_t s);

/// Shows consecutive snapshots one after the other, each with the one before it in the data set (null for the
/// very first); that of the first is read, too. Local: reading may throw on this rank alone.
void for_each_snapshot(
    const data::SnapshotSource& source, parallel::Range snapshots,
    const std::function<void(const SnapshotView& snapshot, const SnapshotView* before)>& show);

}  // namespace rfhgn::training
