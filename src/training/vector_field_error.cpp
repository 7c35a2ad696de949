#include <algorithm>
#include <array>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/training/coordinate_training.hpp"
#include "rfhgn/training/midpoint_momentum.hpp"
#include "rfhgn/training/train.hpp"

namespace rfhgn::training {

namespace {

struct Sums {
    // squared error and squared norm of dq/dt, of dp/dt, and the number of nodes
    std::array<double, 5> values{};

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

void add_forces(const systems::Hamiltonian& hamiltonian, const graph::DistributedGraph& graph,
                std::span<const double> positions, std::span<double> force) {
    constexpr LocalIndex edges_between_interruptions = 1 << 16;
    const LocalIndex edges = graph.edge_count();
    for (LocalIndex begin = 0; begin < edges;) {
        parallel::interruption_point();
        const LocalIndex end = begin + std::min(edges - begin, edges_between_interruptions);
        hamiltonian.add_forces(graph, {begin, end}, positions, force);
        begin = end;
    }
}

void add_errors(const data::TrainingSet& set, const systems::Hamiltonian& hamiltonian, Sums& training,
                Sums& held_out) {
    const auto& graph = set.graph;
    std::vector<double> velocity(set.position.size(), 0.0);
    std::vector<double> force(set.position.size(), 0.0);
    hamiltonian.velocities(graph, midpoint_momentum(set, hamiltonian), velocity);
    add_forces(hamiltonian, graph, set.position, force);
    if (!set.next.step.empty()) {
        add_forces(hamiltonian, graph, set.next.position, force);
        for (double& value : force) value *= 0.5;
    }
    add_errors(set, velocity, force, training, held_out);
}

}  // namespace

VectorFieldErrors vector_field_errors(const data::TrainingData& data,
                                      const systems::Hamiltonian& hamiltonian) {
    Sums training;
    Sums held_out;
    parallel::together_at_length(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) { add_errors(set, hamiltonian, training, held_out); });
    });
    const int dimension = data.facts().dimension;
    return {training.reduce(data.comm(), dimension), held_out.reduce(data.comm(), dimension)};
}

VectorFieldErrors vector_field_errors(const data::TrainingData& data, const model::CoordinateNetwork& model) {
    Sums training;
    Sums held_out;
    parallel::together_at_length(data.comm(), [&] {
        data.visit([&](const data::TrainingSet& set) {
            parallel::interruption_point();
            std::vector<double> velocity(set.momentum.size());
            std::vector<double> force(set.momentum.size());
            model::frame_gradient(parallel::Communicator::self(), model, set.graph, systems_of(set),
                                  set.position, set.momentum, force, velocity);
            for (double& value : force) value = -value;
            add_errors(set, velocity, force, training, held_out);
        });
    });
    const int dimension = data.facts().dimension;
    return {training.reduce(data.comm(), dimension), held_out.reduce(data.comm(), dimension)};
}

VectorFieldError vector_field_error(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                    const systems::GeneralHamiltonian& learned,
                                    const systems::Hamiltonian& exact, std::span<const double> positions,
                                    std::span<const double> momenta) {
    std::vector<double> velocity(positions.size());
    std::vector<double> force(positions.size());
    std::vector<double> true_velocity(positions.size());
    std::vector<double> true_force(positions.size());
    learned.gradient(graph, positions, momenta, force, velocity);
    for (double& value : force) value = -value;
    exact.velocities(graph, momenta, true_velocity);
    systems::add_all_forces(exact, graph, positions, true_force);
    return error_at(comm, graph, velocity, true_velocity, force, true_force);
}

VectorFieldError vector_field_error(const data::TrainingSet& set, const systems::Hamiltonian& hamiltonian,
                                    linalg::RowRole role) {
    const auto errors = vector_field_errors(*data::borrow(set), hamiltonian);
    return role == linalg::RowRole::training ? errors.training : errors.held_out;
}

VectorFieldError vector_field_error(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                    const systems::Hamiltonian& learned, const systems::Hamiltonian& exact,
                                    std::span<const double> positions, std::span<const double> momenta) {
    std::vector<double> velocity(positions.size());
    std::vector<double> force(positions.size());
    std::vector<double> true_velocity(positions.size());
    std::vector<double> true_force(positions.size());
    learned.velocities(graph, momenta, velocity);
    systems::add_all_forces(learned, graph, positions, force);
    exact.velocities(graph, momenta, true_velocity);
    systems::add_all_forces(exact, graph, positions, true_force);
    return error_at(comm, graph, velocity, true_velocity, force, true_force);
}

}  // namespace rfhgn::training
