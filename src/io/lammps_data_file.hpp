#pragma once
/// Data files of LAMMPS (read_data): styles atomic, charge, bond, angle, molecular and full. Local;
/// InputErrors name the line.

#include <map>
#include <string>
#include <vector>

#include "lammps_text.hpp"

namespace rfhgn::io::lammps {

struct DataFile {
    std::string title;
    std::string units;  ///< that the title names; empty: none
    GlobalIndex atoms = 0;
    int types = 0;
    graph::Box box;  ///< periodic: a data file does not say otherwise
    graph::Vector3 origin{};
    std::vector<std::string> labels;  ///< of types; empty texts where there are none
    std::vector<double> masses;       ///< of types, 0 where there is none
    std::string style;
    std::vector<std::string> ignored;  ///< sections and columns that are not read

    /// The type, from 0, that a word names by its number or its label.
    [[nodiscard]] int type_of(const Line& line, std::string_view word) const;
    /// By type, of type labels or of one word beside each mass, no two the same; otherwise none.
    [[nodiscard]] potential::SpeciesNames names() const;
};

struct DataAtom {
    GlobalIndex id = 0;
    int type = 0;  ///< from 0
    graph::Vector3 position{}, velocity{};
};

/// All but the atoms; goes through the whole file.
DataFile read_data_header(const InputFile& file);
/// The atoms by increasing id; images are unwrapped.
std::vector<DataAtom> read_data_atoms(const InputFile& file, const DataFile& header);

}  // namespace rfhgn::io::lammps
