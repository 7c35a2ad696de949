#include "extended_xyz_text.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <span>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/units.hpp"
#include "rfhgn/base/visible.hpp"

#include "data_set_checks.hpp"

namespace rfhgn::io::xyz {

namespace {

constexpr std::string_view space = " \t\r";

[[noreturn]] void refuse(const Line& line, const std::string& what, const char* advice) {
    throw InputError(fmt::format("'{}', line {}: {}", line.path, line.number, what), advice);
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    for (auto at = text.find_first_not_of(space); at != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(space, at), text.size());
        words.push_back(text.substr(at, end - at));
        at = text.find_first_not_of(space, end);
    }
    return words;
}

std::string shown(std::string_view word) {
    return visible_line(std::string(word.substr(0, 40)));
}

template <class T>
T number_in(const Line& line, std::string_view word, const char* what) {
    T value{};
    const auto digits = word.starts_with('+') ? word.substr(1) : word;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty())
        refuse(line, fmt::format("'{}' is no {}", shown(word), what), "correct the line");
    return value;
}

double real_in(const Line& line, std::string_view word, const char* what, bool positive = false) {
    const double value = number_in<double>(line, word, what);
    if (!is_sound(std::span(&value, 1), positive))
        refuse(line, fmt::format("{} cannot be {}", what, value),
               "remove the configuration, correct the value or use units that suit the data");
    return value;
}

/// The pairs of a line; a value stands in quotes where it has spaces, a key without one is "T".
std::map<std::string, std::string, std::less<>> pairs_of(const Line& line) {
    std::map<std::string, std::string, std::less<>> pairs;
    const auto text = line.text;
    for (auto at = text.find_first_not_of(space); at != std::string_view::npos;) {
        const auto end = std::min(text.find_first_of(" \t\r=", at), text.size());
        const std::string key(text.substr(at, end - at));
        if (pairs.contains(key)) refuse(line, fmt::format("{} stands twice", shown(key)), "leave one out");
        at = text.find_first_not_of(space, end);
        if (at == std::string_view::npos || text[at] != '=') {
            pairs[key] = "T";
            continue;
        }
        at = std::min(text.find_first_not_of(space, at + 1), text.size());
        const bool quoted = at < text.size() && (text[at] == '"' || text[at] == '\'');
        const auto begin = quoted ? at + 1 : at;
        const auto close =
            quoted ? text.find(text[at], begin) : std::min(text.find_first_of(space, at), text.size());
        if (close == std::string_view::npos)
            refuse(line, fmt::format("the value of {} has no closing quote", shown(key)), "close it");
        pairs[key] = std::string(text.substr(begin, close - begin));
        at = text.find_first_not_of(space, close + (quoted ? 1 : 0));
    }
    return pairs;
}

std::vector<std::string_view> split(std::string_view text, char mark) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(mark);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

// name:type:columns, again and again.
Columns columns_of(const Line& line, const std::string& properties) {
    struct Known {
        std::string_view name, type;
        int width;
        int Columns::*column;
    };
    constexpr std::array known{
        Known{"species", "S", 1, &Columns::species}, Known{"species_index", "I", 1, &Columns::species_index},
        Known{"pos", "R", 3, &Columns::position},    Known{"forces", "R", 3, &Columns::force},
        Known{"force", "R", 3, &Columns::force},     Known{"momenta", "R", 3, &Columns::momentum},
        Known{"masses", "R", 1, &Columns::mass}};
    const auto parts = split(properties, ':');
    if (parts.size() % 3 != 0)
        refuse(line, "Properties is no sequence of name:type:columns",
               "write species:S:1:pos:R:3:forces:R:3");
    Columns columns;
    for (std::size_t k = 0; k < parts.size(); k += 3) {
        const int width = number_in<int>(line, parts[k + 2], "number of columns");
        if (width < 1 || width > 1000)
            refuse(line, fmt::format("{} has {} columns", shown(parts[k]), width), "correct Properties");
        for (const auto& property : known) {
            if (property.name != parts[k]) continue;
            if (property.type != parts[k + 1] || property.width != width)
                refuse(line, fmt::format("{} must be {}:{}", property.name, property.type, property.width),
                       "correct Properties");
            if (columns.*property.column >= 0)
                refuse(line, fmt::format("Properties has {} twice", property.name), "leave one out");
            columns.*property.column = columns.words;
        }
        columns.words += width;
    }
    if (columns.position < 0) refuse(line, "Properties has no pos:R:3", "write the positions");
    return columns;
}

