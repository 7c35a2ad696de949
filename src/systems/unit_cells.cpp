#include "unit_cells.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <numeric>

#include "rfhgn/base/permutation.hpp"

namespace rfhgn::systems {

namespace {

using graph::Vector3;

constexpr double half_sqrt2 = 0.5 * std::numbers::sqrt2;
constexpr double half_sqrt3 = 0.5 * std::numbers::sqrt3;
constexpr double sixth = 1.0 / 6.0;
constexpr double hexagonal_height = 1.6329931618554521;  // √(8/3)

// Of the hexagonal lattice the cell with right angles, of two layers.
constexpr std::array<Lattice, 5> lattices{{
    {"fcc",
     4,
     {Vector3{0, 0, 0}, Vector3{0.5, 0.5, 0}, Vector3{0.5, 0, 0.5}, Vector3{0, 0.5, 0.5}},
     {1, 1, 1},
     half_sqrt2,
     false},
    {"bcc", 2, {Vector3{0, 0, 0}, Vector3{0.5, 0.5, 0.5}}, {1, 1, 1}, half_sqrt3, false},
    {"hcp",
     4,
     {Vector3{0, 0, 0}, Vector3{0.5, 0.5, 0}, Vector3{0.5, 5 * sixth, 0.5}, Vector3{0, 2 * sixth, 0.5}},
     {1, std::numbers::sqrt3, hexagonal_height},
     1.0,
     false},
    {"sc", 1, {Vector3{0, 0, 0}}, {1, 1, 1}, 1.0, true},
    {"diamond",
     8,
     {Vector3{0, 0, 0}, Vector3{0.5, 0.5, 0}, Vector3{0.5, 0, 0.5}, Vector3{0, 0.5, 0.5},
      Vector3{0.25, 0.25, 0.25}, Vector3{0.75, 0.75, 0.25}, Vector3{0.75, 0.25, 0.75},
      Vector3{0.25, 0.75, 0.75}},
     {1, 1, 1},
     0.25 * std::numbers::sqrt3,
     false},
}};

bool random_sites(const SystemOptions& options) {
    return options.fluid.lattice == "random";
}

/// Cells per direction of the grid that random sites are in: at least one a particle.
GlobalIndex grid_cells(GlobalIndex particles, int dimension) {
    const auto count = static_cast<double>(particles);
    auto side = static_cast<GlobalIndex>(std::floor(std::pow(count, 1.0 / dimension)));
    while (std::pow(static_cast<double>(side), dimension) < count) ++side;
    return side;
}

double cell_volume(const Lattice& lattice, int dimension) {
    double volume = 1.0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(dimension); ++k) volume *= lattice.sides[k];
    return volume;
}

Vector3 random_coordinates(const SystemOptions& options, const graph::Box& box, GlobalIndex id) {
    const GlobalIndex side = grid_cells(fluid_particles(options), box.dimension);
    GlobalIndex cells = 1;
    for (int k = 0; k < box.dimension; ++k) cells *= side;
    const Permutation choose(options.seed, Stream::topology, static_cast<std::uint64_t>(cells));
    auto cell = static_cast<GlobalIndex>(choose(static_cast<std::uint64_t>(id)));
    const auto words = CounterRandom(options.seed, Stream::topology).words(static_cast<std::uint64_t>(id));
    const double distance = nearest_sites(options, box.dimension);
    const auto widths = graph::widths(box);
    Vector3 coordinates{};
    for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k) {
        // Two particles differ in a cell index; along it, across the faces, they must stay `distance` apart.
        const double freedom = std::max(0.0, 1.0 - distance * static_cast<double>(side) / widths[k]);
        const double shift = freedom * (std::ldexp(static_cast<double>(words[k]), -32) - 0.5);
        coordinates[k] = (static_cast<double>(cell % side) + 0.5 + shift) / static_cast<double>(side);
        cell /= side;
    }
    return coordinates;
}

Vector3 lattice_coordinates(const SystemOptions& options, GlobalIndex id) {
    const Lattice& lattice = *find_lattice(options.fluid.lattice);
    const auto basis = static_cast<GlobalIndex>(lattice.basis);
    const Vector3& site = lattice.sites[static_cast<std::size_t>(id % basis)];
    GlobalIndex cell = id / basis;
    Vector3 coordinates{};
    for (std::size_t k = 0; k < options.size.size(); ++k) {
        const auto cells = options.size[k];
        coordinates[k] = (static_cast<double>(cell % cells) + site[k]) / static_cast<double>(cells);
        cell /= cells;
    }
    return coordinates;
}

}  // namespace

