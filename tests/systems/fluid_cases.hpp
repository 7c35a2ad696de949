#pragma once
/// Small fluids, and pairs of particles in open space.

#include "cases.hpp"

namespace rfhgn::tests {

/// fcc 3x3x3 at the density of a Lennard-Jones liquid.
inline systems::SystemOptions fluid(const std::string& potential = "lennard_jones",
                                    const std::string& truncation = "smooth") {
    systems::SystemOptions options;
    options.graph = "cutoff";
    options.size = {3, 3, 3};
    options.potential = potential;
    options.parameters = {{"morse_width", 5.0}, {"screening", 2.0}};
    options.fluid.density = 0.8442;
    options.fluid.cutoff = 2.5;
    options.fluid.truncation = truncation;
    return options;
}

/// Two species with three different pairs.
inline systems::SystemOptions mixture(systems::SystemOptions options) {
    options.fluid.species = {0.8, 0.2};
    options.fluid.epsilon = {1.0, 1.5, 0.5};
    options.fluid.sigma = {1.0, 0.8, 0.88};
    options.fluid.masses = {1.0, 2.0};
    return options;
}

/// Every pair of the first `count` particles joined, in open space, on this rank alone.
struct OpenCluster {
    graph::DistributedGraph graph;
    std::vector<double> positions;
    std::unique_ptr<potential::ForceField> hamiltonian;

    OpenCluster(const systems::SystemOptions& options, GlobalIndex count) : graph(join(options, count)) {
        const systems::System system(options);
        hamiltonian = system.force_field();
        std::vector<double> momenta(graph.state_size());
        positions.resize(graph.state_size());
        systems::InitialStateOptions start;
        start.displacement = 0.1;
        system.initial_state(parallel::Communicator::self(), graph, start, 0, positions, momenta);
    }
    [[nodiscard]] double energy() const { return graph::potential_energy(*hamiltonian, graph, positions); }
    [[nodiscard]] std::vector<double> forces() const {
        std::vector<double> result(positions.size(), 0.0);
        graph::add_forces(*hamiltonian, graph, positions, result);
        return result;
    }

  private:
    static graph::DistributedGraph join(const systems::SystemOptions& options, GlobalIndex count) {
        const auto& self = parallel::Communicator::self();
        auto part = systems::System(options).graph_part(self);
        part.total_nodes = count;
        part.nodes = {0, count};
        part.mass.resize(static_cast<std::size_t>(count));
        part.species.resize(static_cast<std::size_t>(count));
        for (GlobalIndex a = 0; a < count; ++a)
            for (GlobalIndex b = a + 1; b < count; ++b) part.edges.push_back({a, b});
        return graph::distribute(self, part, graph::keep_owners(self, part));
    }
};

}  // namespace rfhgn::tests
