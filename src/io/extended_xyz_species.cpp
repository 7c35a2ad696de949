#include "extended_xyz_species.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io::xyz {

namespace {

constexpr std::size_t most_species = 1000;

}  // namespace

void Species::note(const Line& line, const Atom& atom) {
    if (atom.species_index >= 0) {
        const auto [found, added] = by_number_.emplace(atom.species_index, atom.symbol);
        one_each_ = one_each_ && found->second == atom.symbol;
    }
    if (std::ranges::find(symbols_, atom.symbol) == symbols_.end()) symbols_.emplace_back(atom.symbol);
    require(std::max(symbols_.size(), by_number_.size()) <= most_species, Advice{"check how it was made"},
            "'{}', line {}: more than {} species", line.path, line.number, most_species);
}

potential::SpeciesNames Species::names(const Header& first) const {
    if (first.columns.species_index < 0) return symbols_;
    return first.named && one_each_ ? names_of_numbers() : potential::SpeciesNames{};
}

potential::SpeciesNames Species::names_of_numbers() const {
    potential::SpeciesNames names;
    for (const auto& [number, symbol] : by_number_) {
        if (symbol.empty() || number >= static_cast<int>(most_species)) return {};
        names.resize(static_cast<std::size_t>(number) + 1);
        names.back() = symbol;
    }
    return potential::distinct(names) ? names : potential::SpeciesNames{};
}

}  // namespace rfhgn::io::xyz