std::array<bool, 3> periodic_in(const Line& line, const std::string& text) {
    const auto words = words_of(text);
    if (words.size() != 3)
        refuse(line, "pbc has not got three values", "write pbc=\"T T T\" or pbc=\"F F F\"");
    std::array<bool, 3> periodic{};
    for (std::size_t k = 0; k < 3; ++k) {
        const auto word = words[k];
        periodic[k] = word == "T" || word == "True" || word == "true" || word == "1";
        if (!periodic[k] && word != "F" && word != "False" && word != "false" && word != "0")
            refuse(line, fmt::format("pbc has the word '{}'", shown(word)), "write T or F for each axis");
    }
    return periodic;
}

graph::Box box_in(const Line& line, const std::string& lattice, const std::array<bool, 3>& periodic) {
    const auto words = words_of(lattice);
    if (words.size() != 9) refuse(line, "Lattice has not got nine numbers", "write the three cell vectors");
    graph::Box box{.periodic = periodic};
    for (std::size_t k = 0; k < 9; ++k)
        box.vectors[k / 3][k % 3] = real_in(line, words[k], "component of Lattice");
    try {
        graph::check(box);
    } catch (const InputError& error) {
        throw InputError(fmt::format("'{}', line {}: {}", line.path, line.number, error.what()),
                         error.advice());
    }
    return box;
}

std::vector<std::string_view> words_of_atom(const Line& line, const Columns& columns) {
    auto words = words_of(line.text);
    if (words.size() != static_cast<std::size_t>(columns.words))
        refuse(line,
               fmt::format("an atom with {} columns, but Properties names {}", words.size(), columns.words),
               "correct the line, or the number of atoms of the configuration");
    return words;
}

Atom species_of(const Line& line, const Columns& columns, const std::vector<std::string_view>& words) {
    Atom atom;
    if (columns.species >= 0) atom.symbol = words[static_cast<std::size_t>(columns.species)];
    if (columns.species_index < 0) return atom;
    atom.species_index =
        number_in<int>(line, words[static_cast<std::size_t>(columns.species_index)], "index of a species");
    if (atom.species_index < 0) refuse(line, "the index of a species is negative", "count species from 0");
    return atom;
}

}  // namespace

GlobalIndex read_count(const Line& line) {
    const auto words = words_of(line.text);
    if (words.size() != 1)
        refuse(line, "a configuration must begin with the number of its atoms", "correct the line");
    const auto count = number_in<GlobalIndex>(line, words.front(), "number of atoms");
    if (count < 1) refuse(line, fmt::format("{} atoms", count), "leave empty configurations out");
    return count;
}

namespace {

std::string units_in(const Line& line, const std::string& units) {
    if (!are_units(units))
        refuse(line, fmt::format("there are no units '{}'", shown(units)),
               "write units=lj (reduced) or units=metal (Å, eV, ps, K, g/mol)");
    return units;
}

}  // namespace

