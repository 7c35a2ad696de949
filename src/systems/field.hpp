#pragma once

#include <memory>

#include "rfhgn/systems/hamiltonian.hpp"

namespace rfhgn::systems {

/// V = Σ_i m_i g q_i,last + κ |q_i|²/2.
struct Field {
    double uniform_field = 0;  ///< g
    double harmonic_trap = 0;  ///< κ
};

/// `inner` in a field.
std::unique_ptr<Hamiltonian> in_field(std::unique_ptr<Hamiltonian> inner, Field field);

}  // namespace rfhgn::systems
