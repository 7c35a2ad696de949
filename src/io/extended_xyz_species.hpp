#pragma once
/// Which species a file has, and what it calls them.

#include <map>
#include <string>
#include <vector>

#include "rfhgn/potential/species_names.hpp"

#include "extended_xyz_atoms.hpp"

namespace rfhgn::io::xyz {

class Species {
  public:
    /// What one atom tells. Throws InputError when there are too many.
    void note(const Line& line, const Atom& atom);
    /// By species_index where there is one; otherwise elements by atomic number, then numbers, then other
    /// names by the alphabet, whoever comes first in the file. None where symbols stand for several numbers,
    /// or for any (not `named`).
    [[nodiscard]] potential::SpeciesNames names(bool named) const;

  private:
    [[nodiscard]] potential::SpeciesNames names_of_numbers() const;

    std::vector<std::string> symbols_;      // in the order of their first appearance
    std::size_t last_ = 0;                  // of them, that of the atom before
    std::map<int, std::string> by_number_;  // of species_index
    bool one_each_ = true;                  // no species_index has several symbols
};

}  // namespace rfhgn::io::xyz
