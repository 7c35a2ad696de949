#include "rfhgn/dynamics/simulation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "state_check.hpp"

namespace rfhgn::dynamics {

namespace {

std::unique_ptr<Integrator> integrator_of(const parallel::Communicator& comm,
                                          const graph::DistributedGraph& graph,
                                          const potential::ForceField& field,
                                          const SimulationOptions& options) {
    if (field.needs().separable) return leapfrog(comm, graph, field, options.dt);
    return implicit_leapfrog(comm, graph, field, {options.dt, options.tolerance, options.most_iterations});
}

// In the part of an observer that begun late, beside what it saves itself.
constexpr const char* first_step_name = "observed_from_step";

}  // namespace

Simulation::Simulation(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                       const potential::ForceField& field, State state, SimulationOptions options)
    : Simulation(comm, graph, nullptr, integrator_of(comm, graph, field, options), std::move(state),
                 options) {}

Simulation::Simulation(const parallel::Communicator& comm, graph::NeighbourList& graph,
                       const potential::ForceField& field, State state, SimulationOptions options)
    : Simulation(comm, graph.graph(), &graph, integrator_of(comm, graph.graph(), field, options),
                 std::move(state), options) {
    RFHGN_ASSERT(field.needs().separable);
    RFHGN_ASSERT(motion_.state.image.size() == static_cast<std::size_t>(graph_.owned));
}

Simulation::Simulation(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                       graph::NeighbourList* cutoff, std::unique_ptr<Integrator> integrator, State state,
                       SimulationOptions options)
    : comm_(comm),
      graph_(graph),
      cutoff_(cutoff),
      integrator_(std::move(integrator)),
      options_(options),
      motion_{.state = std::move(state), .velocity = {}, .force = {}, .times = {}} {
    const auto size = graph.state_size();
    RFHGN_ASSERT(motion_.state.position.size() == size && motion_.state.momentum.size() == size);
    motion_.velocity.assign(size, 0.0);
    motion_.force.assign(size, 0.0);
    integrator_->update_forces(motion_);
    set_energy_scale();
}

void Simulation::set_energy_scale() {
    const Scalars start = scalars();
    energy_scale_ = std::fabs(start.kinetic) + std::fabs(start.potential);
}

void Simulation::observe_with(std::unique_ptr<Observer> observer) {
    RFHGN_ASSERT(std::none_of(observers_.begin(), observers_.end(),
                              [&](const auto& other) { return other->name() == observer->name(); }));
    observers_.push_back(std::move(observer));
}

void Simulation::step() {
    integrator_->advance(motion_);
    if (cutoff_) {
        const parallel::ScopedPhase phase(motion_.times, "neighbours");
        refresh();
    }
    integrator_->complete(motion_);
    ++motion_.state.step;
}

// A state that explodes is named as such before its particles are looked for in vain.
void Simulation::refresh() {
    if (!cutoff_->stale(motion_.state.position)) return;
    check();
    rebuild(graph::NeighbourList::Cuts::keep);
}

void Simulation::rebuild(graph::NeighbourList::Cuts cuts) {
    auto& state = motion_.state;
    cutoff_->rebuild(state.position, state.momentum, state.image, cuts);
    motion_.velocity.resize(graph_.state_size());
    motion_.force.resize(graph_.state_size());
}

void Simulation::renew() {
    if (!cutoff_) return;
    rebuild(graph::NeighbourList::Cuts::fresh);
    integrator_->update_forces(motion_);
}

void Simulation::equilibrate(Thermostat& thermostat, std::int64_t steps) {
    RFHGN_ASSERT(motion_.state.step == 0);
    thermalise(thermostat, steps);
    settle(thermostat);
}

void Simulation::thermalise(Thermostat& thermostat, std::int64_t last_step) {
    RFHGN_ASSERT(observers_.empty());
    while (motion_.state.step < last_step) {
        step();
        thermostat.apply(graph_, motion_.state.step, motion_.state.momentum);
        if (motion_.state.step % options_.check_interval == 0) check();
    }
}

void Simulation::settle(const Thermostat& thermostat) {
    check();
    settle_momenta(comm_, graph_, thermostat.energy(), motion_.state.momentum);
    motion_.state.step = 0;
    set_energy_scale();
}

void Simulation::run_to(std::int64_t last_step) {
    if (!shown_first_) show([](std::int64_t) { return true; });
    shown_first_ = true;
    while (motion_.state.step < last_step) {
        step();
        if (motion_.state.step % options_.check_interval == 0) check();
        show([this](std::int64_t interval) { return motion_.state.step % interval == 0; });
    }
}

void Simulation::finish() {
    show([this](std::int64_t interval) { return motion_.state.step % interval != 0; });
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
    saved.values["step"] = {static_cast<double>(motion_.state.step)};
    saved.values["energy_scale"] = {energy_scale_};
    saved.particles["position"] = owned(motion_.state.position);
    saved.particles["momentum"] = owned(motion_.state.momentum);
    if (cutoff_) {
        auto& image = saved.particles["image"];
        image.width = 3;
        for (const auto& row : motion_.state.image)
            image.values.insert(image.values.end(), row.begin(), row.end());
    }
    for (const auto& observer : observers_) {
        SavedState part;
        observer->save(graph_, part);
        if (const auto late = late_observers_.find(observer->name()); late != late_observers_.end())
            part.values[first_step_name] = {static_cast<double>(late->second)};
        saved.add(observer->name(), std::move(part));
    }
    return saved;
}

// Forces follow from positions with the bits that they had.
void Simulation::restore(const Fetch& fetch) {
    SavedState saved = fetch(graph_);
    parallel::together(comm_, [&] { take(saved); });
    if (cutoff_) {
        rebuild(graph::NeighbourList::Cuts::fresh);
        saved = fetch(graph_);
    }
    integrator_->update_forces(motion_);
    shown_first_ = true;
    restore_observers(saved);
}

void Simulation::restore_observers(const SavedState& saved) {
    late_observers_.clear();
    for (const auto& observer : observers_) {
        const auto part = saved.part(observer->name());
        if (part.values.contains(first_step_name))
            late_observers_[observer->name()] = static_cast<std::int64_t>(part.number(first_step_name));
        if (part.empty() && observer->may_begin_late())
            late_observers_[observer->name()] = motion_.state.step;
        else
            observer->restore(graph_, part);
    }
}

void Simulation::take(const SavedState& saved) {
    const auto& position = saved.particle("position", graph_.dimension);
    const auto& momentum = saved.particle("momentum", graph_.dimension);
    RFHGN_ASSERT(position.size() == graph_.owned_size() && momentum.size() == graph_.owned_size());
    std::copy(position.begin(), position.end(), motion_.state.position.begin());
    std::copy(momentum.begin(), momentum.end(), motion_.state.momentum.begin());
    motion_.state.step = static_cast<std::int64_t>(saved.number("step"));
    energy_scale_ = saved.number("energy_scale");
    if (!cutoff_) return;
    const auto& image = saved.particle("image", 3);
    for (std::size_t i = 0; i < motion_.state.image.size(); ++i)
        for (std::size_t k = 0; k < 3; ++k) motion_.state.image[i][k] = static_cast<int>(image[3 * i + k]);
}

// Shows this instant to the observers whose interval is due.
void Simulation::show(const std::function<bool(std::int64_t)>& due) {
    if (std::none_of(observers_.begin(), observers_.end(), [&](const auto& o) { return due(o->interval()); }))
        return;
    check();
    const parallel::ScopedPhase phase(motion_.times, "observe");
    integrator_->update_velocities(motion_);
    const Scalars now = scalars();
    const StepView frame{.step = motion_.state.step,
                         .time = time(),
                         .graph = graph_,
                         .positions = motion_.state.position,
                         .momenta = motion_.state.momentum,
                         .velocities = motion_.velocity,
                         .forces = motion_.force,
                         .scalars = now,
                         .images = motion_.state.image,
                         .box = cutoff_ ? cutoff_->box() : graph::Box{},
                         .cutoff = cutoff_ ? cutoff_->options().cutoff : 0.0};
    for (const auto& observer : observers_)
        if (due(observer->interval())) observer->observe(frame);
}

void Simulation::check() const {
    require_finite(comm_, graph_, motion_, time());
    const double kinetic = parallel::sum(comm_, integrator_->kinetic_energy(motion_.state));
    const double limit = options_.explosion * std::max(energy_scale_, std::numeric_limits<double>::min());
    require_bounded(comm_, graph_, motion_, time(), kinetic, limit, energy_scale_);
}

Scalars Simulation::scalars() const {
    const auto d = static_cast<std::size_t>(graph_.dimension);
    const auto& state = motion_.state;
    std::array<double, 7> sums{};
    sums[0] = integrator_->kinetic_energy(state);
    for (std::size_t node = 0; node < static_cast<std::size_t>(graph_.owned); ++node) {
        std::array<double, 3> q{};
        std::array<double, 3> p{};
        for (std::size_t k = 0; k < d; ++k) {
            q[k] = state.position[node * d + k];
            p[k] = state.momentum[node * d + k];
            sums[1 + k] += p[k];
        }
        for (std::size_t k = 0; k < 3; ++k)
            sums[4 + k] += q[(k + 1) % 3] * p[(k + 2) % 3] - q[(k + 2) % 3] * p[(k + 1) % 3];
    }
    parallel::sum(comm_, std::span<double>(sums));
    const double potential = integrator_->potential_energy(state);
    return {sums[0], potential, {sums[1], sums[2], sums[3]}, {sums[4], sums[5], sums[6]}};
}

}  // namespace rfhgn::dynamics
