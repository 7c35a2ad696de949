#include "extended_xyz_atoms.hpp"

#include <algorithm>

#include "rfhgn/potential/elements.hpp"

#include "text_words.hpp"

namespace rfhgn::io::xyz {

namespace {

using enum Quantity;

/// A name:type:columns of Properties.
struct Property {
    std::string_view name, type;
    std::size_t width;
};

std::vector<Property> properties_in(const Line& line, const std::string& text) {
    std::vector<std::string_view> parts;
    for (std::string_view left = text;;) {
        const auto end = left.find(':');
        parts.push_back(left.substr(0, end));
        if (end == std::string_view::npos) break;
        left.remove_prefix(end + 1);
    }
    if (parts.size() % 3 != 0)
        refuse(line, "Properties is no sequence of name:type:columns",
               "write species:S:1:pos:R:3:forces:R:3");
    std::vector<Property> properties;
    for (std::size_t k = 0; k < parts.size(); k += 3) {
        const int width = number_in<int>(line, parts[k + 2], "number of columns");
        if (width < 1 || width > 1000)
            refuse(line, fmt::format("{} has {} columns", shown(parts[k]), width), "correct Properties");
        properties.push_back({parts[k], parts[k + 1], static_cast<std::size_t>(width)});
    }
    return properties;
}

// Integers are real numbers, and anything is a name.
bool suits(const Property& property, char type, std::size_t width) {
    const bool number = property.type == "R" || property.type == "I";
    const bool fits = type == 'S'   ? number || property.type == "S"
                      : type == 'R' ? number
                                    : property.type == "I";
    return fits && property.width == width;
}

void require_shape(const Line& line, const Property& property, char type, std::size_t width) {
    if (!suits(property, type, width))
        refuse(line, fmt::format("{} must be {}:{}", shown(property.name), type, width),
               "correct Properties");
}

struct Place {
    Word word;
    std::uint8_t at;
    char type;
    std::size_t width;
    bool Columns::*there;
};

// Null for what no name tells apart by its type, such as a coordinate z and an atomic number Z.
const Place* place_of(Quantity quantity) {
    static const std::array<std::pair<Quantity, Place>, 8> places{
        {{position, {Word::value, position_at, 'R', 3, nullptr}},
         {species, {Word::species, 0, 'S', 1, &Columns::species}},
         {number, {Word::number, 0, 'I', 1, &Columns::number}},
         {type, {Word::type, 0, 'S', 1, &Columns::type}},
         {species_index, {Word::species_index, 0, 'I', 1, &Columns::species_index}},
         {force, {Word::value, force_at, 'R', 3, &Columns::force}},
         {motion, {Word::value, motion_at, 'R', 3, &Columns::motion}},
         {mass, {Word::value, mass_at, 'R', 1, &Columns::mass}}}};
    const auto found = std::ranges::find(places, quantity, &std::pair<Quantity, Place>::first);
    return found == places.end() ? nullptr : &found->second;
}

// Of those whose names mean other things, too, only what has the right shape is meant.
bool is_meant(const Property& property, const Name& known) {
    const auto* place = place_of(known.quantity);
    const bool vague = known.quantity == number || known.quantity == type;
    return !vague || suits(property, place->type, place->width);
}

const char* called(std::uint8_t at) {
    return at < force_at    ? "component of a position"
           : at < motion_at ? "component of a force"
           : at < mass_at   ? "component of a momentum or a velocity"
                            : "mass";
}

}  // namespace

std::vector<std::string> column_names(const Line& line, const std::string& properties) {
    std::vector<std::string> names;
    for (const auto& property : properties_in(line, properties)) {
        const auto* known = known_column(property.name);
        const bool twice = std::ranges::find(names, property.name) != names.end();
        if (known && twice)
            refuse(line, fmt::format("Properties has {} twice", shown(property.name)), "leave one out");
        // A column of another shape is another quantity of the same name.
        const bool meant = !known || is_meant(property, *known);
        names.push_back(std::string(property.name) + (meant ? "" : ":" + std::string(property.type)));
    }
    return names;
}

Columns columns_of(const Line& line, const std::string& properties, const Choice& choice) {
    Columns columns;
    bool placed = false;
    for (const auto& property : properties_in(line, properties)) {
        const auto first = columns.slots.size();
        columns.slots.resize(first + property.width);
        const auto* known = known_column(property.name);
        if (!known || !is_named(property.name, of(choice, known->quantity)) || !is_meant(property, *known))
            continue;
        const auto& place = *place_of(known->quantity);
        require_shape(line, property, place.type, place.width);
        for (std::size_t k = 0; k < place.width; ++k)
            columns.slots[first + k] = {place.word, static_cast<std::uint8_t>(place.at + k)};
        if (place.there) columns.*place.there = true;
        placed = placed || known->quantity == position;
    }
    if (!placed) refuse(line, "Properties has no pos:R:3", "write the positions");
    return columns;
}

void require_width(const Line& line, const Columns& columns) {
    const auto words = words_of(line.text).size();
    if (words != columns.slots.size())
        refuse(line,
               fmt::format("an atom with {} columns, but Properties names {}", words, columns.slots.size()),
               "correct the line, or the number of atoms of the configuration");
}

namespace {

int index_in(const Line& line, std::string_view word) {
    const int index = number_in<int>(line, word, "index of a species");
    if (index < 0) refuse(line, "the index of a species is negative", "count species from 0");
    return index;
}

// An atomic number stands for its element.
std::string_view symbol_in(const Line& line, std::string_view word) {
    return potential::element_symbol(number_in<int>(line, word, "atomic number"));
}

void read_word(const Line& line, const Columns& columns, Word kind, std::string_view word, Atom& atom) {
    if (kind == Word::species_index)
        atom.species_index = index_in(line, word);
    else if (kind == columns.name())
        atom.name = kind == Word::number ? symbol_in(line, word) : word;
}

}  // namespace

Atom read_atom(const Line& line, const Columns& columns) {
    Atom atom;
    Words words(line.text);
    for (const auto& slot : columns.slots) {
        const auto word = words.next();
        if (word.empty()) require_width(line, columns);
        if (slot.word == Word::value)
            atom.values[slot.at] = real_in(line, word, called(slot.at), slot.at == mass_at);
        else if (slot.word != Word::other)
            read_word(line, columns, slot.word, word, atom);
    }
    if (!words.next().empty()) require_width(line, columns);
    return atom;
}

Atom read_species(const Line& line, const Columns& columns) {
    Atom atom;
    Words words(line.text);
    const bool none = columns.name() == Word::other;
    bool named = none;
    bool numbered = !columns.species_index;
    for (const auto& slot : columns.slots) {
        if (named && numbered) break;
        const auto word = words.next();
        if (word.empty()) require_width(line, columns);
        if (slot.word == Word::other || slot.word == Word::value) continue;
        read_word(line, columns, slot.word, word, atom);
        named = named || slot.word == columns.name();
        numbered = numbered || slot.word == Word::species_index;
    }
    return atom;
}

}  // namespace rfhgn::io::xyz
