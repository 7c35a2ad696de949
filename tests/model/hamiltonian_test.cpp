#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/potential/pair_force_field.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

struct Evaluated {
    double energy;
    std::vector<double> forces;
    std::vector<double> velocities;
};

Evaluated evaluate(const potential::ForceField& hamiltonian, const graph::DistributedGraph& graph,
                   const std::vector<double>& positions, const std::vector<double>& momenta) {
    Evaluated result{0, std::vector<double>(positions.size()), std::vector<double>(positions.size())};
    result.energy = parallel::sum(tests::world(), graph::kinetic_energy(hamiltonian, graph, momenta) +
                                                      graph::potential_energy(hamiltonian, graph, positions));
    graph::add_forces(hamiltonian, graph, positions, result.forces);
    graph::velocities(hamiltonian, graph, momenta, result.velocities);
    return result;
}

systems::SystemOptions varied() {
    systems::SystemOptions options;
    options.size = {4, 3, 3};
    options.stiffness = {0.5, 2.0};
    options.mass = {0.5, 2.0};
    return options;
}

// Rows of [nodes, 3] times an orthogonal matrix with determinant −1 (a rotation and a reflection at once).
std::vector<double> turned(const std::vector<double>& rows) {
    const double c = std::cos(0.7);
    const double s = std::sin(0.7);
    std::vector<double> result(rows.size());
    for (std::size_t i = 0; i < rows.size(); i += 3) {
        const double x = c * rows[i] - s * rows[i + 1];
        const double y = s * rows[i] + c * rows[i + 1];
        const double z = -rows[i + 2];
        result[i] = c * x + s * z;
        result[i + 1] = y;
        result[i + 2] = -s * x + c * z;
    }
    return result;
}

}  // namespace

TEST_CASE("learned forces are minus the gradient of the learned energy, at any rank count", "[hamiltonian]") {
    for (const int edge_width : {0, 5}) {
        auto placed = tests::Placed::make(tests::world(), varied());
        model::SamplingOptions sampling;
        sampling.edge_width = edge_width;
        sampling.message_masses = true;
        const auto model = tests::made_up_model(tests::world(), placed, sampling);
        const auto hamiltonian = model::make_force_field(model, placed.graph.edge_attributes.names);
        const auto at = evaluate(*hamiltonian, placed.graph, placed.positions, placed.momenta);
        // The node with id 17, wherever it is.
        const double step = 1e-5;
        for (int k = 0; k < 3; ++k) {
            const auto energy_at = [&](double by, std::vector<double> positions, std::vector<double> momenta,
                                       bool position) {
                for (LocalIndex i = 0; i < placed.graph.local_nodes(); ++i)
                    if (placed.graph.node_id[static_cast<std::size_t>(i)] == 17)
                        (position ? positions : momenta)[static_cast<std::size_t>(3 * i + k)] += by;
                return evaluate(*hamiltonian, placed.graph, positions, momenta).energy;
            };
            const auto slope = [&](bool position) {
                return (energy_at(step, placed.positions, placed.momenta, position) -
                        energy_at(-step, placed.positions, placed.momenta, position)) /
                       (2 * step);
            };
            const double potential_slope = slope(true);
            const double kinetic_slope = slope(false);
            for (LocalIndex i = 0; i < placed.graph.owned; ++i) {
                if (placed.graph.node_id[static_cast<std::size_t>(i)] != 17) continue;
                CHECK(at.forces[static_cast<std::size_t>(3 * i + k)] ==
                      Approx(-potential_slope).margin(1e-7));
                CHECK(at.velocities[static_cast<std::size_t>(3 * i + k)] ==
                      Approx(kinetic_slope).margin(1e-7));
            }
        }
    }
}

TEST_CASE("energy and forces are invariant under translation, rotation and reflection", "[hamiltonian]") {
    auto placed = tests::Placed::make(tests::world(), varied());
    const auto model = tests::made_up_model(tests::world(), placed, {});
    const auto hamiltonian = model::make_force_field(model, placed.graph.edge_attributes.names);
    const auto before = evaluate(*hamiltonian, placed.graph, placed.positions, placed.momenta);
    auto positions = turned(placed.positions);
    for (double& x : positions) x += 3.0;
    const auto after = evaluate(*hamiltonian, placed.graph, positions, turned(placed.momenta));
    CHECK(after.energy == Approx(before.energy).epsilon(1e-13));
    const auto forces = turned(before.forces);
    const auto velocities = turned(before.velocities);
    for (std::size_t k = 0; k < static_cast<std::size_t>(3 * placed.graph.owned); ++k) {
        CHECK(after.forces[k] == Approx(forces[k]).margin(1e-13));
        CHECK(after.velocities[k] == Approx(velocities[k]).margin(1e-13));
    }
}

