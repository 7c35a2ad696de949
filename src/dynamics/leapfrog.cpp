#include <algorithm>

#include "rfhgn/dynamics/integrator.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::dynamics {

namespace {

class Leapfrog final : public Integrator {
  public:
    Leapfrog(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
             const potential::ForceField& field, double dt)
        : comm_(comm), graph_(graph), field_(field), dt_(dt) {}

    // Ghost positions travel while the edges between owned nodes are evaluated; of a half list, what was done
    // to ghosts travels back.
    void update_forces(Motion& motion) const override {
        auto& force = motion.force;
        const double start = parallel::wall_time();
        graph::GhostExchange exchange(comm_, graph_, motion.state.position);
        std::fill(force.begin(), force.end(), 0.0);
        field_.compute(graph::atoms(graph_, motion.state.position, motion.state.momentum),
                       graph::neighbours(graph_), exchange, {.force = force});
        exchange.arrive();
        if (graph_.list_style == graph::ListStyle::half) exchange.sum(force, graph_.dimension);
        motion.times.add("forces", parallel::wall_time() - start - exchange.waited());
        motion.times.add("halo", exchange.waited());
    }

    void update_velocities(Motion& motion) const override {
        graph::velocities(field_, graph_, motion.state.momentum, motion.velocity);
    }

    void advance(Motion& motion) override {
        const parallel::ScopedPhase phase(motion.times, "integrate");
        kick(motion);
        update_velocities(motion);
        const auto owned = graph_.owned_size();
        for (std::size_t k = 0; k < owned; ++k) motion.state.position[k] += dt_ * motion.velocity[k];
    }

    void complete(Motion& motion) override {
        update_forces(motion);
        const parallel::ScopedPhase phase(motion.times, "integrate");
        kick(motion);
    }

    [[nodiscard]] double kinetic_energy(const State& state) const override {
        return graph::kinetic_energy(field_, graph_, state.momentum);
    }

    [[nodiscard]] double potential_energy(const State& state) const override {
        graph::GhostExchange exchange(comm_, graph_);
        double energy = 0;
        field_.compute(graph::atoms(graph_, state.position, state.momentum), graph::neighbours(graph_),
                       exchange, {.potential = &energy});
        return parallel::sum(comm_, energy);
    }

  private:
    void kick(Motion& motion) const {
        const auto owned = graph_.owned_size();
        for (std::size_t k = 0; k < owned; ++k) motion.state.momentum[k] += 0.5 * dt_ * motion.force[k];
    }

    parallel::Communicator comm_;
    const graph::DistributedGraph& graph_;
    const potential::ForceField& field_;
    double dt_;
};

}  // namespace

std::unique_ptr<Integrator> leapfrog(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                     const potential::ForceField& field, double dt) {
    return std::make_unique<Leapfrog>(comm, graph, field, dt);
}

}  // namespace rfhgn::dynamics
