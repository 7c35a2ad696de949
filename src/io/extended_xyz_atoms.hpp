#pragma once
/// Lines of atoms in extended XYZ. Local; InputErrors name the line.

#include <array>
#include <string>
#include <vector>

#include "extended_xyz_names.hpp"

namespace rfhgn::io::xyz {

/// What a word of an atom's line is.
enum class Word : std::uint8_t { other, species, number, type, species_index, value };

/// Where the numbers of an atom are among its values.
constexpr std::uint8_t position_at = 0, force_at = 3, motion_at = 6, mass_at = 9;

struct Columns {
    struct Slot {
        Word word = Word::other;
        std::uint8_t at = 0;  ///< of values
    };
    std::vector<Slot> slots;  ///< of the words of a line
    bool species = false, number = false, type = false, species_index = false;
    bool force = false, motion = false, mass = false;

    /// What tells species apart: the first of species, number, type that there is.
    [[nodiscard]] Word name() const {
        return species ? Word::species : number ? Word::number : type ? Word::type : Word::other;
    }
};

/// "species:S:1:pos:R:3:..", the columns that count of each quantity.
Columns columns_of(const Line& line, const std::string& properties, const Choice& choice);
/// The names of all columns.
std::vector<std::string> column_names(const Line& line, const std::string& properties);

/// One atom, as the file has it; what it has not is 0.
struct Atom {
    std::string_view name;   ///< of its species; may be empty
    int species_index = -1;  ///< a number, which goes before the name
    std::array<double, 10> values{};
};
Atom read_atom(const Line& line, const Columns& columns);
/// Its name and species_index only; other words are not looked at.
Atom read_species(const Line& line, const Columns& columns);
/// Throws unless the line has as many words as there are columns.
void require_width(const Line& line, const Columns& columns);

}  // namespace rfhgn::io::xyz
