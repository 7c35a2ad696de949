#include <fmt/format.h>

#include "rfhgn/systems/system.hpp"

#include "law_options.hpp"
#include "system_problems.hpp"

namespace rfhgn::systems {

using config::Interval;
using potential::Law;
using potential::Use;

void SystemOptions::bind(config::Section section) {
    section.choice(
        "graph", graph, {"chain", "ring", "square", "triangular", "cubic", "geometric", "complete", "cutoff"},
        "which particles are joined, and where they are at rest; cutoff: whoever is near, as they move");
    section.integers(
        "size", size, Interval::at_least(1),
        "sites per direction; one number for chain, ring, geometric and complete; unit cells of a lattice");
    section.integer("dimension", dimension, Interval::between(0, 3), "of space; 0: the graph's own");
    std::vector<std::string> laws;
    for (const auto& law : potential::laws()) laws.push_back(law.name);
    section.choice(
        "potential", potential, laws,
        fmt::format("energy of a bond as a function of its length; of a cutoff graph {}", fluid_laws()));
    section.spread("stiffness", stiffness, Interval::positive(), "energy/length^2",
                   meanings(&Law::bond, &Use::strength));
    section.spread("rest_length", rest_length, Interval::at_least(0.0), "length",
                   meanings(&Law::bond, &Use::length));
    bind_parameters(section, parameters);
    section.number("radius", radius, Interval::positive(), "length",
                   "a geometric graph joins points nearer than this; their density is 1");
    section.number("spacing", spacing, Interval::at_least(0.0), "length",
                   "distance of neighbouring sites; 0: the middle of rest_length");
    section.renamed("fall", "uniform_field");
    section.renamed("trap", "harmonic_trap");
    section.number("uniform_field", uniform_field, Interval::any(), "length/time^2",
                   "g of a uniform field along the last direction: V = m g q; not for cutoff graphs");
    section.number("harmonic_trap", harmonic_trap, Interval::at_least(0.0), "energy/length^2",
                   "kappa of a trap about the origin: V = kappa q^2 / 2; not for cutoff graphs");
    section.spread("mass", mass, Interval::positive(), "mass", "of a particle");
    section.seed("seed", seed, "of masses, stiffnesses, rest lengths, random sites and species");
    fluid.bind(section);
    say_what_acts(section);
}

void SystemOptions::say_what_acts(const config::Section& section) const {
    const bool cutoff_graph = graph == "cutoff";
    const bool bonds = !cutoff_graph;
    section.only_if(
        {"units", "lattice", "density", "lattice_constant", "minimum_distance", "boundary", "tilt", "cutoff",
         "skin", "truncation", "smooth_from", "epsilon", "sigma", "species", "masses"},
        cutoff_graph, "graph is \"cutoff\"");
    section.only_if({"stiffness", "spacing", "rest_length"}, bonds, "graph is another than \"cutoff\"");
    say_which_parameters_act(section, *this);
    section.only_if("minimum_distance", fluid.lattice == "random", "lattice is \"random\"");
    section.only_if("smooth_from", fluid.truncation == "smooth", "truncation is \"smooth\"");
    section.only_if("radius", graph == "geometric", "graph is \"geometric\"");
    section.only_if("spacing", graph != "geometric",
                    "graph is another than \"geometric\", whose density is 1");
    const bool spaces_sites = spacing == 0 && graph != "geometric";
    section.only_if("rest_length", uses_rest_length(*this) || spaces_sites,
                    "the potential has a rest length, or spacing is 0");
    const bool one_mass = fluid.masses.empty() || bonds;
    section.only_if("mass", one_mass, "masses are left out");
    const bool draws_bonds =
        bonds && (!stiffness.uniform() || (uses_rest_length(*this) && !rest_length.uniform()));
    const bool draws_sites = cutoff_graph ? fluid.lattice == "random" || fluid.species.size() > 1
                                          : graph == "geometric" || graph == "complete";
    section.only_if("seed", draws_bonds || draws_sites || (one_mass && !mass.uniform()),
                    "masses, springs, sites or species are drawn");
}

void SystemOptions::check(const config::Section& section) const {
    for (const auto& [key, message] : find_problems(*this)) section.problem(key, message);
}

void InitialStateOptions::bind(config::Section section) {
    section.number(
        "displacement", displacement, Interval::at_least(0.0), "length",
        "positions are drawn within this of the site, component by component; default 0 in cutoff graphs");
    section.number("momentum", momentum, Interval::at_least(0.0), "momentum",
                   "momenta are drawn within this of zero, component by component; without a temperature");
    section.number(
        "temperature", temperature, Interval::at_least(0.0), "temperature",
        "momenta are Maxwell's, with exactly this temperature and no total momentum; 0: drawn by momentum");
    section.boolean("zero_total_momentum", zero_total_momentum, "subtract the mean momentum");
    section.seed("seed", seed, "of initial states");
    section.only_if({"momentum", "zero_total_momentum"}, temperature == 0,
                    "temperature is 0: Maxwell's momenta have a size of their own and no sum");
}

}  // namespace rfhgn::systems
