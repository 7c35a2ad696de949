#include "lammps_files.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/systems/units.hpp"

namespace rfhgn::workflow {

namespace {

/// The snapshot with species numbered as LAMMPS' types, from 1 on.
struct Configuration {
    const data::SnapshotSet& set;
    std::map<int, int> type;     ///< by species
    std::map<int, double> mass;  ///< by species
    bool bonds;                  ///< edges are given; otherwise they follow from the cutoff
    double unit_of_mass;

    [[nodiscard]] std::size_t atoms() const {
        return static_cast<std::size_t>(set.node_offset[1] - set.node_offset[0]);
    }
    /// Three components whatever the dimension.
    [[nodiscard]] std::array<double, 3> vector(const std::vector<double>& values, std::size_t atom) const {
        std::array<double, 3> v{};
        const auto d = static_cast<std::size_t>(set.totals.dimension);
        std::copy_n(values.begin() + static_cast<std::ptrdiff_t>(atom * d), d, v.begin());
        return v;
    }
};

Configuration configure(const model::TabulatedModel& tabulated, const data::SnapshotSet& set) {
    Configuration c{set, {}, {}, tabulated.model.cutoff.none(), 1.0};
    if (tabulated.model.units == "metal") c.unit_of_mass = systems::units_of("metal").mass;
    for (std::size_t i = 0; i < c.atoms(); ++i) {
        const int species = set.part.species[i];
        const auto [found, added] = c.mass.emplace(species, set.part.mass[i]);
        require(found->second == set.part.mass[i],
                Advice{"give each mass a species of its own, or set lammps = false"},
                "LAMMPS knows one mass a type, but particles of species {} have the masses {:g} and {:g}",
                species, found->second, set.part.mass[i]);
    }
    // Species that the model knows have a type even when the snapshot has none of them.
    for (const int species : tabulated.model.species.known()) c.mass.emplace(species, 1.0);
    int next = 1;
    for (const auto& [species, mass] : c.mass) c.type[species] = next++;
    return c;
}

struct TableRange {
    double low;
    double high;
};

/// Far below any distance that is met: LAMMPS stops where a table ends.
TableRange table_range(const model::TabulatedModel& tabulated) {
    const auto& training_range = tabulated.model.training_range.all_pairs;
    if (tabulated.model.cutoff.none())
        return {0.2 * training_range.distance_min, 2 * training_range.distance_max};
    return {0.5 * training_range.distance_min, tabulated.model.cutoff.radius};
}

std::string section_name(int first, int second) {
    return fmt::format("PAIR_{}_{}", first, second);
}

std::string table_section(const model::TabulatedModel& tabulated, const std::string& name, int pair,
                          int points) {
    const auto [low, high] = table_range(tabulated);
    const bool bonds = tabulated.model.cutoff.none();
    std::vector<double> at(static_cast<std::size_t>(points));
    std::vector<double> r(at.size());
    for (std::size_t i = 0; i < at.size(); ++i) {
        at[i] = low + (high - low) * static_cast<double>(i) / static_cast<double>(points - 1);
        r[i] = bonds ? at[i] : std::min(at[i], std::nextafter(high, 0.0));
    }
    std::vector<double> energy(at.size());
    std::vector<double> slope(at.size());
    model::evaluate_pair(tabulated, pair, r, energy, slope);
    std::string text = bonds ? fmt::format("{}\nN {}\n\n", name, points)
                             : fmt::format("{}\nN {} R {:.15g} {:.15g}\n\n", name, points, low, high);
    for (std::size_t i = 0; i < at.size(); ++i)
        text += fmt::format("{} {:.15g} {:.15g} {:.15g}\n", i + 1, at[i],
                            energy[i] + tabulated.model.energy_per_edge, -slope[i]);
    return text + "\n";
}

/// Calls use(first type, second type, number of the pair) for first <= second.
template <class Use>
void for_each_pair(const model::TabulatedModel& tabulated, const Configuration& c, Use&& use) {
    for (const auto& [a, first] : c.type)
        for (const auto& [b, second] : c.type)
            if (first <= second) use(first, second, tabulated.model.species.pair(a, b));
}

std::string table_text(const model::TabulatedModel& tabulated, const Configuration& c, int points) {
    std::string text = fmt::format("# UNITS: {}\n\n", tabulated.model.units == "metal" ? "metal" : "lj");
    for_each_pair(tabulated, c, [&](int first, int second, int pair) {
        text += table_section(tabulated, section_name(first, second), pair, points);
    });
    return text;
}

std::string box_lines(const Configuration& c) {
    const auto& set = c.set;
    std::string text;
    std::array<std::array<double, 2>, 3> bounds{};
    for (std::size_t k = 0; k < 3; ++k) {
        double low = 0;
        double high = 0;
        for (std::size_t i = 0; i < c.atoms(); ++i) {
            low = std::min(low, c.vector(set.position, i)[k]);
            high = std::max(high, c.vector(set.position, i)[k]);
        }
        bounds[k] = {low - 1, high + 1};
    }
    if (!set.box.empty()) {
        const auto& box = set.box.front();
        const auto& v = box.vectors;
        require(v[0][1] == 0 && v[0][2] == 0 && v[1][2] == 0, Advice{"turn the cell, or set lammps = false"},
                "LAMMPS takes cell vectors (lx, 0, 0), (xy, ly, 0), (xz, yz, lz) only");
        for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k)
            if (box.periodic[k]) bounds[k] = {0, v[k][k]};
        for (std::size_t k = 0; k < 3; ++k)
            text +=
                fmt::format("{:.17g} {:.17g} {}lo {}hi\n", bounds[k][0], bounds[k][1], "xyz"[k], "xyz"[k]);
        if (v[1][0] != 0 || v[2][0] != 0 || v[2][1] != 0)
            text += fmt::format("{:.17g} {:.17g} {:.17g} xy xz yz\n", v[1][0], v[2][0], v[2][1]);
        return text;
    }
    for (std::size_t k = 0; k < 3; ++k)
        text += fmt::format("{:.17g} {:.17g} {}lo {}hi\n", bounds[k][0], bounds[k][1], "xyz"[k], "xyz"[k]);
    return text;
}

std::string bond_lines(const model::TabulatedModel& tabulated, const Configuration& c) {
    std::string text = "\nBonds\n\n";
    std::map<int, int> bond_type;  // by pair of species
    for_each_pair(tabulated, c, [&](int, int, int pair) {
        bond_type.emplace(pair, static_cast<int>(bond_type.size()) + 1);
    });
    const auto& part = c.set.part;
    for (std::size_t e = 0; e < part.edges.size(); ++e) {
        const auto [first, second] = part.edges[e];
        const int pair = tabulated.model.species.pair(part.species[static_cast<std::size_t>(first)],
                                                      part.species[static_cast<std::size_t>(second)]);
        text += fmt::format("{} {} {} {}\n", e + 1, bond_type[pair], first + 1, second + 1);
    }
    return text;
}

int pair_count(const Configuration& c) {
    const int types = static_cast<int>(c.type.size());
    return types * (types + 1) / 2;
}

// As OVITO and ASE write and read it.
std::string name_comment(const potential::SpeciesNames& names, int species) {
    const auto s = static_cast<std::size_t>(species);
    return s < names.size() && !names[s].empty() ? "  # " + names[s] : std::string();
}

std::string data_text(const model::TabulatedModel& tabulated, const Configuration& c) {
    const auto& set = c.set;
    std::string text =
        fmt::format("The first snapshot of the data that the model learned from\n\n{} atoms\n{} atom types\n",
                    c.atoms(), c.type.size());
    if (c.bonds) text += fmt::format("{} bonds\n{} bond types\n", set.part.edges.size(), pair_count(c));
    text += box_lines(c) + "\nMasses\n\n";
    for (const auto& [species, mass] : c.mass)
        text += fmt::format("{} {:.17g}{}\n", c.type.at(species), mass / c.unit_of_mass,
                            name_comment(tabulated.model.species_names, species));
    text += c.bonds ? "\nAtoms # bond\n\n" : "\nAtoms # atomic\n\n";
    for (std::size_t i = 0; i < c.atoms(); ++i) {
        const auto q = c.vector(set.position, i);
        text += fmt::format("{}{} {} {:.17g} {:.17g} {:.17g}\n", i + 1, c.bonds ? " 1" : "",
                            c.type.at(set.part.species[i]), q[0], q[1], q[2]);
    }
    text += "\nVelocities\n\n";
    for (std::size_t i = 0; i < c.atoms(); ++i) {
        const auto p = c.vector(set.momentum, i);
        const double mass = set.part.mass[i];
        text += fmt::format("{} {:.17g} {:.17g} {:.17g}\n", i + 1, p[0] / mass, p[1] / mass, p[2] / mass);
    }
    return c.bonds ? text + bond_lines(tabulated, c) : text;
}

std::string force_lines(const model::TabulatedModel& tabulated, const Configuration& c, int points) {
    std::string text;
    if (c.bonds) {
        // Ghosts must reach as far as bonds do.
        text = fmt::format("pair_style zero {:g}\npair_coeff * *\nbond_style table spline {}\n",
                           2 * tabulated.model.training_range.all_pairs.distance_max, points);
        int type = 0;
        for_each_pair(tabulated, c, [&](int first, int second, int) {
            text += fmt::format("bond_coeff {} {} {}\n", ++type, lammps_table, section_name(first, second));
        });
        return text;
    }
    text = fmt::format("pair_style table spline {}\n", points);
    for_each_pair(tabulated, c, [&](int first, int second, int) {
        text += fmt::format("pair_coeff {} {} {} {} {:.15g}\n", first, second, lammps_table,
                            section_name(first, second), tabulated.model.cutoff.radius);
    });
    return text;
}

std::string input_text(const model::TabulatedModel& tabulated, const Configuration& c,
                       const LammpsOptions& options) {
    std::string boundary;
    for (std::size_t k = 0; k < 3; ++k)
        boundary += !c.set.box.empty() && c.set.box.front().periodic[k] ? " p" : " m";
    // LAMMPS refuses cells that lean by more than half a side unless it is told.
    const auto tilted = [](const graph::Box& box) {
        return box.vectors[1][0] != 0 || box.vectors[2][0] != 0 || box.vectors[2][1] != 0;
    };
    const bool tilt = !c.set.box.empty() && tilted(c.set.box.front());
    return fmt::format(
        "# The learned potential in LAMMPS:  lmp -in {}   (-var steps 0: forces of the first state only)\n"
        "variable steps index 1000\n"
        "units {}\natom_style {}\nboundary{}\n{}read_data {}\n{}"
        "neighbor {} bin\nneigh_modify every 1 delay 0 check yes\n"
        "timestep {:g}\nfix move all nve\nthermo 100\nthermo_style custom step temp pe ke etotal press\n"
        "thermo_modify format float %.15g\n"
        "dump forces all custom 1000 forces.lammps id type x y z fx fy fz\n"
        "dump_modify forces sort id format float %.16g\nrun ${{steps}}\n",
        lammps_input, tabulated.model.units == "metal" ? "metal" : "lj", c.bonds ? "bond" : "atomic",
        boundary, tilt ? "box tilt large\n" : "", lammps_data, force_lines(tabulated, c, options.points),
        tabulated.model.units == "metal" ? 2.0 : 0.3, options.dt);
}

}  // namespace

LammpsFiles lammps_files(const model::TabulatedModel& tabulated, const data::SnapshotSet& set,
                         const LammpsOptions& options) {
    const auto c = configure(tabulated, set);
    return {table_text(tabulated, c, options.points), data_text(tabulated, c),
            input_text(tabulated, c, options)};
}

}  // namespace rfhgn::workflow
