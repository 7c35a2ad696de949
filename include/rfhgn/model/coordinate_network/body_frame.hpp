#pragma once
/// Frames that move with systems: their centre of mass, and orthonormal axes from the positions of the
/// particles nearest to it (Gram-Schmidt). Coordinates in it do not change when the system is moved, turned
/// or mirrored. Slopes by coordinates become slopes by positions and momenta here.

#include <array>
#include <span>
#include <vector>

#include "rfhgn/model/coordinate_network/coordinate_network.hpp"

namespace rfhgn::model {

struct BodyFrame {
    std::array<double, 3> centre{};
    double mass = 0;                                    ///< of the system; 0 for a frame that does not move
    std::array<std::array<double, 3>, 3> axis{};        ///< [axis][component]
    std::array<GlobalIndex, 3> spanned_by{-1, -1, -1};  ///< particle of each axis; −1 for one that is fixed
    /// ∂(component s of axis b) / ∂(component k of particle a's position relative to the centre):
    /// [a][k][b][s]
    std::array<std::array<std::array<std::array<double, 3>, 3>, 3>, 3> jacobian{};
};

/// Nearly collinear particles would turn a frame at the slightest move: a particle that keeps less than
/// this part of its distance from the centre across the axes before it is passed over. (On a lattice of 8 the
/// error without this bound was 2.6 times as large.)
constexpr double least_across = 0.3;

/// The frames of all systems of these particles. *Collective* over the processes that share the systems.
/// Throws InputError on all of them when the particles of one do not span space.
std::vector<BodyFrame> find_body_frames(potential::Exchange& exchange, const potential::Atoms& atoms);
/// Frames that stand still: coordinates are positions and momenta.
std::vector<BodyFrame> fixed_body_frames(LocalIndex systems);
/// One or the other, as the model asks for. *Collective.*
std::vector<BodyFrame> body_frames_of(const CoordinateNetwork& model, potential::Exchange& exchange,
                                      const potential::Atoms& atoms);

/// [owned + ghosts, 2 d]: position, then momentum, of every particle in its system's frame. Local.
std::vector<double> body_frame_coordinates(const potential::Atoms& atoms,
                                           const std::vector<BodyFrame>& frames);

/// What slopes of a function by the coordinates of all particles of one system add up to. The frame feels
/// nothing else of them.
struct BodyFrameSums {
    std::array<double, 3> translation{};              ///< Σ_i ∂Φ/∂q̄_i, components in the frame
    std::array<std::array<double, 3>, 3> rotation{};  ///< [b][s]: ∂Φ/∂(component s of axis b)

    /// `slope` [2 d] by the coordinates of a node at `position` and `momentum` [d].
    void add(const BodyFrame& frame, int dimension, const double* position, const double* momentum,
             const double* slope);
};
static_assert(sizeof(BodyFrameSums) == 12 * sizeof(double));

/// Slopes by positions of what the frame itself contributes.
struct BodyFrameGradient {
    std::array<double, 3> recoil{};                   ///< times m_i / mass, taken from every particle
    std::array<std::array<double, 3>, 3> particle{};  ///< [a], added to the particle that spans axis a
};
BodyFrameGradient body_frame_gradient(const BodyFrame& frame, int dimension, const BodyFrameSums& sums);

/// Slopes [2 d] by the coordinates of a node become slopes by its position and momentum, in place.
void leave_body_frame(const BodyFrame& frame, const BodyFrameGradient& pull, int dimension, GlobalIndex node,
                      double mass, double* slope);

}  // namespace rfhgn::model
