#include "rfhgn/dynamics/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::dynamics {

using parallel::wall_time;

Simulation::Simulation(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                       const systems::Hamiltonian& hamiltonian, State state, SimulationOptions options)
    : Simulation(comm, graph, nullptr, &hamiltonian, nullptr, std::move(state), options) {}

Simulation::Simulation(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                       const systems::GeneralHamiltonian& hamiltonian, State state, SimulationOptions options)
    : Simulation(comm, graph, nullptr, nullptr, &hamiltonian, std::move(state), options) {}

Simulation::Simulation(const parallel::Communicator& comm, graph::CutoffGraph& graph,
                       const systems::Hamiltonian& hamiltonian, State state, SimulationOptions options)
    : Simulation(comm, graph.graph(), &graph, &hamiltonian, nullptr, std::move(state), options) {
    RFHGN_ASSERT(state_.image.size() == static_cast<std::size_t>(graph_.owned));
}

Simulation::Simulation(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                       graph::CutoffGraph* cutoff, const systems::Hamiltonian* hamiltonian,
                       const systems::GeneralHamiltonian* general, State state, SimulationOptions options)
    : comm_(comm),
      graph_(graph),
      cutoff_(cutoff),
      hamiltonian_(hamiltonian),
      general_(general),
      state_(std::move(state)),
      options_(options) {
    const auto size = graph.state_size();
    RFHGN_ASSERT(state_.position.size() == size && state_.momentum.size() == size);
    velocities_.assign(size, 0.0);
    forces_.assign(size, 0.0);
    if (general_)
        implicit_ = std::make_unique<ImplicitLeapfrog>(
            comm_, graph_, *general_, state_,
            ImplicitLeapfrogOptions{options_.dt, options_.tolerance, options_.most_iterations});
    compute_forces();
    set_energy_scale();
}

void Simulation::set_energy_scale() {
    const Scalars start = scalars();
    energy_scale_ = std::fabs(start.kinetic) + std::fabs(start.potential);
}

void Simulation::observe_with(std::unique_ptr<Observer> observer) {
    observers_.push_back(std::move(observer));
}

// Ghost positions travel while the edges between owned nodes are evaluated.
void Simulation::compute_forces() {
    if (general_) return compute_gradient();
    const double start = wall_time();
    graph::begin_positions(graph_, state_.position);
    std::fill(forces_.begin(), forces_.end(), 0.0);
    hamiltonian_->add_forces(graph_, {0, graph_.interior_edges}, state_.position, forces_);
    const double interior = wall_time();
    graph::end_positions(graph_, state_.position);
    const double arrived = wall_time();
    hamiltonian_->add_forces(graph_, {graph_.interior_edges, graph_.edge_count()}, state_.position, forces_);
    hamiltonian_->add_field_forces(graph_, state_.position, forces_);
    times_.add("forces", wall_time() - arrived + (interior - start));
    times_.add("halo", arrived - interior);
}

// Velocities, too: they depend on positions.
void Simulation::compute_gradient() {
    const parallel::ScopedPhase phase(times_, "forces");
    graph::update_positions(graph_, state_.position);
    graph_.halo.update(state_.momentum, graph_.dimension);
    general_->gradient(graph_, state_.position, state_.momentum, forces_, velocities_);
    for (double& force : forces_) force = -force;
}

void Simulation::implicit_step() {
    const parallel::ScopedPhase phase(times_, "integrate");
    implicit_->run_to(state_.step + 1);
    state_ = implicit_->state();
}

double Simulation::kinetic_energy() const {
    if (hamiltonian_) return hamiltonian_->kinetic_energy(graph_, state_.momentum);
    double energy = 0;
    const auto d = static_cast<std::size_t>(graph_.dimension);
    for (std::size_t k = 0; k < graph_.owned_size(); ++k)
        energy += 0.5 * state_.momentum[k] * state_.momentum[k] / graph_.mass[k / d];
    return energy;
}

void Simulation::kick(double dt) {
    const auto owned = graph_.owned_size();
    for (std::size_t k = 0; k < owned; ++k) state_.momentum[k] += dt * forces_[k];
}

void Simulation::step() {
    if (general_) return implicit_step();
    const double start = wall_time();
    const double dt = options_.dt;
    kick(0.5 * dt);
    hamiltonian_->velocities(graph_, state_.momentum, velocities_);
    const auto owned = graph_.owned_size();
    for (std::size_t k = 0; k < owned; ++k) state_.position[k] += dt * velocities_[k];
    const double drifted = wall_time();
    refresh();
    const double refreshed = wall_time();
    compute_forces();
    const double forced = wall_time();
    kick(0.5 * dt);
    ++state_.step;
    times_.add("integrate", wall_time() - forced + (drifted - start));
    if (cutoff_) times_.add("neighbours", refreshed - drifted);
}

