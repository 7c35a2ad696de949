#pragma once

#include <optional>
#include <vector>

#include "snapshot_view.hpp"

namespace rfhgn::training {

/// How one configuration becomes another of the same particles: a strain of the cell, and what particles move
/// beside it, the shortest way through periodic boundaries.
struct Motion {
    std::vector<double> moved;       ///< [atoms, d]
    std::array<double, 6> strain{};  ///< ε of cell and positions: xx, yy, zz, xy, xz, yz
    bool strained = false;
};

/// None where particles or boundaries differ.
std::optional<Motion> motion_between(const SnapshotView& before, const SnapshotView& after);

/// Σ a_i b_i and the same of the mean of two arrays with a third.
double dot(std::span<const double> a, std::span<const double> b);
double mean_dot(std::span<const double> a, std::span<const double> b, std::span<const double> c);

}  // namespace rfhgn::training
