#pragma once

#include <string>

namespace rfhgn::systems {

/// A system of units in which Hamilton's equations hold as they are. "reduced": those of spring systems, with
/// no names; "lj": mass, epsilon and sigma of the first species are 1; "metal": Å, eV, ps, K, and masses in
/// eV ps²/Å², given in decks and foreign files as g/mol.
struct Units {
    std::string name = "reduced";
    double boltzmann = 1.0;  ///< energy per unit of temperature
    double mass = 1.0;       ///< of one unit of mass as decks give it

    friend bool operator==(const Units&, const Units&) = default;
};

/// CODATA 2018. Throws InputError for an unknown name.
Units units_of(const std::string& name);

/// 2T / (d (N − 1) k): momenta add up to nothing, so that d degrees of freedom have no kinetic energy. 0 for
/// one particle.
double temperature(const Units& units, double kinetic_energy, double particles, int dimension);

}  // namespace rfhgn::systems
