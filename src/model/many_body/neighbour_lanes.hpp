#pragma once
/// Neighbours of atoms in groups of eight of one species, as densities are summed over them.

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "rfhgn/base/types.hpp"

#include "lanes.hpp"

namespace rfhgn::model::many_body {

/// Arrays over neighbours; a group is filled up with lanes at the cutoff, where all functions vanish.
class NeighbourLanes {
  public:
    static constexpr LocalIndex nobody = -1;

    explicit NeighbourLanes(double cutoff) : cutoff_(cutoff) {}

    void clear() noexcept { count_ = 0; }
    [[nodiscard]] std::size_t size() const noexcept { return count_; }
    void reserve(std::size_t lanes) {
        if (lanes <= x.size()) return;
        const std::size_t room = std::max(lanes, 2 * x.size());
        for (Buffer* array : {&x, &y, &z, &r}) array->resize(room);
        index.resize(room);
    }
    /// reserve must have made room.
    void append(LocalIndex neighbour, double dx, double dy, double dz, double distance) noexcept {
        x[count_] = dx;
        y[count_] = dy;
        z[count_] = dz;
        r[count_] = distance;
        index[count_++] = neighbour;
    }
    /// Ends a group.
    void fill_up() noexcept {
        while (count_ % lane_count != 0) append(nobody, 0, 0, cutoff_, cutoff_);
    }

    Buffer x, y, z, r;              ///< vector from the centre, and its length
    std::vector<LocalIndex> index;  ///< the neighbour, or nobody

  private:
    double cutoff_;
    std::size_t count_ = 0;
};

}  // namespace rfhgn::model::many_body
