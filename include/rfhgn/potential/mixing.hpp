#pragma once

#include <cstddef>
#include <vector>

namespace rfhgn::potential {

/// What stands for a pair of unlike species where each species has a number of its own (Lorentz and
/// Berthelot: arithmetic for lengths, geometric for energies).
enum class Mixing { arithmetic, geometric };

/// One number for all pairs; one for each species, mixed; or one for each pair in the order 11, 12, .. 1S,
/// 22, .. SS: as a full table [S, S]. Empty when there are none of these counts.
std::vector<double> pair_values(const std::vector<double>& given, std::size_t species, Mixing mixing);

}  // namespace rfhgn::potential
