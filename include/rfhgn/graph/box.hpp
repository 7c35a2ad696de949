#pragma once
/// The cell that particles live in: open, or periodic along some of its vectors.

#include <array>
#include <span>

namespace rfhgn::graph {

using Vector3 = std::array<double, 3>;
/// How many times a particle has to be moved by each cell vector.
using Image = std::array<int, 3>;

/// A parallelepiped origin + Σ s_k vectors[k], 0 <= s_k < 1. Of a box of dimension d the first d vectors
/// count, each with d components; the rest are unit vectors. Vectors may be of any right-handed orientation;
/// LAMMPS' form is (lx, 0, 0), (xy, ly, 0), (xz, yz, lz). A box that is periodic nowhere is open: particles
/// may leave it.
struct Box {
    int dimension = 3;
    Vector3 origin{};
    std::array<Vector3, 3> vectors{Vector3{1, 0, 0}, Vector3{0, 1, 0}, Vector3{0, 0, 1}};
    std::array<bool, 3> periodic{};

    [[nodiscard]] bool open() const noexcept { return !periodic[0] && !periodic[1] && !periodic[2]; }
    friend bool operator==(const Box&, const Box&) = default;
};

/// Sides [d] from the origin on, periodic everywhere.
Box periodic_box(std::span<const double> sides);

/// Length, area or volume.
double volume(const Box& box);
/// Distances between opposite faces; what a cutoff is compared with.
Vector3 widths(const Box& box);
/// Σ image_k vectors[k]; the exact negative for the negative image.
Vector3 displacement(const Box& box, const Image& image);
/// Coordinates s of a position [d] along the cell vectors, 0 <= s_k < 1 inside.
Vector3 fractional(const Box& box, std::span<const double> position);
/// origin + Σ s_k vectors[k].
Vector3 cartesian(const Box& box, const Vector3& coordinates);
/// Moves a position [d] into the box along periodic vectors and returns by how much: the old position is the
/// new one plus displacement(box, result).
Image wrap(const Box& box, std::span<double> position);

/// Throws InputError unless vectors are finite, span a positive volume and are not so oblique that a width is
/// below a thousandth of the longest vector.
void check(const Box& box);

}  // namespace rfhgn::graph
