#pragma once
/// Sums over the neighbours of an atom: densities, and back from gradients by densities to forces.

#include <cstddef>
#include <memory>

#include "rfhgn/model/many_body/basis.hpp"

#include "neighbour_lanes.hpp"

namespace rfhgn::model::many_body {

/// Groups of lanes of one atom and one species of neighbours.
struct LaneRange {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Of neighbours of one species, without channels: densities are [harmonics, radial] with radial functions
/// contiguous and padded, as a channel in DensityLayout.
class DensityKernel {
  public:
    virtual ~DensityKernel() = default;
    /// Sets density[harmonics, radial].
    virtual void density(const NeighbourLanes& lanes, LaneRange range, InnerSwitch inner,
                         double* density) const = 0;
    /// Given ∂E/∂density, sets ∂E/∂(vector to the neighbour) at each lane.
    virtual void slopes(const NeighbourLanes& lanes, LaneRange range, InnerSwitch inner,
                        const double* density_slope, double* x, double* y, double* z) const = 0;
    /// Derivatives of the densities by the components of the vector to each neighbour: for the group at
    /// `begin`, out[place + a lanes_stride] are eight lanes of ∂A_place/∂e_a.
    virtual void jacobian(const NeighbourLanes& lanes, std::size_t begin, InnerSwitch inner,
                          double (*out)[3][lane_count]) const = 0;
};

[[nodiscard]] std::unique_ptr<DensityKernel> make_density_kernel(const Basis& basis);

}  // namespace rfhgn::model::many_body
