#pragma once

#include <array>
#include <string>
#include <string_view>

namespace rfhgn {

/// A system of units in which Hamilton's equations hold as they are. "reduced": those of spring systems, with
/// no names; "lj": mass, epsilon and sigma of the first species are 1; "metal": Å, eV, ps, K, and masses in
/// eV ps²/Å², given in decks and foreign files as g/mol.
struct Units {
    std::string name = "reduced";
    double boltzmann = 1.0;  ///< energy per unit of temperature
    double mass = 1.0;       ///< of one unit of mass as decks give it

    friend bool operator==(const Units&, const Units&) = default;
};

/// All that there are.
inline constexpr std::array<std::string_view, 3> names_of_units{"reduced", "lj", "metal"};
bool are_units(std::string_view name);

/// CODATA 2018. Throws InputError for an unknown name.
Units units_of(const std::string& name);

}  // namespace rfhgn
