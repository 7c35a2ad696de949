#include "extended_xyz_header.hpp"

#include <cmath>
#include <limits>

#include "rfhgn/base/units.hpp"

#include "extended_xyz_virial.hpp"
#include "text_words.hpp"

namespace rfhgn::io::xyz {

GlobalIndex read_count(const Line& line) {
    const auto words = words_of(line.text);
    if (words.size() != 1) refuse(line, "a configuration must begin with the number of its atoms");
    const auto count = number_in<GlobalIndex>(line, words.front(), "number of atoms");
    if (count < 1) refuse(line, fmt::format("{} atoms", count), "leave empty configurations out");
    return count;
}

std::string properties_of(const Pairs& pairs) {
    const auto* given = find(pairs, "properties");
    return given ? given->value : "species:S:1:pos:R:3";
}

std::string units_of(const Line& line, const Pairs& pairs, const std::string& other) {
    const auto* given = find(pairs, "units");
    const std::string units = given ? given->value : other;
    if (!are_units(units))
        refuse(line, fmt::format("there are no units '{}'", shown(units)),
               "write units=lj (reduced) or units=metal (Å, eV, ps, K, g/mol)");
    return units;
}

bool are_named(const Pairs& pairs) {
    const auto* named = find(pairs, "species_named");
    return !named || named->value != "F";
}

Motion motion_of(const std::string& name, const std::string& units) {
    const bool velocity = name.starts_with("vel");
    if (units != "metal") return {1.0, velocity, "as they are"};
    const double mass = rfhgn::units_of(units).mass;
    // ASE's unit of time is that in which the unit of mass is 1.
    if (!velocity) return {std::sqrt(mass), false, "in ASE's unit, (u eV)^1/2"};
    if (name == "velo" || name == "vel") return {1000.0, true, "in Å/fs, as QUIP and GPUMD have them"};
    return {1.0 / std::sqrt(mass), true, "in ASE's unit, (eV/u)^1/2"};
}

namespace {

double number_of(const Line& line, const Pairs& pairs, const std::string& key, double other) {
    const auto* given = key.empty() ? nullptr : find(pairs, key);
    return given ? real_in(line, given->value, given->key.c_str()) : other;
}

// QUIP and GPUMD write Time in fs.
double time_of(const Line& line, const Pairs& pairs, const std::string& units) {
    const auto* given = find(pairs, "time");
    if (!given) return 0.0;
    const double value = real_in(line, given->value, "time");
    return given->key == "Time" && units == "metal" ? value * 1e-3 : value;
}

}  // namespace

Header read_header(const Line& line, const Choice& choice, const std::string& units) {
    const auto pairs = pairs_of(line);
    Header header;
    header.columns = columns_of(line, properties_of(pairs), choice);
    const auto ipi = ipi_comment(line);
    header.cell = ipi.found ? ipi.cell : cell_of(line, pairs);
    header.unit_of_length = ipi.unit_of_length;
    header.energy =
        number_of(line, pairs, of(choice, Quantity::energy), std::numeric_limits<double>::quiet_NaN());
    header.time = time_of(line, pairs, units);
    const bool bounded = header.cell.complete();
    header.virial =
        virial_of(line, pairs, choice, bounded ? graph::volume(box_of(line, header.cell, {})) : 0.0);
    const auto motion = motion_of(of(choice, Quantity::motion), units);
    header.unit_of_motion = motion.unit;
    header.velocities = motion.velocity;
    return header;
}

}  // namespace rfhgn::io::xyz
