#include "initial_state.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/workflow/checkpoint_schedule.hpp"

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

InitialState::InitialState(const parallel::Communicator& comm, SimulatedSystem system,
                           const systems::InitialStateOptions& initial)
    : comm_(comm), system_(std::move(system)), initial_(initial) {
    if (!system_.follows_space) {
        const auto part = system_.reference->graph_part(comm);
        given_ = std::make_shared<const graph::DistributedGraph>(
            graph::distribute(comm, part, graph::partition(comm, part)));
    }
    parallel::interruption_point(comm);
    draw(0);
}

InitialState::InitialState(const parallel::Communicator& comm, SimulatedSystem system,
                           const systems::InitialStateOptions& initial, Configuration from_file)
    : comm_(comm), system_(std::move(system)), initial_(initial) {
    if (system_.follows_space) {
        particles_ = std::move(from_file.particles);
        return;
    }
    const auto& part = from_file.graph;
    const auto owner = graph::partition(comm, part);
    auto graph = graph::distribute(comm, part, owner);
    const auto arrived = [&](const std::vector<double>& values) {
        auto owned = graph::migrate(comm, part, owner, graph, values, graph.dimension);
        owned.resize(graph.state_size());
        return owned;
    };
    state_ = {0, arrived(from_file.particles.position), arrived(from_file.particles.momentum)};
    given_ = std::make_shared<const graph::DistributedGraph>(std::move(graph));
}

void InitialState::draw(std::int64_t trajectory) {
    RFHGN_ASSERT(system_.reference);
    const auto& system = *system_.reference;
    trajectory_ = trajectory;
    if (!given_) {
        particles_ = initial_particles(comm_, system, initial_, trajectory);
        return;
    }
    state_ = {0, std::vector<double>(given_->state_size()), std::vector<double>(given_->state_size())};
    system.initial_state(comm_, *given_, initial_, trajectory, state_.position, state_.momentum);
}

void InitialState::equilibrate(const potential::ForceField& field,
                               const dynamics::EquilibrationOptions& options, double dt,
                               const Thermalise& thermalise) {
    if (options.steps == 0) return;
    const auto moving = run(field, {.dt = dt});
    const auto words =
        CounterRandom(initial_.seed, Stream::thermostat).words(static_cast<std::uint64_t>(trajectory_));
    const std::uint64_t seed = (static_cast<std::uint64_t>(words[0]) << 32U) | words[1];
    const auto thermostat =
        dynamics::make_thermostat(comm_, options, system_.units.boltzmann * initial_.temperature, dt, seed);
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
        comm_, system_.box, graph::NeighbourListOptions{system_.cutoff, system_.skin, list_style}, particles);
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

}  // namespace rfhgn::workflow
