#include <cmath>
#include <numeric>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/model/coordinate_network/body_frame.hpp"
#include "rfhgn/model/coordinate_network/coordinate_sampling.hpp"
#include "rfhgn/training/coordinate_network/coordinate_sampler.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::Placed;

namespace {

systems::SystemOptions springs() {
    systems::SystemOptions options;
    options.size = {3, 2, 2};
    options.stiffness = {0.5, 2.0};
    options.mass = {1.0, 3.0};
    return options;
}

model::CoordinateNetwork made_up(const parallel::Communicator& comm, const Placed& placed,
                                 const std::string& encoding) {
    const auto& graph = placed.graph;
    model::CoordinateNetwork kind;
    kind.absolute = encoding == "absolute";
    const auto atoms = graph::atoms(graph, placed.positions, placed.momenta);
    graph::GhostExchange exchange(comm, graph);
    const auto coordinates =
        model::body_frame_coordinates(atoms, model::body_frames_of(kind, exchange, atoms));
    training::CoordinateSampler sampler(graph.dimension, graph.total_nodes, graph.total_edges,
                                        graph.edge_attributes.columns());
    sampler.add(graph, coordinates, std::vector<char>(static_cast<std::size_t>(graph.owned), 1));
    model::SamplingOptions options;
    options.encoding = encoding;
    options.activation = "tanh";
    options.node_width = 8;
    options.message_width = 10;
    auto model = model::sample_coordinate_network(sampler.share(comm), options, graph.dimension,
                                                  graph.edge_attributes.names);
    for (int m = 0; m < model.columns(); ++m) model.coefficients.push_back(m % 2 ? 0.5 : -0.3 / (1 + m));
    model.energy_per_node = 0.25;
    return model;
}

// H and its gradient at a state, ghosts brought up to date.
struct Evaluated {
    double energy = 0;
    std::vector<double> by_position;
    std::vector<double> by_momentum;
};

Evaluated evaluate(const parallel::Communicator& comm, const model::CoordinateNetwork& model,
                   const graph::DistributedGraph& graph, std::vector<double> q, std::vector<double> p) {
    graph::update_positions(graph, q);
    graph.halo.update(p, graph.dimension);
    const auto field = model::make_force_field(model);
    Evaluated found{0, std::vector<double>(q.size()), std::vector<double>(q.size())};
    graph::GhostExchange exchange(comm, graph);
    field->compute(graph::atoms(graph, q, p), graph::neighbours(graph), exchange,
                   {.force = found.by_position,
                    .velocity = found.by_momentum,
                    .kinetic = &found.energy,
                    .potential = &found.energy});
    found.energy = parallel::sum(comm, found.energy);
    for (double& value : found.by_position) value = -value;
    return found;
}

using Turn = std::array<std::array<double, 3>, 3>;

// Turns about two axes and mirrors the first.
Turn turn() {
    const double c = std::cos(0.7);
    const double s = std::sin(0.7);
    return {{{-c, s, 0}, {0.6 * s, 0.6 * c, -0.8}, {0.8 * s, 0.8 * c, 0.6}}};
}

std::vector<double> turned(const std::vector<double>& rows, const Turn& turn, double shift) {
    std::vector<double> out(rows.size(), shift);
    for (std::size_t i = 0; i < rows.size(); i += 3)
        for (std::size_t a = 0; a < 3; ++a)
            for (std::size_t b = 0; b < 3; ++b) out[i + a] += turn[a][b] * rows[i + b];
    return out;
}

}  // namespace

TEST_CASE("slopes of the coordinate network are differences of its energy", "[frame]") {
    const auto encoding = GENERATE(as<std::string>(), "frame", "absolute");
    const auto placed = Placed::make(tests::world(), springs());
    const auto model = made_up(tests::world(), placed, encoding);
    const auto found = evaluate(tests::world(), model, placed.graph, placed.positions, placed.momenta);
    constexpr double h = 1e-5;
    for (GlobalIndex id = 0; id < placed.graph.total_nodes; ++id)
        for (std::size_t k = 0; k < 6; ++k) {
            const auto& ids = placed.graph.node_id;
            const auto at = std::find(ids.begin(), ids.begin() + placed.graph.owned, id) - ids.begin();
            const bool mine = at < placed.graph.owned;
            const auto place = 3 * static_cast<std::size_t>(at) + k % 3;
            const auto moved = [&](double by) {
                auto q = placed.positions;
                auto p = placed.momenta;
                if (mine) (k < 3 ? q : p)[place] += by;
                return evaluate(tests::world(), model, placed.graph, q, p).energy;
            };
            const double difference = (moved(h) - moved(-h)) / (2 * h);
            const double slope = mine ? (k < 3 ? found.by_position : found.by_momentum)[place] : difference;
            REQUIRE_ALL(slope == Approx(difference).epsilon(1e-6).margin(1e-8));
        }
}