namespace {

// Nine numbers, which must be symmetric, or six in the order xx yy zz yz xz xy; times `factor`.
data::Virial tensor_in(const Line& line, const char* key, const std::string& text, double factor) {
    const auto words = words_of(text);
    if (words.size() != 9 && words.size() != 6)
        refuse(line, fmt::format("{} has {} numbers", key, words.size()), "write nine, or six: xx yy zz yz xz xy");
    std::array<double, 9> values{};
    double largest = 0;
    for (std::size_t k = 0; k < words.size(); ++k) {
        values[k] = real_in(line, words[k], key);
        largest = std::max(largest, std::fabs(values[k]));
    }
    if (words.size() == 6)
        return {factor * values[0], factor * values[1], factor * values[2],
                factor * values[5], factor * values[4], factor * values[3]};
    constexpr double rounding = 1e-4;
    for (const auto& [above, below] : {std::pair{1, 3}, {2, 6}, {5, 7}})
        if (std::fabs(values[static_cast<std::size_t>(above)] - values[static_cast<std::size_t>(below)]) >
            rounding * largest)
            refuse(line, fmt::format("{} is not symmetric", key), "correct it");
    return {factor * values[0], factor * values[4], factor * values[8],
            factor * values[1], factor * values[2], factor * values[5]};
}

// By virial, by stress, or by both, which must say the same.
data::Virial virial_in(const Line& line, const std::string& virial, const std::string& stress,
                       double volume) {
    if (virial.empty() && stress.empty()) return data::unknown_virial;
    if (stress.empty()) return tensor_in(line, "virial", virial, 1);
    const auto by_stress = tensor_in(line, "stress", stress, -volume);
    if (virial.empty()) return by_stress;
    const auto found = tensor_in(line, "virial", virial, 1);
    double largest = 0;
    double apart = 0;
    double opposite = 0;
    for (std::size_t c = 0; c < found.size(); ++c) {
        largest = std::max(largest, std::fabs(found[c]));
        apart = std::max(apart, std::fabs(found[c] - by_stress[c]));
        opposite = std::max(opposite, std::fabs(found[c] + by_stress[c]));
    }
    constexpr double rounding = 1e-3;
    if (apart > rounding * largest)
        refuse(line,
               opposite <= rounding * largest ? "virial and stress have the wrong signs to each other"
                                              : "virial and stress do not say the same",
               "stress is minus the virial over the volume; correct one, or leave it out");
    return found;
}

}  // namespace

Header read_header(const Line& line) {
    const auto pairs = pairs_of(line);
    const auto value = [&](const char* key, const char* other) {
        const auto found = pairs.find(key);
        return found == pairs.end() ? std::string(other) : found->second;
    };
    if (!pairs.contains("Lattice"))
        refuse(line, "there is no Lattice",
               "write the box that the atoms live in, with pbc=\"F F F\" where it is open");
    const auto number = [&](const char* key, double other) {
        return pairs.contains(key) ? real_in(line, value(key, ""), key) : other;
    };
    const auto box = box_in(line, value("Lattice", ""), periodic_in(line, value("pbc", "T T T")));
    return {columns_of(line, value("Properties", "species:S:1:pos:R:3")),
            box,
            number("energy", std::numeric_limits<double>::quiet_NaN()),
            number("time", 0.0),
            units_in(line, value("units", "metal")),
            virial_in(line, value("virial", ""), value("stress", ""), graph::volume(box)),
            value("species_named", "T") != "F"};
}

Atom read_atom(const Line& line, const Columns& columns) {
    const auto words = words_of_atom(line, columns);
    auto atom = species_of(line, columns, words);
    const auto vector = [&](int column, std::array<double, 3>& to, const char* what) {
        for (std::size_t k = 0; column >= 0 && k < 3; ++k)
            to[k] = real_in(line, words[static_cast<std::size_t>(column) + k], what);
    };
    vector(columns.position, atom.position, "component of a position");
    vector(columns.force, atom.force, "component of a force");
    vector(columns.momentum, atom.momentum, "component of a momentum");
    if (columns.mass >= 0)
        atom.mass = real_in(line, words[static_cast<std::size_t>(columns.mass)], "mass", true);
    return atom;
}

Atom read_species(const Line& line, const Columns& columns) {
    return species_of(line, columns, words_of_atom(line, columns));
}

}  // namespace rfhgn::io::xyz
