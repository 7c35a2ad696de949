#pragma once

#include <memory>

#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::potential {

/// V = Σ_i m_i g q_i,last + κ |q_i|²/2.
struct ExternalField {
    double uniform_field = 0;  ///< g
    double harmonic_trap = 0;  ///< κ
    [[nodiscard]] bool none() const noexcept { return uniform_field == 0 && harmonic_trap == 0; }
};

/// T = |p|²/2m. It has no virial: an external field keeps no box.
std::unique_ptr<ForceField> make_force_field(ExternalField field);

}  // namespace rfhgn::potential
