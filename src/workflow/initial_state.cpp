#include "initial_state.hpp"

#include <numeric>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/workflow/checkpoint_schedule.hpp"

#include "data_sets.hpp"

namespace rfhgn::workflow {

namespace {

template <class T>
std::vector<T> leading(const std::vector<T>& values, std::size_t count) {
    return {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count)};
}

graph::Particles initial_particles(const parallel::Communicator& comm, const systems::System& system,
                                   const systems::InitialStateOptions& initial, std::int64_t trajectory) {
    auto part = system.graph_part(comm);
    graph::Particles particles;
    for (GlobalIndex id = part.nodes.begin; id < part.nodes.end; ++id) particles.id.push_back(id);
    particles.mass = std::move(part.mass);
    particles.species = std::move(part.species);
    const auto size = particles.id.size() * static_cast<std::size_t>(system.dimension());
    particles.position.resize(size);
    particles.momentum.resize(size);
    system.initial_state(comm, particles.id, particles.mass, static_cast<LocalIndex>(particles.id.size()),
                         initial, trajectory, particles.position, particles.momentum);
    return particles;
}

}  // namespace

graph::Particles SimulationRun::particles() const {
    const auto& from = graph();
    const auto& state = simulation->state();
    const auto owned = static_cast<std::size_t>(from.owned);
    return {leading(from.node_id, owned),
            leading(from.mass, owned),
            leading(from.species, owned),
            leading(state.position, from.owned_size()),
            leading(state.momentum, from.owned_size()),
            state.image};
}

InitialState::InitialState(const parallel::Communicator& comm, const systems::System& system,
                           const systems::InitialStateOptions& initial)
    : comm_(comm), system_(system), initial_(initial) {
    if (!system.follows_space()) {
        const auto part = system.graph_part(comm);
        given_ = std::make_shared<const graph::DistributedGraph>(
            graph::distribute(comm, part, graph::partition(comm, part)));
    }
    parallel::interruption_point(comm);
    draw(0);
}

InitialState::InitialState(const parallel::Communicator& comm, const systems::System& system,
                           const systems::InitialStateOptions& initial, graph::Particles particles)
    : comm_(comm), system_(system), initial_(initial), particles_(std::move(particles)) {
    RFHGN_ASSERT(system.follows_space());
}

void InitialState::draw(std::int64_t trajectory) {
    trajectory_ = trajectory;
    if (!given_) {
        particles_ = initial_particles(comm_, system_, initial_, trajectory);
        return;
    }
    state_ = {0, std::vector<double>(given_->state_size()), std::vector<double>(given_->state_size())};
    system_.initial_state(comm_, *given_, initial_, trajectory, state_.position, state_.momentum);
}

void InitialState::equilibrate(const dynamics::EquilibrationOptions& options, double dt,
                               const Thermalise& thermalise) {
    if (options.steps == 0) return;
    const auto exact = system_.force_field();
    const auto moving = run(*exact, {.dt = dt});
    const auto words =
        CounterRandom(initial_.seed, Stream::thermostat).words(static_cast<std::uint64_t>(trajectory_));
    const std::uint64_t seed = (static_cast<std::uint64_t>(words[0]) << 32U) | words[1];
    const auto thermostat =
        dynamics::make_thermostat(comm_, options, system_.units().boltzmann * initial_.temperature, dt, seed);
    if (thermalise) {
        thermalise(moving, *thermostat);
    } else {
        CheckpointSchedule(comm_, {.checkpoint_minutes = 0}, 0)
            .lead(0, options.steps,
                  [&](std::int64_t step) { moving.simulation->thermalise(*thermostat, step); });
    }
    moving.simulation->settle(*thermostat);
    if (given_)
        state_ = moving.simulation->state();
    else
        particles_ = moving.particles();
}

SimulationRun InitialState::run(const potential::ForceField& field,
                                const dynamics::SimulationOptions& options,
                                graph::ListStyle list_style) const {
    SimulationRun run;
    if (given_) {
        run.given = given_;
        run.simulation = std::make_unique<dynamics::Simulation>(comm_, *given_, field, state_, options);
        return run;
    }
    auto particles = particles_;
    if (field.needs().full_list) list_style = graph::ListStyle::full;
    run.following = std::make_unique<graph::NeighbourList>(
        comm_, system_.box(), graph::NeighbourListOptions{system_.cutoff(), system_.skin(), list_style},
        particles);
    dynamics::State state{0, std::move(particles.position), std::move(particles.momentum),
                          std::move(particles.image)};
    run.simulation =
        std::make_unique<dynamics::Simulation>(comm_, *run.following, field, std::move(state), options);
    return run;
}

void warn_of_step(const char* key, double dt, const systems::System& system) {
    const double limit = system.largest_stable_step();
    if (dt <= limit) return;
    report::warn(
        fmt::format("{} is {}: leapfrog is unstable above {:.3g} where the fastest motion that this system "
                    "allows occurs (the stiffest bond of the lightest particles, two that meet); watch "
                    "the energy, or use a smaller step",
                    key, dt, limit));
}

Configuration read_configuration(const parallel::Communicator& comm, const systems::System& system,
                                 const std::string& path, const potential::SpeciesNames& numbered_as) {
    const auto reader = open_data_set(comm, path, numbered_as, {.lammps_units = system.units().name});
    const auto& totals = reader->totals();
    parallel::together(comm, [&] {
        require(totals.snapshots == 1, Advice{"choose one with rfhgn convert --frame"},
                "'{}' holds {} configurations; a run starts from one", path, totals.snapshots);
        require(totals.boxes && totals.dimension == system.dimension(),
                Advice{"only fluids can start from a file"}, "'{}' has no box in {} dimensions", path,
                system.dimension());
        require(totals.units == system.units().name, Advice{"convert it, or set system.units"},
                "'{}' has units '{}', but the system has '{}'", path, totals.units, system.units().name);
    });
    auto set = reader->read(parallel::block_range(totals.nodes, comm.size(), comm.rank()));
    Configuration found;
    found.species_names = totals.species_names;
    found.particles.id.resize(set.part.mass.size());
    std::iota(found.particles.id.begin(), found.particles.id.end(), set.part.nodes.begin);
    parallel::together(comm, [&] {
        for (std::size_t i = 0; i < set.part.species.size(); ++i)
            require(set.part.species[i] >= 0 && set.part.species[i] < system.species_count(),
                    Advice{"give system.species, epsilon and sigma for all species of the file"},
                    "'{}': particle {} is of species {}, but the system has {}", path, found.particles.id[i],
                    set.part.species[i], system.species_count());
    });
    if (!set.box.empty()) found.box = set.box.front();
    parallel::broadcast(comm, std::span<graph::Box>(&found.box, 1));
    found.particles.mass = std::move(set.part.mass);
    found.particles.species = std::move(set.part.species);
    found.particles.position = std::move(set.position);
    found.particles.momentum = std::move(set.momentum);
    return found;
}

}  // namespace rfhgn::workflow