// A state that explodes is named as such before its particles are looked for in vain.
void Simulation::refresh() {
    if (!cutoff_ || !cutoff_->stale(state_.position)) return;
    check();
    rebuild(graph::CutoffGraph::Cuts::keep);
}

void Simulation::rebuild(graph::CutoffGraph::Cuts cuts) {
    cutoff_->rebuild(state_.position, state_.momentum, state_.image, cuts);
    velocities_.resize(graph_.state_size());
    forces_.resize(graph_.state_size());
}

void Simulation::renew() {
    if (!cutoff_) return;
    rebuild(graph::CutoffGraph::Cuts::fresh);
    compute_forces();
}

void Simulation::equilibrate(Thermostat& thermostat, std::int64_t steps) {
    RFHGN_ASSERT(!shown_first_ && state_.step == 0);
    for (std::int64_t taken = 1; taken <= steps; ++taken) {
        step();
        thermostat.apply(graph_, taken, state_.momentum);
        if (taken % options_.check_interval == 0) check();
    }
    check();
    settle_momenta(comm_, graph_, thermostat.energy(), state_.momentum);
    state_.step = 0;
    set_energy_scale();
}

void Simulation::run_to(std::int64_t last_step) {
    if (!shown_first_) show([](std::int64_t) { return true; });
    shown_first_ = true;
    while (state_.step < last_step) {
        step();
        if (state_.step % options_.check_interval == 0) check();
        show([this](std::int64_t interval) { return state_.step % interval == 0; });
    }
}

void Simulation::finish() {
    show([this](std::int64_t interval) { return state_.step % interval != 0; });
    for (const auto& observer : observers_) observer->finish();
}

// On a cutoff graph sums depend on the order of particles, which a restart cannot know: both go on from a
// graph that follows from the state.
SavedState Simulation::save() {
    renew();
    const auto owned = [&](const std::vector<double>& values) {
        return ParticleArray{
            graph_.dimension,
            {values.begin(), values.begin() + static_cast<std::ptrdiff_t>(graph_.owned_size())}};
    };
    SavedState saved;
    saved.values["step"] = {static_cast<double>(state_.step)};
    saved.values["energy_scale"] = {energy_scale_};
    saved.particles["position"] = owned(state_.position);
    saved.particles["momentum"] = owned(state_.momentum);
    if (cutoff_) {
        auto& image = saved.particles["image"];
        image.width = 3;
        for (const auto& row : state_.image) image.values.insert(image.values.end(), row.begin(), row.end());
    }
    for (std::size_t i = 0; i < observers_.size(); ++i) {
        SavedState part;
        observers_[i]->save(graph_, part);
        saved.add(fmt::format("observer_{}", i), std::move(part));
    }
    return saved;
}

// Forces follow from positions with the bits that they had.
void Simulation::restore(const Fetch& fetch) {
    SavedState saved = fetch(graph_);
    parallel::together(comm_, [&] { take(saved); });
    if (cutoff_) {
        rebuild(graph::CutoffGraph::Cuts::fresh);
        saved = fetch(graph_);
    }
    compute_forces();
    if (general_) implicit_->set_state(state_);
    shown_first_ = true;
    for (std::size_t i = 0; i < observers_.size(); ++i)
        observers_[i]->restore(graph_, saved.part(fmt::format("observer_{}", i)));
}

void Simulation::take(const SavedState& saved) {
    const auto& position = saved.particle("position", graph_.dimension);
    const auto& momentum = saved.particle("momentum", graph_.dimension);
    RFHGN_ASSERT(position.size() == graph_.owned_size() && momentum.size() == graph_.owned_size());
    std::copy(position.begin(), position.end(), state_.position.begin());
    std::copy(momentum.begin(), momentum.end(), state_.momentum.begin());
    state_.step = static_cast<std::int64_t>(saved.number("step"));
    energy_scale_ = saved.number("energy_scale");
    if (!cutoff_) return;
    const auto& image = saved.particle("image", 3);
    for (std::size_t i = 0; i < state_.image.size(); ++i)
        for (std::size_t k = 0; k < 3; ++k) state_.image[i][k] = static_cast<int>(image[3 * i + k]);
}

