#include "rfhgn/dynamics/implicit_leapfrog.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::dynamics {

ImplicitLeapfrog::ImplicitLeapfrog(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                   const systems::GeneralHamiltonian& hamiltonian, State state,
                                   ImplicitLeapfrogOptions options)
    : comm_(comm), graph_(graph), hamiltonian_(hamiltonian), state_(std::move(state)), options_(options) {
    require(std::isfinite(options.dt) && options.dt != 0, Advice{"give a step that is not zero"},
            "a step of {} leads nowhere", options.dt);
    require(options.tolerance > 0 && options.most_iterations > 0,
            Advice{"give a tolerance above 0 and at least one iteration"},
            "a tolerance of {} in at most {} iterations cannot be reached", options.tolerance,
            options.most_iterations);
    by_position_.assign(graph.state_size(), 0.0);
    by_momentum_.assign(graph.state_size(), 0.0);
    set_state(std::move(state_));
}

void ImplicitLeapfrog::set_state(State state) {
    state_ = std::move(state);
    const auto size = graph_.state_size();
    RFHGN_ASSERT(state_.position.size() == size && state_.momentum.size() == size);
    graph::update_positions(graph_, state_.position);
    graph_.halo.update(state_.momentum, graph_.dimension);
}

void ImplicitLeapfrog::compute_gradient() {
    hamiltonian_.gradient(graph_, state_.position, state_.momentum, by_position_, by_momentum_);
}

// Repeats unknown[k] = update(k) for owned components, each time after a gradient at the newest state, until
// the unknown stands still. All ranks see the same change and leave together.
template <class Update>
void ImplicitLeapfrog::iterate(const char* stage, std::vector<double>& unknown, Update&& update) {
    const bool positions = &unknown == &state_.position;
    double reached = 0;
    for (int iteration = 1; iteration <= options_.most_iterations; ++iteration) {
        compute_gradient();
        std::array<double, 3> largest{};  // change, component, whether anything is not finite
        for (std::size_t k = 0; k < graph_.owned_size(); ++k) {
            const double next = update(k);
            largest[0] = std::max(largest[0], std::fabs(next - unknown[k]));
            largest[1] = std::max(largest[1], std::fabs(next));
            if (!std::isfinite(next)) largest[2] = 1;
            unknown[k] = next;
        }
        parallel::max(comm_, std::span<double>(largest));
        ++iterations_;
        require<RunError>(largest[2] == 0, Advice{"use a smaller dt"},
                          "the {} of step {} is not finite after {} iterations", stage, state_.step + 1,
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
                      stage, state_.step + 1, reached, options_.most_iterations, options_.tolerance,
                      options_.dt);
}

void ImplicitLeapfrog::step() {
    const double half = 0.5 * options_.dt;
    start_ = state_.momentum;
    iterate("kick", state_.momentum, [&](std::size_t k) { return start_[k] - half * by_position_[k]; });
    compute_gradient();
    first_velocity_ = by_momentum_;
    start_ = state_.position;
    iterate("drift", state_.position,
            [&](std::size_t k) { return start_[k] + half * (first_velocity_[k] + by_momentum_[k]); });
    compute_gradient();
    for (std::size_t k = 0; k < graph_.owned_size(); ++k) state_.momentum[k] -= half * by_position_[k];
    graph_.halo.update(state_.momentum, graph_.dimension);
    ++state_.step;
}

void ImplicitLeapfrog::run_to(std::int64_t last_step) {
    while (state_.step < last_step) step();
}

}  // namespace rfhgn::dynamics
