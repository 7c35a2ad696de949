#include "rfhgn/training/vector_field_error.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/midpoint_momentum.hpp"

#include "whole_snapshots.hpp"

namespace rfhgn::training {

namespace {

struct Sums {
    // squared error and squared norm of dq/dt, of dp/dt, the number of nodes; squared error and number of
    // energies
    std::array<double, 7> values{};

    void add_energy(double error) {
        values[5] += error * error;
        values[6] += 1;
    }

    void add(std::span<const double> velocity, std::span<const double> true_velocity,
             std::span<const double> force, std::span<const double> true_force, std::size_t node,
             std::size_t dimension) {
        for (std::size_t k = node * dimension; k < (node + 1) * dimension; ++k) {
            const double dv = velocity[k] - true_velocity[k];
            const double df = force[k] - true_force[k];
            values[0] += dv * dv;
            values[1] += true_velocity[k] * true_velocity[k];
            values[2] += df * df;
            values[3] += true_force[k] * true_force[k];
        }
        values[4] += 1;
    }

    VectorFieldError reduce(const parallel::Communicator& comm, int dimension) {
        parallel::sum(comm, std::span<double>(values));
        VectorFieldError error;
        error.nodes = static_cast<GlobalIndex>(values[4]);
        if (error.nodes == 0) return error;
        error.energies = static_cast<GlobalIndex>(values[6]);
        if (error.energies > 0) error.energy_rmse_per_particle = std::sqrt(values[5] / values[6]);
        error.mse = (values[0] + values[2]) / (2.0 * dimension * values[4]);
        error.relative_velocity = values[1] > 0 ? std::sqrt(values[0] / values[1]) : std::sqrt(values[0]);
        error.relative_force = values[3] > 0 ? std::sqrt(values[2] / values[3]) : std::sqrt(values[2]);
        const double all = error.mse + error.relative_velocity + error.relative_force;
        parallel::together(comm, [&] {
            require<RunError>(
                std::isfinite(all),
                Advice{"look for particles at the same place and for values far from all others in the data"},
                "the errors of the vector field are not finite: MSE {}, relative velocity {}, relative force "
                "{}",
                error.mse, error.relative_velocity, error.relative_force);
        });
        return error;
    }
};

void add_errors(const data::TrainingSet& set, std::span<const double> velocity, std::span<const double> force,
                Sums& training, Sums& held_out) {
    for (LocalIndex i = 0; i < set.graph.owned; ++i)
        (set.role(i) == linalg::RowRole::training ? training : held_out)
            .add(velocity, set.velocity, force, set.force, static_cast<std::size_t>(i),
                 static_cast<std::size_t>(set.graph.dimension));
}

VectorFieldError error_at(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                          std::span<const double> velocity, std::span<const double> true_velocity,
                          std::span<const double> force, std::span<const double> true_force) {
    Sums sums;
    for (LocalIndex i = 0; i < graph.owned; ++i)
        sums.add(velocity, true_velocity, force, true_force, static_cast<std::size_t>(i),
                 static_cast<std::size_t>(graph.dimension));
    return sums.reduce(comm, graph.dimension);
}

// T of the owned particles [first, end) alone.
double kinetic_energy(const data::TrainingSet& set, const potential::ForceField& field, LocalIndex first,
                      LocalIndex end) {
    const auto begin = static_cast<std::size_t>(first);
    const auto count = static_cast<std::size_t>(end - first);
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    const potential::Atoms atoms{.dimension = set.graph.dimension,
                                 .owned = end - first,
                                 .mass = std::span(set.graph.mass).subspan(begin, count),
                                 .species = std::span(set.graph.species).subspan(begin, count),
                                 .momentum = std::span(set.momentum).subspan(begin * d, count * d)};
    potential::Exchange alone;
    double energy = 0;
    field.compute(atoms, {}, alone, {.kinetic = &energy});
    return energy;
}

// Whether energies of snapshots are known and can be summed on one rank.
bool judges_energies(const data::TrainingSet& set, const potential::ForceField& field) {
    return field.needs().separable && set.next.step.empty() &&
           data::whole_snapshots(set.snapshots, set.leaves) &&
           std::ranges::any_of(set.energy, [](double energy) { return std::isfinite(energy); });
}

void add_energies(const data::TrainingSet& set, const potential::ForceField& field,
                  std::span<const double> potential_of, Sums& training, Sums& held_out) {
    for (LocalIndex first = 0; first < set.graph.owned;) {
        const LocalIndex end = set.snapshot_end(first);
        const double known =
            set.energy[static_cast<std::size_t>(set.snapshot[static_cast<std::size_t>(first)])];
        if (std::isfinite(known)) {
            double energy = kinetic_energy(set, field, first, end);
            for (LocalIndex i = first; i < end; ++i) energy += potential_of[static_cast<std::size_t>(i)];
            (set.role(first) == linalg::RowRole::training ? training : held_out)
                .add_energy((energy - known) / static_cast<double>(end - first));
        }
        first = end;
    }
}

// Forces and velocities of owned particles, of all snapshots of a set.
void add_errors(const data::TrainingSet& set, const potential::ForceField& field, Sums& training,
                Sums& held_out) {
    std::vector<double> velocity(set.position.size(), 0.0);
    std::vector<double> force(set.position.size(), 0.0);
    WholeSnapshots whole(set.graph);
    const auto evaluate = [&](const std::vector<double>& positions, const std::vector<double>& momenta,
                              const potential::Result& result) {
        field.compute(atoms_of(set, positions, momenta), graph::neighbours(set.graph), whole, result);
    };
    if (set.next.step.empty()) {
        std::vector<double> energy_of;
        if (judges_energies(set, field)) energy_of.resize(set.graph.node_id.size());
        evaluate(set.position, set.momentum,
                 {.force = force, .velocity = velocity, .energy_per_atom = energy_of});
        if (!energy_of.empty()) add_energies(set, field, energy_of, training, held_out);
    } else {
        evaluate(set.position, midpoint_momentum(set, field), {.velocity = velocity});
        evaluate(set.position, {}, {.force = force});
        evaluate(set.next.position, {}, {.force = force});
        for (double& value : force) value *= 0.5;
    }
    add_errors(set, velocity, force, training, held_out);
}

}  // namespace

VectorFieldErrors vector_field_errors(const data::TrainingData& data, const potential::ForceField& field) {
    Sums training;
    Sums held_out;
    parallel::together_at_length(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) { add_errors(set, field, training, held_out); });
    });
    const int dimension = data.facts().dimension;
    return {training.reduce(data.comm(), dimension), held_out.reduce(data.comm(), dimension)};
}

VectorFieldError vector_field_error(const data::TrainingSet& set, const potential::ForceField& field,
                                    linalg::RowRole role) {
    const auto errors = vector_field_errors(*data::borrow(set), field);
    return role == linalg::RowRole::training ? errors.training : errors.held_out;
}

VectorFieldError vector_field_error(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                    const potential::ForceField& learned, const potential::ForceField& exact,
                                    std::span<const double> positions, std::span<const double> momenta) {
    const auto atoms = graph::atoms(graph, positions, momenta);
    const auto field_of = [&](const potential::ForceField& field, std::vector<double>& force,
                              std::vector<double>& velocity) {
        force.assign(positions.size(), 0.0);
        velocity.assign(positions.size(), 0.0);
        graph::GhostExchange exchange(comm, graph);
        field.compute(atoms, graph::neighbours(graph), exchange, {.force = force, .velocity = velocity});
    };
    std::vector<double> force, velocity, true_force, true_velocity;
    field_of(learned, force, velocity);
    field_of(exact, true_force, true_velocity);
    return error_at(comm, graph, velocity, true_velocity, force, true_force);
}

}  // namespace rfhgn::training
