#include "rfhgn/dynamics/comparison.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/row_exchange.hpp"

namespace rfhgn::dynamics {

namespace {

double relative(double squared_difference, double squared_a, double squared_b) {
    const double scale = std::sqrt(squared_a) + std::sqrt(squared_b);
    return scale > 0 ? std::sqrt(squared_difference) / scale : 0.0;
}

/// Where the paths of particles have led, and momenta; [particles, d].
struct Paths {
    std::vector<double> position;
    std::vector<double> momentum;
};

// Two graphs that follow from space part in who owns what and in which order: there particles are compared in
// blocks of ids.
Paths in_blocks(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                const Paths& paths) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    const parallel::RowExchange exchange(
        comm, graph.total_nodes, std::span(graph.node_id).first(static_cast<std::size_t>(graph.owned)));
    return {exchange.to_block<double>(paths.position, d), exchange.to_block<double>(paths.momentum, d)};
}

std::vector<double> owned_part(const graph::DistributedGraph& graph, std::span<const double> values) {
    const auto owned = values.first(graph.owned_size());
    return {owned.begin(), owned.end()};
}

// Rows of particles from the order of one graph to that of another: simulations on cutoff graphs part.
SavedState reordered(const parallel::Communicator& comm, SavedState state,
                     const graph::DistributedGraph& from, const graph::DistributedGraph& to) {
    if (&from == &to) return state;
    const auto exchange_of = [&](const graph::DistributedGraph& graph) {
        return parallel::RowExchange(comm, graph.total_nodes,
                                     std::span(graph.node_id).first(static_cast<std::size_t>(graph.owned)));
    };
    const auto away = exchange_of(from);
    const auto back = exchange_of(to);
    for (auto& [name, array] : state.particles) {
        const auto width = static_cast<std::size_t>(array.width);
        array.values = back.from_block(away.to_block<double>(array.values, width), width);
    }
    return state;
}

}  // namespace

Comparison::Comparison(const parallel::Communicator& comm, Simulation& reference,
                       const potential::ForceField& truth, std::int64_t interval,
                       std::vector<RolloutError>& errors)
    : comm_(comm), reference_(reference), truth_(truth), interval_(interval), errors_(errors) {}

void Comparison::observe(const StepView& frame) {
    reference_.run_to(frame.step);
    const auto& exact = reference_.state();
    const auto d = static_cast<std::size_t>(frame.graph.dimension);
    const auto& exact_graph = reference_.graph();
    Paths truth{unwrapped_positions(exact_graph, exact.position, exact.image, frame.box),
                owned_part(exact_graph, exact.momentum)};
    Paths found{unwrapped_positions(frame), owned_part(frame.graph, frame.momenta)};
    if (&exact_graph != &frame.graph) {
        truth = in_blocks(comm_, exact_graph, truth);
        found = in_blocks(comm_, frame.graph, found);
    }

    std::array<double, 3> centre{};
    for (std::size_t k = 0; k < truth.position.size(); ++k) centre[k % d] += truth.position[k];
    parallel::sum(comm_, std::span<double>(centre));
    for (double& c : centre) c /= static_cast<double>(frame.graph.total_nodes);

    // |q − q̂|², |q|², |q̂|², the same of momenta, H on the exact and on the learned trajectory
    std::array<double, 8> sums{};
    for (std::size_t k = 0; k < truth.position.size(); ++k) {
        const double q = truth.position[k] - centre[k % d];
        const double q_hat = found.position[k] - centre[k % d];
        const double p = truth.momentum[k];
        const double p_hat = found.momentum[k];
        sums[0] += (q - q_hat) * (q - q_hat);
        sums[1] += q * q;
        sums[2] += q_hat * q_hat;
        sums[3] += (p - p_hat) * (p - p_hat);
        sums[4] += p * p;
        sums[5] += p_hat * p_hat;
    }
    sums[6] = graph::kinetic_energy(truth_, exact_graph, exact.momentum) +
              graph::potential_energy(truth_, exact_graph, exact.position);
    sums[7] = graph::kinetic_energy(truth_, frame.graph, frame.momenta) +
              graph::potential_energy(truth_, frame.graph, frame.positions);
    parallel::sum(comm_, std::span<double>(sums));
    const double energy_difference = sums[6] - sums[7];
    errors_.push_back(
        {frame.step, frame.time, relative(sums[0], sums[1], sums[2]), relative(sums[3], sums[4], sums[5]),
         relative(energy_difference * energy_difference, sums[6] * sums[6], sums[7] * sums[7])});
}

void Comparison::save(const graph::DistributedGraph& graph, SavedState& state) {
    auto& numbers = state.values["errors"];
    for (const auto& e : errors_)
        numbers.insert(numbers.end(),
                       {static_cast<double>(e.step), e.time, e.position, e.momentum, e.energy});
    auto reference = reference_.save();
    state.add("reference", reordered(comm_, std::move(reference), reference_.graph(), graph));
}

void Comparison::restore(const graph::DistributedGraph& graph, const SavedState& state) {
    const auto& numbers = state.value("errors");
    errors_.clear();
    for (std::size_t k = 0; k + 5 <= numbers.size(); k += 5)
        errors_.push_back({static_cast<std::int64_t>(numbers[k]), numbers[k + 1], numbers[k + 2],
                           numbers[k + 3], numbers[k + 4]});
    reference_.restore([&](const graph::DistributedGraph& order) {
        return reordered(comm_, state.part("reference"), graph, order);
    });
}

void EnergyRecord::save(const graph::DistributedGraph& /*graph*/, SavedState& state) {
    auto& numbers = state.values["energies"];
    for (const auto& e : entries_)
        numbers.insert(numbers.end(), {e.time, e.energy, e.momentum[0], e.momentum[1], e.momentum[2]});
}

void EnergyRecord::restore(const graph::DistributedGraph& /*graph*/, const SavedState& state) {
    const auto& numbers = state.value("energies");
    entries_.clear();
    for (std::size_t k = 0; k + 5 <= numbers.size(); k += 5)
        entries_.push_back({numbers[k], numbers[k + 1], {numbers[k + 2], numbers[k + 3], numbers[k + 4]}});
}

EnergyDrift energy_drift(const std::vector<EnergyRecord::Entry>& entries) {
    EnergyDrift drift;
    if (entries.size() < 2) return drift;
    double mean_time = 0;
    double mean_energy = 0;
    for (const auto& e : entries) {
        mean_time += e.time / static_cast<double>(entries.size());
        mean_energy += e.energy / static_cast<double>(entries.size());
    }
    double covariance = 0;
    double variance = 0;
    for (const auto& e : entries) {
        covariance += (e.time - mean_time) * (e.energy - mean_energy);
        variance += (e.time - mean_time) * (e.time - mean_time);
        drift.largest_deviation =
            std::max(drift.largest_deviation, std::fabs(e.energy - entries.front().energy));
        for (std::size_t k = 0; k < 3; ++k)
            drift.largest_momentum_change = std::max(drift.largest_momentum_change,
                                                     std::fabs(e.momentum[k] - entries.front().momentum[k]));
    }
    drift.slope = variance > 0 ? covariance / variance : 0.0;
    return drift;
}

}  // namespace rfhgn::dynamics