TEST_CASE("renumbering the particles renumbers the forces and nothing else", "[hamiltonian]") {
    const auto& comm = parallel::Communicator::self();
    const auto placed = tests::Placed::make(comm, varied());
    const auto model = tests::made_up_model(comm, placed, {});
    auto part = placed.system.graph_part(comm);
    const GlobalIndex n = part.total_nodes;
    const auto image = [n](GlobalIndex i) { return (7 * i + 3) % n; };  // 7 and 36 have no common factor
    graph::GraphPart renamed = part;
    auto positions = placed.positions;
    auto momenta = placed.momenta;
    for (GlobalIndex i = 0; i < n; ++i) {
        const auto to = static_cast<std::size_t>(image(i));
        renamed.mass[to] = part.mass[static_cast<std::size_t>(i)];
        for (std::size_t k = 0; k < 3; ++k) {
            positions[3 * to + k] = placed.positions[3 * static_cast<std::size_t>(i) + k];
            momenta[3 * to + k] = placed.momenta[3 * static_cast<std::size_t>(i) + k];
        }
    }
    for (auto& edge : renamed.edges) edge = {image(edge.first), image(edge.second)};
    const auto graph = graph::distribute(comm, renamed, graph::keep_owners(comm, renamed));
    const auto hamiltonian = model::make_force_field(model, graph.edge_attributes.names);
    std::vector<double> forces(positions.size());
    std::vector<double> renamed_forces(positions.size());
    graph::add_forces(*hamiltonian, placed.graph, placed.positions, forces);
    graph::add_forces(*hamiltonian, graph, positions, renamed_forces);
    for (GlobalIndex i = 0; i < n; ++i)
        for (std::size_t k = 0; k < 3; ++k)
            CHECK(renamed_forces[3 * static_cast<std::size_t>(image(i)) + k] ==
                  Approx(forces[3 * static_cast<std::size_t>(i) + k]).margin(1e-14));
    CHECK(graph::potential_energy(*hamiltonian, graph, positions) ==
          Approx(graph::potential_energy(*hamiltonian, placed.graph, placed.positions)).epsilon(1e-13));
    CHECK(graph::kinetic_energy(*hamiltonian, graph, momenta) ==
          Approx(graph::kinetic_energy(*hamiltonian, placed.graph, placed.momenta)).epsilon(1e-13));
}

TEST_CASE("the fast path of a single input equals the general one", "[hamiltonian]") {
    systems::SystemOptions options;
    options.size = {6, 5, 4};
    const auto placed = tests::Placed::make(tests::world(), options);
    const auto model = tests::made_up_model(tests::world(), placed, {});
    const auto pair = model::make_pair_term(model);
    std::vector<double> distance(static_cast<std::size_t>(std::min(placed.graph.edge_count(), 40)));
    for (std::size_t e = 0; e < distance.size(); ++e) distance[e] = 0.3 + 0.05 * static_cast<double>(e);
    std::vector<double> fast(distance.size());
    std::vector<double> general(distance.size());
    std::vector<double> energy(distance.size());
    pair->evaluate(graph::atoms(placed.graph, placed.positions), graph::neighbours(placed.graph), 0, distance,
                   fast, {});
    pair->evaluate(graph::atoms(placed.graph, placed.positions), graph::neighbours(placed.graph), 0, distance,
                   general, energy);
    for (std::size_t e = 0; e < distance.size(); ++e) CHECK(fast[e] == Approx(general[e]).epsilon(1e-12));
}

TEST_CASE("a model refuses a graph with other edge attributes", "[hamiltonian]") {
    const auto placed = tests::Placed::make(tests::world(), varied());
    const auto model = tests::made_up_model(tests::world(), placed, {});
    CHECK_THROWS_WITH(model::make_force_field(model, {"rest_length"}),
                      Catch::Contains("stiffness") && Catch::Contains("rest_length"));
}
