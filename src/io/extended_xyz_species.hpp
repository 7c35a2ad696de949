#pragma once
/// Which species an extended XYZ file has, and what it calls them.

#include <map>
#include <string>
#include <vector>

#include "rfhgn/potential/species_names.hpp"

#include "extended_xyz_text.hpp"

namespace rfhgn::io::xyz {

class Species {
  public:
    /// What one atom tells. Throws InputError when there are too many.
    void note(const Line& line, const Atom& atom);
    /// By species_index where the file has it, and otherwise in the order of their first appearance. None
    /// where symbols stand for several numbers, or for any.
    [[nodiscard]] potential::SpeciesNames names(const Header& first) const;

  private:
    [[nodiscard]] potential::SpeciesNames names_of_numbers() const;

    std::vector<std::string> symbols_;      // in the order of their first appearance
    std::map<int, std::string> by_number_;  // of species_index
    bool one_each_ = true;                  // no species_index has several symbols
};

}  // namespace rfhgn::io::xyz
