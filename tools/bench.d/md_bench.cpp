// Time of a step of a Lennard-Jones melt (fcc of density 0.8442, T = 3, cutoff 2.5, skin 0.3, dt 0.005):
// md_bench CELLS STEPS [tabulated|learned FILE], with the exact force without a file. One JSON line from the
// root; times without set-up, after a warm-up.
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <string>

#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/io/model_file.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/systems/system.hpp"

using namespace rfhgn;

namespace {

systems::SystemOptions melt(std::int64_t cells) {
    systems::SystemOptions options;
    options.graph = "cutoff";
    options.size = {cells, cells, cells};
    options.potential = "lennard_jones";
    options.fluid.lattice = "fcc";
    options.fluid.density = 0.8442;
    options.fluid.cutoff = 2.5;
    options.fluid.skin = 0.3;
    options.fluid.truncation = "cut";
    return options;
}

graph::Particles particles_of(const parallel::Communicator& comm, const systems::System& system) {
    auto part = system.graph_part(comm);
    graph::Particles particles;
    particles.id.resize(part.mass.size());
    std::iota(particles.id.begin(), particles.id.end(), part.nodes.begin);
    particles.mass = std::move(part.mass);
    particles.species = std::move(part.species);
    particles.position.resize(3 * particles.id.size());
    particles.momentum.resize(3 * particles.id.size());
    system.initial_state(comm, particles.id, particles.mass, static_cast<LocalIndex>(particles.id.size()),
                         {.displacement = 0, .temperature = 3.0}, 0, particles.position, particles.momentum);
    return particles;
}

std::unique_ptr<potential::ForceField> force(const parallel::Communicator& comm,
                                             const systems::System& system, const std::string& form,
                                             const std::string& file) {
    if (form == "exact") return system.force_field();
    if (form == "learned") return io::read_model(comm, file)->force_field({});
    return model::make_force_field(io::read_tabulated_model(comm, file), {});
}

}  // namespace

int main(int argc, char** argv) {
    const std::string form = argc > 3 ? argv[3] : "exact";
    if ((argc != 3 && argc != 5) || (form != "exact" && form != "learned" && form != "tabulated")) {
        std::fprintf(stderr, "usage: md_bench CELLS STEPS [tabulated|learned FILE]\n");
        return 2;
    }
    const std::int64_t steps = std::atoll(argv[2]);
    const parallel::Session session;
    const auto& comm = session.world();
    const systems::System system(melt(std::atoll(argv[1])));
    auto particles = particles_of(comm, system);
    graph::NeighbourList cutoff(comm, system.box(), {system.cutoff(), system.skin()}, particles);
    const auto hamiltonian = force(comm, system, form, argc > 4 ? argv[4] : "");
    dynamics::Simulation simulation(
        comm, cutoff, *hamiltonian,
        {0, std::move(particles.position), std::move(particles.momentum), std::move(particles.image)},
        {.dt = 0.005});
    const auto warm_up = steps / 2;
    simulation.run_to(warm_up);
    const auto before = simulation.times();
    const auto rebuilds = cutoff.counts().rebuilds;
    parallel::barrier(comm);
    const double start = parallel::wall_time();
    simulation.run_to(warm_up + steps);
    const double seconds = parallel::max(comm, parallel::wall_time() - start);
    const auto ns = [&](double time) { return time * 1e9 / static_cast<double>(system.nodes() * steps); };
    std::string parts;
    for (const auto& [name, time] : simulation.times().phases()) {
        const auto part = parallel::spread(comm, ns(time - before.seconds(name)));
        char text[160];
        std::snprintf(text, sizeof text, ", \"%s\": [%.3f, %.3f, %.3f]", name.c_str(), part.min, part.mean,
                      part.max);
        parts += text;
    }
    if (comm.is_root())
        std::printf(
            "{\"force\": \"%s\", \"particles\": %lld, \"ranks\": %d, \"rebuilds\": %lld, \"edges\": %lld, "
            "\"ghosts\": %d, "
            "\"ns_per_particle_step\": %.3f%s}\n",
            form.c_str(), static_cast<long long>(system.nodes()), comm.size(),
            static_cast<long long>(cutoff.counts().rebuilds - rebuilds),
            static_cast<long long>(cutoff.graph().total_edges), cutoff.graph().ghosts, ns(seconds),
            parts.c_str());
    return 0;
}
