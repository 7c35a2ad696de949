// Time of a leapfrog step on a cubic lattice of harmonic springs: step_bench SIDE STEPS exact|learned
// [WIDTH]. One JSON line from the root; times without set-up, after a warm-up.
#include <cstdio>
#include <cstdlib>
#include <string>

#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/model/pairwise/pairwise_sampling.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/systems/system.hpp"
#include "rfhgn/training/pairwise/reference_sample.hpp"

using namespace rfhgn;

namespace {

// Hidden layers as training would sample them; coefficients do not matter for the time.
model::PairwiseModel network(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                             const dynamics::State& state, int width) {
    model::SamplingOptions options;
    options.node_width = width;
    options.message_width = width;
    const std::vector<char> use(static_cast<std::size_t>(graph.owned), 1);
    const auto sample = training::reference_sample(comm, graph, state.position, state.momentum, use);
    auto model = model::sample_model(sample, options, graph.dimension, {});
    model.kinetic_coefficients.assign(static_cast<std::size_t>(width), 1e-3 / width);
    model.message_coefficients.assign(static_cast<std::size_t>(width), 1e-3 / width);
    return model;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::fprintf(stderr, "usage: step_bench SIDE STEPS exact|learned [WIDTH]\n");
        return 2;
    }
    const std::int64_t side = std::atoll(argv[1]);
    const std::int64_t steps = std::atoll(argv[2]);
    const std::string force = argv[3];
    const int width = argc > 4 ? std::atoi(argv[4]) : 32;

    const parallel::Session session;
    const auto& comm = session.world();
    systems::SystemOptions options;
    options.size = {side, side, side};
    const systems::System system(options);
    const auto part = system.graph_part(comm);
    const auto graph = graph::distribute(comm, part, graph::partition(comm, part));
    const auto size = graph.state_size();
    dynamics::State state{0, std::vector<double>(size), std::vector<double>(size)};
    system.initial_state(comm, graph, {.displacement = 0.05, .momentum = 0.1}, 0, state.position,
                         state.momentum);
    const auto hamiltonian = force == "exact"
                                 ? system.force_field()
                                 : model::make_force_field(network(comm, graph, state, width), {});
    dynamics::Simulation simulation(comm, graph, *hamiltonian, state,
                                    {.dt = 0.01, .check_interval = 1 << 30});
    simulation.run_to(steps / 10 + 1);
    parallel::barrier(comm);
    const double start = parallel::wall_time();
    simulation.run_to(steps / 10 + 1 + steps);
    const double seconds = parallel::max(comm, parallel::wall_time() - start);
    if (comm.is_root())
        std::printf(
            "{\"particles\": %lld, \"ranks\": %d, \"force\": \"%s\", \"width\": %d, "
            "\"ns_per_particle_step\": %.3f}\n",
            static_cast<long long>(system.nodes()), comm.size(), force.c_str(), width,
            seconds * 1e9 / static_cast<double>(system.nodes() * steps));
    return 0;
}
