#pragma once

#include <cstdint>
#include <span>

#include "rfhgn/base/types.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::systems {

struct ThermalDraw {
    std::uint64_t seed;
    std::int64_t trajectory;
    double energy;          ///< k T
    GlobalIndex particles;  ///< over all ranks
};

/// Momenta [n, dimension] of Maxwell's distribution, keyed by (seed, trajectory, id); the common velocity is
/// taken out and the rest scaled, so that the kinetic energy is d (N − 1) k T / 2. The same bits on any
/// number of ranks. The first `owned` of the n particles are this rank's. *Collective.*
void thermal_momenta(const parallel::Communicator& comm, const ThermalDraw& draw,
                     std::span<const GlobalIndex> id, std::span<const double> mass, LocalIndex owned,
                     int dimension, std::span<double> momenta);

}  // namespace rfhgn::systems
