#pragma once
/// What the programs that write extended XYZ call one and the same thing. Names are compared whatever the
/// case of their letters; where a file has several names of a quantity, the one that is listed first counts.
/// Local.

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "extended_xyz_pairs.hpp"

namespace rfhgn::io::xyz {

enum class Quantity : int {
    energy,
    virial,
    stress,
    kind,
    group,
    trajectory,  // keys
    position,
    species,
    number,
    type,
    species_index,
    force,
    motion,
    mass,  // columns
    count
};
constexpr auto quantities = static_cast<std::size_t>(Quantity::count);

/// A name that is known, in lower case.
struct Name {
    Quantity quantity;
    std::string_view name;
};
/// Of keys: ref_energy, dft_energy, .., energy, .., free_energy and so on; null: not known.
const Name* known_key(std::string_view name);
/// Of columns.
const Name* known_column(std::string_view name);
/// Whether a key is one that the reader needs besides (Lattice, pbc, Properties, Time, units, ..).
bool is_structural(std::string_view key);

/// Which name counts for each quantity, in lower case; empty: the file has none.
using Choice = std::array<std::string, quantities>;
inline std::string& of(Choice& choice, Quantity quantity) {
    return choice[static_cast<std::size_t>(quantity)];
}
inline const std::string& of(const Choice& choice, Quantity quantity) {
    return choice[static_cast<std::size_t>(quantity)];
}

/// How often each name occurs in a file.
class NameCensus {
  public:
    struct Use {
        std::int64_t configurations = 0;
        bool nonzero = false;  ///< of an energy: some value is not exactly 0
    };
    /// As it is written, and whether it is that of a column.
    using Written = std::pair<std::string, bool>;

    void note(const Line& line, const Pairs& pairs);
    void note_column(std::string_view name);
    /// The names that count, with energies that are all exactly 0 passed over.
    [[nodiscard]] Choice choose() const;
    /// In how many configurations the name that counts is.
    [[nodiscard]] std::int64_t configurations(const Choice& choice, Quantity quantity) const;
    /// "free_energy (energy counts)" and the like: known, but another name goes before.
    [[nodiscard]] std::vector<std::string> passed_over(const Choice& choice) const;
    /// Not known; with the known name that may be meant.
    [[nodiscard]] std::vector<std::string> ignored() const;

  private:
    std::map<Written, Use> uses_;
};

}  // namespace rfhgn::io::xyz
