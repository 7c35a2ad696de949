#pragma once
/// Neighbours of one atom and one species as rows see them: every atom once, whatever the number of its
/// images.

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "rfhgn/base/types.hpp"

#include "density_kernel.hpp"
#include "neighbour_lanes.hpp"

namespace rfhgn::model::many_body {

/// Slots are distinct atoms, those with most images first. Lanes come in rounds: round t has the t-th image
/// of the first slots, so that a group of lanes always belongs to one group of slots.
class RowNeighbours {
  public:
    explicit RowNeighbours(double cutoff) : lanes(cutoff), cutoff_(cutoff) {}

    /// Of the neighbours [all] those of the given species, by their places, that are nearer than the cutoff.
    void set(std::span<const LocalIndex> neighbours, std::span<const std::array<double, 3>> vectors,
             std::span<const int> place, int species);

    [[nodiscard]] std::size_t slots() const noexcept { return slots_.size(); }
    /// Filled up to whole groups.
    [[nodiscard]] std::size_t padded_slots() const noexcept {
        return (slots_.size() + lane_count - 1) / lane_count * lane_count;
    }
    [[nodiscard]] LocalIndex atom(std::size_t slot) const { return slots_[slot].atom; }
    /// Calls use(first lane, first slot, round) for every group of lanes.
    template <class Use>
    void for_each_group(Use&& use) const {
        for (std::size_t round = 0; round + 1 < rounds_.size(); ++round)
            for (std::size_t e = rounds_[round]; e < rounds_[round + 1]; e += lane_count)
                use(e, e - rounds_[round], round);
    }

    NeighbourLanes lanes;

  private:
    struct Image {
        LocalIndex atom;
        double r;
        std::array<double, 3> vector;
    };
    struct Slot {
        LocalIndex atom;
        std::size_t first;  // among images_
        std::size_t images;
    };

    double cutoff_;
    std::vector<Image> images_;
    std::vector<Slot> slots_;
    std::vector<std::size_t> rounds_;  // first lanes, and the end
};

}  // namespace rfhgn::model::many_body
