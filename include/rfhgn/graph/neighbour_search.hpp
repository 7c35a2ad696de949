#pragma once
/// Pairs of points, and of their periodic images, that are nearer than a cutoff.

#include <span>
#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/graph/box.hpp"

namespace rfhgn::graph {

/// The second point's image at position[second] + displacement(box, image) is near the first point.
struct Neighbours {
    LocalIndex first;
    LocalIndex second;
    Image image;
    friend bool operator==(const Neighbours&, const Neighbours&) = default;
    // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 finds a 0 in it
    friend auto operator<=>(const Neighbours&, const Neighbours&) = default;
};

/// All pairs of `positions` [n, box.dimension] nearer than `cutoff`, sorted by (first, second, image). Every
/// pair of images is listed once: first < second, or first == second and the first image number that is not
/// zero is positive. The cutoff may exceed the box: then two points meet through several images. Positions
/// may lie outside the box; they are not wrapped. Local. Throws InputError unless the cutoff is finite and
/// positive and positions are finite, and when the images within reach exceed 32-bit indices.
std::vector<Neighbours> find_neighbours(const Box& box, std::span<const double> positions, double cutoff);

/// displacement(box, image) of each pair, [pairs, box.dimension]: what GraphPart::edge_shift holds. Empty
/// when no pair reaches an image.
std::vector<double> edge_shifts(const Box& box, std::span<const Neighbours> pairs);

}  // namespace rfhgn::graph
