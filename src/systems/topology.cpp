#include "topology.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "rfhgn/base/random.hpp"

namespace rfhgn::systems {

namespace {

constexpr std::array<GraphKind, 8> kinds{{{"chain", 1, 1, 1},
                                          {"ring", 2, 2, 1},
                                          {"square", 2, 2, 2},
                                          {"triangular", 2, 2, 2},
                                          {"cubic", 3, 3, 3},
                                          {"geometric", 1, 2, 1},
                                          {"complete", 1, 2, 1},
                                          {"cutoff", 2, 3, 3}}};

GlobalIndex extent(const SystemOptions& options, std::size_t direction) {
    return direction < options.size.size() ? options.size[direction] : 1;
}

/// Column, row and layer of a lattice node.
std::array<GlobalIndex, 3> cell(const SystemOptions& options, GlobalIndex node) {
    const GlobalIndex nx = extent(options, 0);
    const GlobalIndex ny = extent(options, 1);
    return {node % nx, node / nx % ny, node / (nx * ny)};
}

void ring_position(const SystemOptions& options, GlobalIndex node, std::span<double> position) {
    const auto sides = static_cast<double>(options.size[0]);
    const double radius = site_spacing(options) / (2.0 * std::sin(std::numbers::pi / sides));
    const double angle = 2.0 * std::numbers::pi * static_cast<double>(node) / sides;
    position[0] = radius * std::cos(angle);
    position[1] = radius * std::sin(angle);
}

void lattice_position(const SystemOptions& options, GlobalIndex node, std::span<double> position) {
    const auto at = cell(options, node);
    const double spacing = site_spacing(options);
    const std::size_t directions = std::min(position.size(), options.size.size());
    for (std::size_t k = 0; k < directions; ++k) position[k] = spacing * static_cast<double>(at[k]);
    if (options.graph == "triangular") {
        position[0] += at[1] % 2 == 1 ? 0.5 * spacing : 0.0;
        position[1] *= 0.5 * std::numbers::sqrt3;
    }
}

void scattered_position(const SystemOptions& options, GlobalIndex node, std::span<double> position) {
    const auto dimension = static_cast<double>(position.size());
    const auto sites = static_cast<double>(options.size[0]);
    auto side = static_cast<GlobalIndex>(std::floor(std::pow(sites, 1.0 / dimension)));
    while (std::pow(static_cast<double>(side), dimension) < sites) ++side;
    const auto words = CounterRandom(options.seed, Stream::topology).words(static_cast<std::uint64_t>(node));
    GlobalIndex rest = node;
    for (std::size_t k = 0; k < position.size(); ++k) {
        const double shift = 0.5 * std::ldexp(static_cast<double>(words[k]), -32) - 0.25;
        position[k] = site_spacing(options) * (static_cast<double>(rest % side) + shift);
        rest /= side;
    }
}

using Neighbours = std::vector<GlobalIndex>;

void lattice_neighbours(const SystemOptions& options, GlobalIndex node, Neighbours& above) {
    const auto at = cell(options, node);
    GlobalIndex stride = 1;
    for (std::size_t k = 0; k < options.size.size(); ++k) {
        if (at[k] + 1 < options.size[k]) above.push_back(node + stride);
        stride *= options.size[k];
    }
}

void triangular_neighbours(const SystemOptions& options, GlobalIndex node, Neighbours& above) {
    const auto [column, row, layer] = cell(options, node);
    const GlobalIndex nx = options.size[0];
    if (column + 1 < nx) above.push_back(node + 1);
    if (row + 1 == options.size[1]) return;
    const GlobalIndex left = row % 2 == 0 ? column - 1 : column;  // of the two sites of the next row
    if (left >= 0) above.push_back((row + 1) * nx + left);
    if (left + 1 < nx) above.push_back((row + 1) * nx + left + 1);
}

void neighbours_above(const SystemOptions& options, GlobalIndex node, Neighbours& above) {
    const GlobalIndex last = options.size[0] - 1;
    if (options.graph == "triangular") {
        triangular_neighbours(options, node, above);
    } else if (options.graph == "complete") {
        for (GlobalIndex other = node + 1; other <= last; ++other) above.push_back(other);
    } else {
        lattice_neighbours(options, node, above);
        if (options.graph == "ring" && node == 0) above.push_back(last);
    }
}

}  // namespace

const GraphKind* find_graph_kind(const std::string& name) {
    const auto found =
        std::find_if(kinds.begin(), kinds.end(), [&](const GraphKind& k) { return name == k.name; });
    return found == kinds.end() ? nullptr : &*found;
}

double site_spacing(const SystemOptions& options) {
    return options.spacing > 0.0 ? options.spacing
                                 : 0.5 * (options.rest_length.low + options.rest_length.high);
}

void site_position(const SystemOptions& options, GlobalIndex node, std::span<double> position) {
    std::fill(position.begin(), position.end(), 0.0);
    if (options.graph == "ring") {
        ring_position(options, node, position);
    } else if (options.graph == "geometric") {
        geometric_position(options, node, position);
    } else if (options.graph == "complete") {
        scattered_position(options, node, position);
    } else {
        lattice_position(options, node, position);
    }
}

std::vector<graph::GlobalEdge> edges_above(const SystemOptions& options, int dimension,
                                           parallel::Range nodes) {
    if (options.graph == "geometric") return geometric_edges(options, dimension, nodes);
    std::vector<graph::GlobalEdge> edges;
    Neighbours above;
    for (GlobalIndex node = nodes.begin; node < nodes.end; ++node) {
        above.clear();
        neighbours_above(options, node, above);
        for (const GlobalIndex other : above) edges.push_back({node, other});
    }
    return edges;
}

double largest_degree(const SystemOptions& options, int dimension) {
    if (options.graph == "ring") return 2.0;
    if (options.graph == "triangular") return 6.0;
    if (options.graph == "complete") return static_cast<double>(options.size[0] - 1);
    if (options.graph == "geometric") {
        constexpr std::array<double, 3> unit_ball{2.0, std::numbers::pi, 4.0 / 3.0 * std::numbers::pi};
        const double mean =
            unit_ball[static_cast<std::size_t>(dimension - 1)] * std::pow(options.radius, dimension);
        return std::ceil(mean + 6.0 * std::sqrt(mean));
    }
    double degree = 0.0;
    for (const auto sites : options.size) degree += static_cast<double>(std::min<GlobalIndex>(sites - 1, 2));
    return degree;
}

}  // namespace rfhgn::systems
