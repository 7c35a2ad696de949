#include "extended_xyz_names.hpp"

#include <algorithm>
#include <span>

#include "rfhgn/config/deck.hpp"

#include "text_words.hpp"

namespace rfhgn::io::xyz {

namespace {

using enum Quantity;

// References go before what a calculator may have left in the same file; MACE, QUIP and GPUMD, in this order.
constexpr std::array keys{
    Name{energy, "ref_energy"},  Name{energy, "dft_energy"},    Name{energy, "qm_energy"},
    Name{energy, "energy"},      Name{energy, "total_energy"},  Name{energy, "potential_energy"},
    Name{energy, "free_energy"}, Name{virial, "ref_virial"},    Name{virial, "ref_virials"},
    Name{virial, "dft_virial"},  Name{virial, "qm_virial"},     Name{virial, "virial"},
    Name{virial, "virials"},     Name{stress, "ref_stress"},    Name{stress, "dft_stress"},
    Name{stress, "qm_stress"},   Name{stress, "stress"},        Name{kind, "config_type"},
    Name{group, "group"},        Name{trajectory, "trajectory"}};
constexpr std::array columns{
    Name{position, "pos"},      Name{position, "positions"},    Name{position, "position"},
    Name{species, "species"},   Name{species, "symbols"},       Name{species, "symbol"},
    Name{species, "element"},   Name{species, "elements"},      Name{number, "z"},
    Name{number, "numbers"},    Name{number, "atomic_numbers"}, Name{type, "type"},
    Name{type, "types"},        Name{type, "atom_types"},       Name{species_index, "species_index"},
    Name{force, "ref_forces"},  Name{force, "ref_force"},       Name{force, "dft_forces"},
    Name{force, "dft_force"},   Name{force, "qm_forces"},       Name{force, "qm_force"},
    Name{force, "forces"},      Name{force, "force"},           Name{motion, "momenta"},
    Name{motion, "momentum"},   Name{motion, "velo"},           Name{motion, "vel"},
    Name{motion, "velocities"}, Name{motion, "velocity"},       Name{mass, "masses"},
    Name{mass, "mass"}};
constexpr std::array structural{"lattice", "pbc", "properties", "time", "units", "species_named"};

const Name* find(std::span<const Name> names, std::string_view name) {
    const auto found =
        std::ranges::find_if(names, [&](const Name& known) { return is_named(name, known.name); });
    return found == names.end() ? nullptr : &*found;
}

bool is_column(Quantity quantity) {
    return quantity >= position;
}

// References, in the order that they go before one another; last the names that say nothing of it.
std::size_t source(std::string_view name) {
    constexpr std::array<std::string_view, 4> prefixes{"ref_", "dft_", "qm_", ""};
    return static_cast<std::size_t>(
        std::ranges::find_if(prefixes, [&](auto prefix) { return name.starts_with(prefix); }) -
        prefixes.begin());
}

const Name* known(const std::string& name, bool column) {
    return column ? known_column(name) : known_key(name);
}

}  // namespace

const Name* known_key(std::string_view name) {
    return find(keys, name);
}

const Name* known_column(std::string_view name) {
    return find(columns, name);
}

bool is_structural(std::string_view key) {
    return std::ranges::any_of(structural, [&](const char* name) { return is_named(key, name); });
}

void NameCensus::note(const Line& line, const Pairs& pairs) {
    for (const auto& [key, value] : pairs) {
        if (is_structural(key)) continue;
        auto& use = uses_[{key, false}];
        ++use.configurations;
        const auto* name = known_key(key);
        double number = 0;
        if (!name || name->quantity != energy) continue;
        if (!parse(value, number)) refuse_number(line, value, "energy");
        use.nonzero = use.nonzero || number != 0;
    }
}

void NameCensus::note_column(std::string_view name) {
    ++uses_[{std::string(name), true}].configurations;
}

std::int64_t NameCensus::configurations(const Choice& choice, Quantity quantity) const {
    std::int64_t count = 0;
    for (const auto& [written, use] : uses_)
        if (is_column(quantity) == written.second && is_named(written.first, of(choice, quantity)))
            count += use.configurations;
    return count;
}

Choice NameCensus::choose() const {
    Choice choice;
    const auto consider = [&](const Name& candidate) {
        auto& chosen = of(choice, candidate.quantity);
        const bool there = std::ranges::any_of(uses_, [&](const auto& entry) {
            const auto& [written, use] = entry;
            return written.second == is_column(candidate.quantity) &&
                   is_named(written.first, candidate.name) && (candidate.quantity != energy || use.nonzero);
        });
        if (chosen.empty() && there) chosen = candidate.name;
    };
    std::ranges::for_each(keys, consider);
    std::ranges::for_each(columns, consider);
    // Virial and stress are held against each other where they come from the same source.
    auto& by_virial = of(choice, virial);
    auto& by_stress = of(choice, stress);
    if (by_virial.empty() || by_stress.empty() || source(by_virial) == source(by_stress)) return choice;
    (source(by_virial) < source(by_stress) ? by_stress : by_virial).clear();
    return choice;
}

std::vector<std::string> NameCensus::passed_over(const Choice& choice) const {
    std::vector<std::string> passed;
    for (const auto& [written, use] : uses_) {
        const auto& [name, column] = written;
        const auto* meant = known(name, column);
        if (!meant) continue;
        const bool replaced = of(choice, meant->quantity).empty();  // a stress by a virial, or the other way
        const auto& chosen = of(choice, !replaced                   ? meant->quantity
                                        : meant->quantity == stress ? virial
                                                                    : stress);
        if (meant->quantity == energy && !use.nonzero)
            passed.push_back(fmt::format("{} (exactly 0 in every configuration)", shown(name)));
        else if (!is_named(name, chosen))
            passed.push_back(fmt::format("{} ({} goes before it)", shown(name), chosen));
    }
    return passed;
}

std::vector<std::string> NameCensus::ignored() const {
    static const auto all = [] {
        std::vector<std::string> names(structural.begin(), structural.end());
        for (const auto& name : keys) names.emplace_back(name.name);
        for (const auto& name : columns) names.emplace_back(name.name);
        return names;
    }();
    std::vector<std::string> unknown;
    for (const auto& [written, use] : uses_) {
        const auto& [name, column] = written;
        if (known(name, column)) continue;
        const auto meant = name.size() < 5 ? std::string() : config::nearest(in_lower_case(name), all);
        unknown.push_back(meant.empty() ? shown(name) : fmt::format("{} ({}?)", shown(name), meant));
    }
    return unknown;
}

}  // namespace rfhgn::io::xyz
