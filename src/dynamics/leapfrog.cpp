#include <algorithm>

#include "rfhgn/dynamics/integrator.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::dynamics {

namespace {

using parallel::wall_time;

class Leapfrog final : public Integrator {
  public:
    Leapfrog(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
             const systems::Hamiltonian& hamiltonian, double dt)
        : comm_(comm), graph_(graph), hamiltonian_(hamiltonian), dt_(dt) {}

    // Ghost positions travel while the edges between owned nodes are evaluated; in a half list what the
    // others do to ghosts travels back.
    void update_forces(Motion& motion) const override {
        auto& position = motion.state.position;
        auto& force = motion.force;
        const double start = wall_time();
        graph::begin_positions(graph_, position);
        std::fill(force.begin(), force.end(), 0.0);
        hamiltonian_.add_forces(graph_, {0, graph_.interior_edges}, position, force);
        const double interior = wall_time();
        graph::end_positions(graph_, position);
        const double arrived = wall_time();
        hamiltonian_.add_forces(graph_, {graph_.interior_edges, graph_.edge_count()}, position, force);
        hamiltonian_.add_field_forces(graph_, position, force);
        const double evaluated = wall_time();
        if (graph_.list_style == graph::ListStyle::half) graph_.halo.sum(force, graph_.dimension);
        motion.times.add("forces", evaluated - arrived + (interior - start));
        motion.times.add("halo", wall_time() - evaluated + (arrived - interior));
    }

    void update_velocities(Motion& motion) const override {
        hamiltonian_.velocities(graph_, motion.state.momentum, motion.velocity);
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
        return hamiltonian_.kinetic_energy(graph_, state.momentum);
    }

    [[nodiscard]] double potential_energy(const State& state, double /*kinetic*/) const override {
        return parallel::sum(comm_, hamiltonian_.potential_energy(graph_, state.position));
    }

  private:
    void kick(Motion& motion) const {
        const auto owned = graph_.owned_size();
        for (std::size_t k = 0; k < owned; ++k) motion.state.momentum[k] += 0.5 * dt_ * motion.force[k];
    }

    parallel::Communicator comm_;
    const graph::DistributedGraph& graph_;
    const systems::Hamiltonian& hamiltonian_;
    double dt_;
};

}  // namespace

std::unique_ptr<Integrator> leapfrog(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                     const systems::Hamiltonian& hamiltonian, double dt) {
    return std::make_unique<Leapfrog>(comm, graph, hamiltonian, dt);
}

}  // namespace rfhgn::dynamics
