#include "lammps_dump_frame.hpp"

#include <algorithm>

#include "text_words.hpp"

namespace rfhgn::io::lammps {

namespace {

constexpr const char* within = "a frame";
constexpr std::string_view item = "ITEM:";

// Columns that are one number.
DumpWord single(std::string_view name) {
    constexpr std::array known{std::pair{"id", DumpWord::id}, std::pair{"type", DumpWord::type},
                               std::pair{"element", DumpWord::element}, std::pair{"mass", DumpWord::mass}};
    for (const auto& [word, meaning] : known)
        if (name == word) return meaning;
    return DumpWord::other;
}

// Columns that are a component: "x" and what follows it, "vx", "fx", "ix".
DumpHeader::Column component(std::string_view name, const std::string& position) {
    for (std::uint8_t axis = 0; axis < 3; ++axis) {
        const char letter = "xyz"[axis];
        if (!position.empty() && name == std::string(1, letter) + position.substr(1))
            return {DumpWord::position, axis, std::string(name)};
        for (const auto& [first, word] :
             {std::pair{'v', DumpWord::velocity}, {'f', DumpWord::force}, {'i', DumpWord::image}})
            if (name == std::string{first, letter}) return {word, axis, std::string(name)};
    }
    return {single(name), 0, std::string(name)};
}

void set_columns(const Line& line, std::string_view names, DumpHeader& header) {
    const auto words = words_of(names);
    header.position.clear();
    for (const char* first : {"xu", "x", "xsu", "xs"})
        if (header.position.empty() && std::ranges::find(words, first) != words.end())
            header.position = first;
    header.scaled = header.position.starts_with("xs");
    header.columns.clear();
    for (const auto word : words) header.columns.push_back(component(word, header.position));
    if (!header.has(DumpWord::position, 3))
        refuse(line, "a dump without positions", "dump x y z, xu yu zu, xs ys zs or xsu ysu zsu");
    for (const auto& [word, name] : {std::pair{DumpWord::velocity, "vx vy vz"},
                                     {DumpWord::force, "fx fy fz"},
                                     {DumpWord::image, "ix iy iz"}})
        if (header.has(word) && !header.has(word, 3))
            refuse(line, fmt::format("a dump with a part of {}", name), "dump all three components");
}

std::vector<double> numbers(const Line& line, std::size_t least, std::size_t most) {
    std::vector<double> values;
    for (const auto word : words_of(line.text)) values.push_back(real_in(line, word, "bound of the box"));
    if (values.size() < least || values.size() > most)
        refuse(line, fmt::format("{} numbers of a box, not {}", values.size(), least));
    return values;
}

// pp: periodic; f, s, m: open.
std::array<bool, 3> periodic_in(const Line& line, const std::vector<std::string_view>& words) {
    if (words.size() < 3) return {true, true, true};  // of old releases
    std::array<bool, 3> periodic{};
    for (std::size_t k = 0; k < 3; ++k) {
        const auto word = words[words.size() - 3 + k];
        periodic[k] = word == "pp";
        if (word.size() != 2 || word.find_first_not_of("pfsm") != std::string_view::npos)
            refuse(line, fmt::format("'{}' is no boundary", shown(word)));
    }
    return periodic;
}

void read_box(TextLines& lines, DumpHeader& header) {
    const auto said = words_of(lines.line().text.substr(item.size()));
    const Line at{lines.line().path, lines.line().number, {}};
    const auto has = [&](std::string_view word) { return std::ranges::find(said, word) != said.end(); };
    const bool tilted = has("xy");
    const bool general = has("abc");
    const auto periodic = periodic_in(lines.line(), said);
    std::array<std::vector<double>, 3> rows;
    for (auto& row : rows) {
        const std::size_t count = general ? 4 : tilted ? 3 : 2;
        row = numbers(lines.required(within), count, count);
    }
    for (std::size_t k = 0; k < 3; ++k) header.origin[k] = rows[k][general ? 3 : 0];
    if (general) {
        std::array<graph::Vector3, 3> vectors;
        for (std::size_t k = 0; k < 3; ++k) vectors[k] = {rows[k][0], rows[k][1], rows[k][2]};
        header.box = box_of(at, vectors, periodic);
        return;
    }
    Bounds bounds;
    for (std::size_t k = 0; k < 3; ++k) bounds.ends[k] = {rows[k][0], rows[k][1]};
    if (tilted) {
        // What is written are the ends of a brick around the box.
        const double xy = rows[0][2];
        const double xz = rows[1][2];
        const double yz = rows[2][2];
        bounds.ends[0][0] -= std::min({0.0, xy, xz, xy + xz});
        bounds.ends[0][1] -= std::max({0.0, xy, xz, xy + xz});
        bounds.ends[1][0] -= std::min(0.0, yz);
        bounds.ends[1][1] -= std::max(0.0, yz);
        bounds.xy = xy;
        bounds.xz = xz;
        bounds.yz = yz;
    }
    for (std::size_t k = 0; k < 3; ++k) header.origin[k] = bounds.ends[k][0];
    header.box = box_of(at, bounds, periodic);
}

void read_item(TextLines& lines, std::string_view name, DumpHeader& header) {
    if (name.starts_with("BOX BOUNDS")) return read_box(lines, header);
    const std::string which(name);
    const auto& line = lines.required(within);
    const auto word = Words(line.text).next();
    if (which.starts_with("NUMBER OF ATOMS")) {
        header.atoms = number_in<GlobalIndex>(line, word, "number of atoms");
        if (header.atoms < 1) refuse(line, fmt::format("{} atoms", header.atoms), "leave empty frames out");
    } else if (which.starts_with("TIMESTEP")) {
        const auto step = number_in<std::int64_t>(line, word, "time step");
        if (!header.timed) header.time = static_cast<double>(step);
    } else if (which.starts_with("UNITS")) {
        header.units = word;
    } else if (which.starts_with("TIME")) {
        header.time = real_in(line, word, "time");
        header.timed = true;
    } else {
        refuse(line, fmt::format("'ITEM: {}' is not known", shown(which)),
               "dump atoms, with dump custom or dump atom");
    }
}

}  // namespace

bool DumpHeader::has(DumpWord word, int columns_of_it) const {
    return std::ranges::count(columns, word, &Column::word) >= columns_of_it;
}

bool read_dump_header(TextLines& lines, DumpHeader& header) {
    do {
        if (!lines.next()) return false;
    } while (is_empty(lines.line().text));
    header.atoms = 0;
    header.timed = false;
    bool bounded = false;
    for (;; lines.required(within)) {
        const auto& line = lines.line();
        if (!line.text.starts_with(item))
            refuse(line, fmt::format("'{}' where an ITEM: is expected", shown(line.text)));
        auto name = line.text.substr(item.size());
        name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
        bounded = bounded || name.starts_with("BOX BOUNDS");
        if (name.starts_with("ATOMS")) {
            if (header.atoms == 0 || !bounded) refuse(line, "atoms before their number and their box");
            set_columns(line, name.substr(5), header);
            return true;
        }
        read_item(lines, name, header);
    }
}

namespace {

int type_in(const Line& line, std::string_view word) {
    const int type = number_in<int>(line, word, "type of an atom");
    if (type < 1) refuse(line, fmt::format("the type {}; types are numbered from 1", type));
    return type - 1;
}

void take_word(const Line& line, const DumpHeader::Column& column, std::string_view word, DumpAtom& atom) {
    switch (column.word) {
        case DumpWord::other:
            break;
        case DumpWord::id:
            atom.id = number_in<GlobalIndex>(line, word, "number of an atom");
            break;
        case DumpWord::type:
            atom.type = type_in(line, word);
            break;
        case DumpWord::element:
            atom.element = word;
            break;
        case DumpWord::mass:
            atom.mass = real_in(line, word, "mass", true);
            break;
        case DumpWord::image:
            atom.image[column.axis] = number_in<int>(line, word, "image flag");
            break;
        case DumpWord::position:
            atom.position[column.axis] = real_in(line, word, "component of a position");
            break;
        case DumpWord::velocity:
            atom.velocity[column.axis] = real_in(line, word, "component of a velocity");
            break;
        case DumpWord::force:
            atom.force[column.axis] = real_in(line, word, "component of a force");
            break;
    }
}

}  // namespace

DumpAtom read_dump_atom(const Line& line, const DumpHeader& header) {
    DumpAtom atom;
    Words words(line.text);
    std::size_t found = 0;
    for (const auto& column : header.columns) {
        const auto word = words.next();
        if (word.empty()) break;
        ++found;
        take_word(line, column, word, atom);
    }
    if (found < header.columns.size() || !words.next().empty())
        refuse(line,
               fmt::format("an atom with {} columns, but the dump has {}", words_of(line.text).size(),
                           header.columns.size()),
               "it may be incomplete; copy it again");
    if (header.scaled)
        atom.position = graph::cartesian(header.box, atom.position);
    else
        for (std::size_t k = 0; k < 3; ++k) atom.position[k] -= header.origin[k];
    const bool wrapped = header.position == "x" || header.position == "xs";
    if (wrapped) atom.position = displaced(atom.position, header.box, atom.image);
    return atom;
}

}  // namespace rfhgn::io::lammps
