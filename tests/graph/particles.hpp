#pragma once
/// Random particles in boxes of every kind, and what every one of them sees of its neighbours.

#include <cmath>
#include <string>
#include <vector>

#include "rfhgn/base/random.hpp"
#include "rfhgn/graph/neighbour_list.hpp"
#include "rfhgn/graph/neighbour_search.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::tests {

struct BoxCase {
    std::string name;
    graph::Box box;
    graph::NeighbourListOptions options;
    std::array<double, 2> range{0.0, 1.0};  ///< of box coordinates
};

inline std::vector<BoxCase> box_cases() {
    using graph::Vector3;
    graph::Box cube;
    cube.vectors = {Vector3{6, 0, 0}, Vector3{0, 6, 0}, Vector3{0, 0, 6}};
    cube.periodic = {true, true, true};
    graph::Box oblique = cube;
    oblique.origin = {-3, 1, 7};
    oblique.vectors[1] = {2.5, 5, 0};
    oblique.vectors[2] = {-2, 1.5, 6};
    graph::Box slab = oblique;
    slab.vectors[2] = {0.2, -0.1, 0.6};
    slab.periodic[1] = false;
    graph::Box open = cube;
    open.periodic = {};
    graph::Box flat;
    flat.dimension = 2;
    flat.vectors[0] = {7, 0, 0};
    flat.vectors[1] = {1, 6, 0};
    flat.periodic = {true, true, false};
    graph::Box line;
    line.dimension = 1;
    line.vectors[0] = {9, 0, 0};
    line.periodic = {true, false, false};
    return {{"cube", cube, {1.2, 0.3}},
            {"oblique", oblique, {1.3, 0.2}},
            {"slab", slab, {0.9, 0.2}},
            {"cutoff above the box", cube, {6.5, 0.3}},
            {"open", open, {1.2, 0.3}},
            {"flat", flat, {1.1, 0.2}},
            {"line", line, {0.8, 0.1}},
            {"one corner", cube, {0.5, 0.1}, {0.9, 0.95}},
            {"corner of an open box", open, {0.4, 0.1}, {0.9, 0.95}}};
}

inline double particle_mass(GlobalIndex id) {
    return 1.0 + 0.5 * static_cast<double>(id % 5);
}
inline int particle_species(GlobalIndex id) {
    return static_cast<int>(id % 3);
}

/// Particles begin .. end - 1 of a random system; the same whoever asks.
inline graph::Particles random_particles(const BoxCase& c, parallel::Range ids) {
    const CounterRandom random(11, Stream::position);
    graph::Particles particles;
    for (GlobalIndex id = ids.begin; id < ids.end; ++id) {
        graph::Vector3 s{};
        for (int k = 0; k < c.box.dimension; ++k)
            s[static_cast<std::size_t>(k)] = random.uniform(
                c.range[0], c.range[1], static_cast<std::uint64_t>(id), static_cast<std::uint64_t>(k));
        const auto q = cartesian(c.box, s);
        particles.id.push_back(id);
        particles.mass.push_back(particle_mass(id));
        particles.species.push_back(particle_species(id));
        for (int k = 0; k < c.box.dimension; ++k) {
            particles.position.push_back(q[static_cast<std::size_t>(k)]);
            particles.momentum.push_back(static_cast<double>(10 * id + k));
        }
    }
    return particles;
}

/// Of each particle [particles, 3 + 1], by id: Σ over neighbours nearer than `reach` of r² times where they
/// lie, and their number.
inline std::vector<double> expected_sights(const graph::Box& box, std::span<const double> positions,
                                           double reach) {
    const auto d = static_cast<std::size_t>(box.dimension);
    std::vector<double> sights(4 * positions.size() / d, 0.0);
    for (const auto& pair : graph::find_neighbours(box, positions, reach)) {
        const auto shift = displacement(box, pair.image);
        const auto a = static_cast<std::size_t>(pair.first);
        const auto b = static_cast<std::size_t>(pair.second);
        graph::Vector3 r{};
        for (std::size_t k = 0; k < d; ++k) r[k] = positions[b * d + k] + shift[k] - positions[a * d + k];
        const double squared = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
        for (std::size_t k = 0; k < 3; ++k) {
            sights[4 * a + k] += squared * r[k];
            sights[4 * b + k] -= squared * r[k];
        }
        sights[4 * a + 3] += 1;
        sights[4 * b + 3] += 1;
    }
    return sights;
}

/// The same as the edges of the graph tell it; on every rank.
inline std::vector<double> sights(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                  std::span<const double> positions) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    std::vector<double> local(4 * static_cast<std::size_t>(graph.local_nodes()), 0.0);
    for (const auto& [first, second] : graph.edges) {
        const auto a = static_cast<std::size_t>(first);
        const auto b = static_cast<std::size_t>(second);
        graph::Vector3 r{};
        for (std::size_t k = 0; k < d; ++k) r[k] = positions[b * d + k] - positions[a * d + k];
        const double squared = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
        for (std::size_t k = 0; k < 3; ++k) {
            local[4 * a + k] += squared * r[k];
            local[4 * b + k] -= squared * r[k];
        }
        local[4 * a + 3] += 1;
        local[4 * b + 3] += 1;
    }
    if (graph.list_style == graph::ListStyle::half) graph.halo.sum(local, 4);
    std::vector<double> all(4 * static_cast<std::size_t>(graph.total_nodes), 0.0);
    for (LocalIndex i = 0; i < graph.owned; ++i)
        for (std::size_t k = 0; k < 4; ++k)
            all[4 * static_cast<std::size_t>(graph.node_id[static_cast<std::size_t>(i)]) + k] =
                local[4 * static_cast<std::size_t>(i) + k];
    parallel::sum(comm, std::span<double>(all));
    return all;
}

inline double largest_difference(std::span<const double> a, std::span<const double> b) {
    double worst = a.size() == b.size() ? 0.0 : INFINITY;
    for (std::size_t k = 0; k < std::min(a.size(), b.size()); ++k)
        worst = std::max(worst, std::fabs(a[k] - b[k]) / (1 + std::fabs(b[k])));
    return worst;
}

}  // namespace rfhgn::tests
