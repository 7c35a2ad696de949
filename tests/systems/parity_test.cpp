#include <cmath>

#include "cases.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

namespace {

std::vector<systems::SystemOptions> parity_cases() {
    auto cases = all_topologies("quartic");
    for (auto& options : cases) {
        options.stiffness = {0.5, 1.5};
        options.rest_length = {0.8, 1.2};
    }
    cases.push_back(options_of("cubic", {9, 8, 7}, "harmonic"));
    cases.push_back(options_of("geometric", {400}, "morse", 2));
    cases.push_back(options_of("complete", {20}, "gravity", 3));
    return cases;
}

bool same_nodes(const Setup& here, const Setup& serial) {
    const auto d = static_cast<std::size_t>(here.system.dimension());
    bool same = true;
    for (std::size_t i = 0; i < here.graph.node_id.size(); ++i) {
        const auto at = static_cast<std::size_t>(here.graph.node_id[i]);
        same = same && here.graph.mass[i] == serial.graph.mass[at];
        for (std::size_t k = 0; k < d; ++k) {
            same = same && here.positions[i * d + k] == serial.positions[at * d + k] &&
                   here.momenta[i * d + k] == serial.momenta[at * d + k];
        }
    }
    return same;
}

/// Edge ids, ends and attributes; on one rank the edges of a system are in order of their ids.
bool same_edges(const Setup& here, const Setup& serial) {
    bool same = true;
    for (std::size_t e = 0; e < here.graph.edges.size(); ++e) {
        const auto at = static_cast<std::size_t>(here.graph.edge_id[e]);
        const auto edge = serial.graph.edges[at];
        const auto row = here.graph.edge_attributes.row(e);
        const auto serial_row = serial.graph.edge_attributes.row(at);
        same = same && serial.graph.edge_id[at] == here.graph.edge_id[e] &&
               here.graph.node_id[static_cast<std::size_t>(here.graph.edges[e].first)] == edge.first &&
               here.graph.node_id[static_cast<std::size_t>(here.graph.edges[e].second)] == edge.second &&
               std::equal(row.begin(), row.end(), serial_row.begin(), serial_row.end());
    }
    return same;
}

double force_difference(const Setup& here, const Setup& serial) {
    const auto d = static_cast<std::size_t>(here.system.dimension());
    const auto forces = here.forces();
    const auto expected = serial.forces();
    double worst = 0.0;
    for (std::size_t c = 0; c < static_cast<std::size_t>(here.graph.owned) * d; ++c) {
        const double reference = expected[static_cast<std::size_t>(here.graph.node_id[c / d]) * d + c % d];
        worst = std::max(worst, std::abs(forces[c] - reference) / (1.0 + std::abs(reference)));
    }
    return worst;
}

}  // namespace

TEST_CASE("graphs, attributes, states, forces and energies are those of one rank") {
    const auto& comm = world();
    systems::InitialStateOptions start;
    start.zero_total_momentum = true;
    for (const auto& options : parity_cases()) {
        for (const bool partitioned : {false, true}) {
            const Setup spread(comm, options, partitioned, start);
            const Setup serial(parallel::Communicator::self(), options, false, start);
            INFO(spread.system.description());
            REQUIRE_ALL(spread.graph.total_edges == serial.graph.total_edges);
            REQUIRE_ALL(same_nodes(spread, serial));
            REQUIRE_ALL(same_edges(spread, serial));
            CHECK(force_difference(spread, serial) < 1e-12);
            const double potential = parallel::sum(
                comm, graph::potential_energy(*spread.hamiltonian, spread.graph, spread.positions));
            const double kinetic =
                parallel::sum(comm, graph::kinetic_energy(*spread.hamiltonian, spread.graph, spread.momenta));
            CHECK(potential ==
                  Approx(graph::potential_energy(*serial.hamiltonian, serial.graph, serial.positions))
                      .epsilon(1e-12));
            CHECK(kinetic == Approx(graph::kinetic_energy(*serial.hamiltonian, serial.graph, serial.momenta))
                                 .epsilon(1e-12));
        }
    }
}
