#include "extended_xyz_species.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"

#include "text_words.hpp"

namespace rfhgn::io::xyz {

namespace {

constexpr std::size_t most_species = 1000;

}  // namespace

void Species::note(const Line& line, const Atom& atom) {
    if (atom.species_index >= 0) {
        const auto [found, added] = by_number_.emplace(atom.species_index, atom.name);
        one_each_ = one_each_ && found->second == atom.name;
    }
    if (last_ >= symbols_.size() || symbols_[last_] != atom.name) {
        last_ = static_cast<std::size_t>(std::ranges::find(symbols_, atom.name) - symbols_.begin());
        if (last_ == symbols_.size()) symbols_.emplace_back(atom.name);
    }
    require(std::max(symbols_.size(), by_number_.size()) <= most_species, Advice{"check how it was made"},
            "'{}', line {}: more than {} species", line.path, line.number, most_species);
}

potential::SpeciesNames Species::names(bool named) const {
    if (!by_number_.empty()) return named && one_each_ ? names_of_numbers() : potential::SpeciesNames{};
    auto names = symbols_;
    std::ranges::sort(names, goes_before);
    return names == potential::SpeciesNames{""} ? potential::SpeciesNames{} : names;
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