const Lattice* find_lattice(const std::string& name) {
    const auto* found = std::find_if(lattices.begin(), lattices.end(), [&](const Lattice& lattice) {
        return lattice.name == (name == "random" ? "sc" : name);
    });
    return found == lattices.end() ? nullptr : found;
}

GlobalIndex fluid_particles(const SystemOptions& options) {
    const auto cells =
        std::accumulate(options.size.begin(), options.size.end(), GlobalIndex{1}, std::multiplies<>());
    return cells * static_cast<GlobalIndex>(find_lattice(options.fluid.lattice)->basis);
}

double fluid_lattice_constant(const SystemOptions& options, int dimension) {
    if (options.fluid.lattice_constant > 0) return options.fluid.lattice_constant;
    const Lattice& lattice = *find_lattice(options.fluid.lattice);
    const double volume = static_cast<double>(lattice.basis) / options.fluid.density;
    return std::pow(volume / cell_volume(lattice, dimension), 1.0 / dimension);
}

graph::Box fluid_box(const SystemOptions& options, int dimension) {
    const Lattice& lattice = *find_lattice(options.fluid.lattice);
    const double constant = fluid_lattice_constant(options, dimension);
    graph::Box box;
    box.dimension = dimension;
    for (std::size_t k = 0; k < static_cast<std::size_t>(dimension); ++k) {
        const double cells = random_sites(options)
                                 ? std::pow(static_cast<double>(options.size[0]), 1.0 / dimension)
                                 : static_cast<double>(options.size[k]);
        box.vectors[k][k] = constant * lattice.sides[k] * cells;
        const auto& boundary = options.fluid.boundary;
        box.periodic[k] = boundary[boundary.size() == 1 ? 0 : k] == "periodic";
    }
    const auto& tilt = options.fluid.tilt;
    if (!tilt.empty()) box.vectors[1][0] = tilt[0];
    if (tilt.size() == 3) {
        box.vectors[2][0] = tilt[1];
        box.vectors[2][1] = tilt[2];
    }
    return box;
}

double nearest_sites(const SystemOptions& options, int dimension) {
    if (!random_sites(options))
        return find_lattice(options.fluid.lattice)->nearest * fluid_lattice_constant(options, dimension);
    if (options.fluid.minimum_distance > 0) return options.fluid.minimum_distance;
    const auto widths = graph::widths(fluid_box(options, dimension));
    return 0.8 * *std::min_element(widths.begin(), widths.begin() + dimension) /
           static_cast<double>(grid_cells(options.size[0], dimension));
}

void fluid_site(const SystemOptions& options, const graph::Box& box, GlobalIndex id,
                std::span<double> position) {
    const auto site = graph::cartesian(
        box, random_sites(options) ? random_coordinates(options, box, id) : lattice_coordinates(options, id));
    std::copy_n(site.begin(), position.size(), position.begin());
}

int fluid_species(const SystemOptions& options, GlobalIndex id) {
    const auto& fractions = options.fluid.species;
    if (fractions.size() == 1) return 0;
    const GlobalIndex particles = fluid_particles(options);
    const Permutation shuffle(options.seed, Stream::species, static_cast<std::uint64_t>(particles));
    const auto place = static_cast<double>(shuffle(static_cast<std::uint64_t>(id)));
    double sum = 0.0;
    for (std::size_t s = 0; s + 1 < fractions.size(); ++s) {
        sum += fractions[s];
        if (place < std::round(sum * static_cast<double>(particles))) return static_cast<int>(s);
    }
    return static_cast<int>(fractions.size()) - 1;
}

std::vector<GlobalIndex> fluid_species_counts(const SystemOptions& options) {
    const auto& fractions = options.fluid.species;
    const GlobalIndex particles = fluid_particles(options);
    std::vector<GlobalIndex> counts;
    double sum = 0.0;
    GlobalIndex before = 0;
    for (std::size_t s = 0; s < fractions.size(); ++s) {
        sum += fractions[s];
        const auto end = s + 1 == fractions.size()
                             ? particles
                             : static_cast<GlobalIndex>(std::round(sum * static_cast<double>(particles)));
        counts.push_back(std::max(end - before, GlobalIndex{0}));
        before = std::max(end, before);
    }
    return counts;
}

}  // namespace rfhgn::systems
