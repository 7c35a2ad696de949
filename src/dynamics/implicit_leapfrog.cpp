#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/dynamics/integrator.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::dynamics {

namespace {

class ImplicitLeapfrog final : public Integrator {
  public:
    ImplicitLeapfrog(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                     const potential::ForceField& field, ImplicitLeapfrogOptions options)
        : comm_(comm), graph_(graph), field_(field), options_(options) {
        require(std::isfinite(options.dt) && options.dt != 0, Advice{"give a step that is not zero"},
                "a step of {} leads nowhere", options.dt);
        require(options.tolerance > 0 && options.most_iterations > 0,
                Advice{"give a tolerance above 0 and at least one iteration"},
                "a tolerance of {} in at most {} iterations cannot be reached", options.tolerance,
                options.most_iterations);
    }

    // Velocities, too: they depend on positions.
    void update_forces(Motion& motion) const override {
        const parallel::ScopedPhase phase(motion.times, "forces");
        graph::update_positions(graph_, motion.state.position);
        graph_.halo.update(motion.state.momentum, graph_.dimension);
        evaluate(motion);
    }

    void update_velocities(Motion& motion) const override { evaluate(motion); }

    void advance(Motion& motion) override {
        const parallel::ScopedPhase phase(motion.times, "integrate");
        const double half = 0.5 * options_.dt;
        auto& position = motion.state.position;
        auto& momentum = motion.state.momentum;
        start_ = momentum;
        iterate("kick", motion, momentum, [&](std::size_t k) { return start_[k] + half * motion.force[k]; });
        evaluate(motion);
        first_velocity_ = motion.velocity;
        start_ = position;
        iterate("drift", motion, position,
                [&](std::size_t k) { return start_[k] + half * (first_velocity_[k] + motion.velocity[k]); });
    }

    void complete(Motion& motion) override {
        const parallel::ScopedPhase phase(motion.times, "integrate");
        evaluate(motion);
        auto& momentum = motion.state.momentum;
        for (std::size_t k = 0; k < graph_.owned_size(); ++k)
            momentum[k] += 0.5 * options_.dt * motion.force[k];
        graph_.halo.update(momentum, graph_.dimension);
    }

    [[nodiscard]] double kinetic_energy(const State& state) const override {
        double energy = 0;
        compute(state, {.kinetic = &energy});
        return energy;
    }

    [[nodiscard]] double potential_energy(const State& state) const override {
        double energy = 0;
        compute(state, {.potential = &energy});
        return parallel::sum(comm_, energy);
    }

  private:
    /// Ghosts are up to date.
    void compute(const State& state, const potential::Result& result) const {
        graph::GhostExchange exchange(comm_, graph_);
        field_.compute(graph::atoms(graph_, state.position, state.momentum), graph::neighbours(graph_),
                       exchange, result);
    }
    void evaluate(Motion& motion) const {
        std::fill(motion.force.begin(), motion.force.end(), 0.0);
        compute(motion.state, {.force = motion.force, .velocity = motion.velocity});
    }

    template <class Update>
    void iterate(const char* stage, Motion& motion, std::vector<double>& unknown, Update&& update);

    parallel::Communicator comm_;
    const graph::DistributedGraph& graph_;
    const potential::ForceField& field_;
    ImplicitLeapfrogOptions options_;
    std::vector<double> start_;           // of the stage's unknown
    std::vector<double> first_velocity_;  // at the beginning of the drift
};

// Repeats unknown[k] = update(k) for owned components, each time after a gradient at the newest state, until
// the unknown stands still. All ranks see the same change and leave together.
template <class Update>
void ImplicitLeapfrog::iterate(const char* stage, Motion& motion, std::vector<double>& unknown,
                               Update&& update) {
    const bool positions = &unknown == &motion.state.position;
    double reached = 0;
    for (int iteration = 1; iteration <= options_.most_iterations; ++iteration) {
        evaluate(motion);
        std::array<double, 3> largest{};  // change, component, whether anything is not finite
        for (std::size_t k = 0; k < graph_.owned_size(); ++k) {
            const double next = update(k);
            largest[0] = std::max(largest[0], std::fabs(next - unknown[k]));
            largest[1] = std::max(largest[1], std::fabs(next));
            if (!std::isfinite(next)) largest[2] = 1;
            unknown[k] = next;
        }
        parallel::max(comm_, std::span<double>(largest));
        require<RunError>(largest[2] == 0, Advice{"use a smaller dt"},
                          "the {} of step {} is not finite after {} iterations", stage, motion.state.step + 1,
                          iteration);
        if (positions)
            graph::update_positions(graph_, unknown);
        else
            graph_.halo.update(unknown, graph_.dimension);
        reached = largest[0] / std::max(largest[1], std::numeric_limits<double>::min());
        if (reached <= options_.tolerance) return;
    }
    require<RunError>(false, Advice{"use a smaller dt, a larger tolerance or more iterations"},
                      "the implicit leapfrog did not converge: the {} of step {} still changes by {:.2g} of "
                      "itself after {} iterations (tolerance {:.2g}, dt {})",
                      stage, motion.state.step + 1, reached, options_.most_iterations, options_.tolerance,
                      options_.dt);
}

}  // namespace

std::unique_ptr<Integrator> implicit_leapfrog(const parallel::Communicator& comm,
                                              const graph::DistributedGraph& graph,
                                              const potential::ForceField& field,
                                              ImplicitLeapfrogOptions options) {
    return std::make_unique<ImplicitLeapfrog>(comm, graph, field, options);
}

}  // namespace rfhgn::dynamics