TEST_CASE("a frame does not see that the system is moved, turned or mirrored", "[frame]") {
    const auto placed = Placed::make(tests::world(), springs());
    const auto energies = [&](const std::string& encoding) {
        const auto model = made_up(tests::world(), placed, encoding);
        return std::pair{evaluate(tests::world(), model, placed.graph, placed.positions, placed.momenta),
                         evaluate(tests::world(), model, placed.graph, turned(placed.positions, turn(), 2.5),
                                  turned(placed.momenta, turn(), 0))};
    };
    const auto [there, moved] = energies("frame");
    CHECK(moved.energy == Approx(there.energy).epsilon(1e-13));
    const auto expected = turned(there.by_position, turn(), 0);
    for (std::size_t k = 0; k < placed.graph.owned_size(); ++k)
        CHECK(moved.by_position[k] == Approx(expected[k]).margin(1e-12));
    std::array<double, 3> push{};
    for (std::size_t k = 0; k < placed.graph.owned_size(); ++k) push[k % 3] += there.by_position[k];
    parallel::sum(tests::world(), std::span<double>(push));
    for (const double total : push) CHECK(total == Approx(0).margin(1e-12));
    const auto [fixed, seen] = energies("absolute");
    CHECK(std::fabs(seen.energy - fixed.energy) > 1e-3);
}

TEST_CASE("the number of ranks and of particles does not matter", "[frame]") {
    const auto self = parallel::Communicator::self();
    const auto serial = Placed::make(self, springs(), false);
    const auto model = made_up(self, serial, "frame");
    const auto whole = evaluate(self, model, serial.graph, serial.positions, serial.momenta);
    const auto placed = Placed::make(tests::world(), springs());
    const auto part = evaluate(tests::world(), model, placed.graph, placed.positions, placed.momenta);
    CHECK(part.energy == Approx(whole.energy).epsilon(1e-13));
    for (std::size_t i = 0; i < static_cast<std::size_t>(placed.graph.owned); ++i)
        for (std::size_t k = 0; k < 3; ++k) {
            const auto at = 3 * static_cast<std::size_t>(placed.graph.node_id[i]) + k;
            CHECK(part.by_position[3 * i + k] == Approx(whole.by_position[at]).margin(1e-12));
            CHECK(part.by_momentum[3 * i + k] == Approx(whole.by_momentum[at]).margin(1e-12));
        }

    // The same particles in another order.
    auto shuffled = serial.system.graph_part(self);
    const auto moved_to = [n = shuffled.total_nodes](GlobalIndex id) { return (5 * id + 3) % n; };
    auto mass = shuffled.mass;
    std::vector<double> q(serial.positions.size());
    std::vector<double> p(q.size());
    for (GlobalIndex id = 0; id < shuffled.total_nodes; ++id) {
        const auto to = static_cast<std::size_t>(moved_to(id));
        const auto from = static_cast<std::size_t>(id);
        mass[to] = shuffled.mass[from];
        for (std::size_t k = 0; k < 3; ++k) {
            q[3 * to + k] = serial.positions[3 * from + k];
            p[3 * to + k] = serial.momenta[3 * from + k];
        }
    }
    shuffled.mass = mass;
    for (auto& edge : shuffled.edges) edge = {moved_to(edge.second), moved_to(edge.first)};
    const auto graph = graph::distribute(self, shuffled, graph::keep_owners(self, shuffled));
    CHECK(evaluate(self, model, graph, q, p).energy == Approx(whole.energy).epsilon(1e-13));
}

TEST_CASE("particles in a line or a plane span no frame", "[frame]") {
    auto options = springs();
    const auto placed = Placed::make(tests::world(), options);
    const auto model = made_up(tests::world(), placed, "frame");
    const auto flat = [&](std::size_t kept) {
        auto q = placed.positions;
        for (std::size_t k = 0; k < q.size(); ++k)
            if (k % 3 >= kept) q[k] = 0.5;
        return q;
    };
    for (const std::size_t kept : {0U, 1U, 2U})
        CHECK_THROWS_WITH(evaluate(tests::world(), model, placed.graph, flat(kept), placed.momenta),
                          Catch::Contains("do not span 3 dimensions"));
}