// Shows this instant to the observers whose interval is due.
void Simulation::show(const std::function<bool(std::int64_t)>& due) {
    if (std::none_of(observers_.begin(), observers_.end(), [&](const auto& o) { return due(o->interval()); }))
        return;
    check();
    const parallel::ScopedPhase phase(times_, "observe");
    if (general_)
        compute_gradient();
    else
        hamiltonian_->velocities(graph_, state_.momentum, velocities_);
    const Scalars now = scalars();
    const Frame frame{.step = state_.step,
                      .time = time(),
                      .graph = graph_,
                      .positions = state_.position,
                      .momenta = state_.momentum,
                      .velocities = velocities_,
                      .forces = forces_,
                      .scalars = now,
                      .images = state_.image,
                      .box = cutoff_ ? cutoff_->box() : graph::Box{},
                      .cutoff = cutoff_ ? cutoff_->options().cutoff : 0.0};
    for (const auto& observer : observers_)
        if (due(observer->interval())) observer->observe(frame);
}

// Each rank looks for its first bad particle; all leave together with the lowest rank's message.
void Simulation::check() const {
    const auto d = static_cast<std::size_t>(graph_.dimension);
    const auto bad = [&](std::size_t node) {
        for (std::size_t k = node * d; k < (node + 1) * d; ++k)
            if (!std::isfinite(state_.position[k] + state_.momentum[k] + forces_[k])) return true;
        return false;
    };
    const auto describe = [&](std::size_t node) {
        const auto row = [&](const std::vector<double>& values) {
            return fmt::format("({:.6g})",
                               fmt::join(values.begin() + static_cast<std::ptrdiff_t>(node * d),
                                         values.begin() + static_cast<std::ptrdiff_t>((node + 1) * d), ", "));
        };
        return fmt::format("particle {}: position {}, momentum {}, force {}", graph_.node_id[node],
                           row(state_.position), row(state_.momentum), row(forces_));
    };
    constexpr std::string_view advice =
        "use a smaller dt, or look whether the model leaves the range of its data";
    parallel::together(comm_, [&] {
        for (std::size_t node = 0; node < static_cast<std::size_t>(graph_.owned); ++node)
            if (bad(node))
                throw RunError(fmt::format("the state is not finite at step {}, time {:.6g}: {}", state_.step,
                                           time(), describe(node)),
                               std::string(advice));
    });
    const double kinetic = parallel::sum(comm_, kinetic_energy());
    if (std::fabs(kinetic) <=
        options_.explosion * std::max(energy_scale_, std::numeric_limits<double>::min()))
        return;
    double fastest = -1;
    std::size_t node = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(graph_.owned) * d; ++k)
        if (std::fabs(state_.momentum[k]) > fastest) {
            fastest = std::fabs(state_.momentum[k]);
            node = k / d;
        }
    const bool mine = fastest >= 0 && fastest == parallel::max(comm_, fastest);
    parallel::together(comm_, [&] {
        if (mine)
            throw RunError(
                fmt::format("the kinetic energy exploded to {:.3g} by step {}, time {:.6g} (energy at the "
                            "start {:.3g}); fastest is {}",
                            kinetic, state_.step, time(), energy_scale_, describe(node)),
                std::string(advice));
    });
}

Scalars Simulation::scalars() const {
    const auto d = static_cast<std::size_t>(graph_.dimension);
    std::array<double, 8> sums{};
    sums[0] = kinetic_energy();
    if (hamiltonian_) sums[1] = hamiltonian_->potential_energy(graph_, state_.position);
    for (std::size_t node = 0; node < static_cast<std::size_t>(graph_.owned); ++node) {
        std::array<double, 3> q{};
        std::array<double, 3> p{};
        for (std::size_t k = 0; k < d; ++k) {
            q[k] = state_.position[node * d + k];
            p[k] = state_.momentum[node * d + k];
            sums[2 + k] += p[k];
        }
        for (std::size_t k = 0; k < 3; ++k)
            sums[5 + k] += q[(k + 1) % 3] * p[(k + 2) % 3] - q[(k + 2) % 3] * p[(k + 1) % 3];
    }
    parallel::sum(comm_, std::span<double>(sums));
    if (general_) sums[1] = general_->energy(graph_, state_.position, state_.momentum) - sums[0];
    return {sums[0], sums[1], {sums[2], sums[3], sums[4]}, {sums[5], sums[6], sums[7]}};
}

}  // namespace rfhgn::dynamics
