#pragma once
/// Virials and stresses of extended XYZ. Local; InputErrors name the line.

#include "rfhgn/data/snapshots.hpp"

#include "extended_xyz_names.hpp"

namespace rfhgn::io::xyz {

/// From the virial (Σ r f, positive when compressed), from the stress (minus the virial over the volume, as
/// ASE has it), or from both, which must say the same; as nine numbers, which must be symmetric, or six in
/// the order xx yy zz yz xz xy. Unknown where the configuration has neither. A stress needs a volume: 0 says
/// that there is none, and the stress does not count.
data::Virial virial_of(const Line& line, const Pairs& pairs, const Choice& choice, double volume);

}  // namespace rfhgn::io::xyz
