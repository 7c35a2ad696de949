#include "rfhgn/training/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::training {

namespace {

// Errors in units of a deviation, summed up.
struct Counts {
    double one = 0;
    double two = 0;
    double squares = 0;

    void add(double ratio) {
        one += ratio <= 1 ? 1 : 0;
        two += ratio <= 2 ? 1 : 0;
        squares += ratio * ratio;
    }
    [[nodiscard]] Calibration over(double count) const {
        return {one / count, two / count, std::sqrt(squares / count)};
    }
};

struct Sums {
    double count = 0;
    double error = 0;
    double squared_error = 0;
    double deviation = 0;
    double squared_deviation = 0;
    double product = 0;
    Counts model;
    Counts observation;

    void reduce(const parallel::Communicator& comm) {
        for (double* value :
             {&count, &error, &squared_error, &deviation, &squared_deviation, &product, &model.one,
              &model.two, &model.squares, &observation.one, &observation.two, &observation.squares})
            *value = parallel::sum(comm, *value);
    }
};

double correlation(const Sums& s) {
    const double covariance = s.product - s.error * s.deviation / s.count;
    const double error = s.squared_error - s.error * s.error / s.count;
    const double deviation = s.squared_deviation - s.deviation * s.deviation / s.count;
    return error > 0 && deviation > 0 ? covariance / std::sqrt(error * deviation)
                                      : std::numeric_limits<double>::quiet_NaN();
}

// Rows of arrays [.., d] whose node is chosen.
template <class Chosen>
std::vector<double> rows_of(std::span<const double> values, const graph::DistributedGraph& graph,
                            Chosen&& chosen) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    std::vector<double> rows;
    for (LocalIndex i = 0; i < graph.owned; ++i) {
        const auto row = values.subspan(static_cast<std::size_t>(i) * d, d);
        if (chosen(i)) rows.insert(rows.end(), row.begin(), row.end());
    }
    return rows;
}

// Predictions of a state, their deviations [owned, d], and what they are compared with.
struct Compared {
    std::vector<double> force, velocity;  // [owned + ghosts, d]
    std::vector<double> force_deviation, velocity_deviation;

    Compared(const parallel::Communicator& comm, const model::PairwiseModel& model,
             const graph::DistributedGraph& graph, std::span<const double> positions,
             std::span<const double> momenta)
        : force(positions.size(), 0.0), velocity(positions.size(), 0.0) {
        parallel::together(comm, [&] {
            const auto hamiltonian = model::make_hamiltonian(model, graph.edge_attributes.names);
            hamiltonian->add_forces(graph, {0, graph.edge_count()}, positions, force);
            hamiltonian->velocities(graph, momenta, velocity);
            force_deviation.resize(static_cast<std::size_t>(graph.owned * graph.dimension));
            velocity_deviation.resize(force_deviation.size());
            model::Uncertainty uncertainty(model, graph);
            uncertainty.forces(positions, force_deviation);
            uncertainty.velocities(momenta, velocity_deviation);
        });
    }

    template <class Chosen>
    UncertaintyReport judge(const parallel::Communicator& comm, const model::PairwiseModel& model,
                            const graph::DistributedGraph& graph, std::span<const double> true_force,
                            std::span<const double> true_velocity, Chosen&& chosen) {
        const auto part = [&](std::vector<double>& values, std::span<const double> truth,
                              std::span<const double> deviation, double noise) {
            const auto owned = static_cast<std::size_t>(graph.owned * graph.dimension);
            for (std::size_t k = 0; k < owned; ++k) values[k] -= truth[k];
            return calibrate(comm, rows_of(deviation, graph, chosen), rows_of(values, graph, chosen), noise);
        };
        return {part(force, true_force, force_deviation, model.message_posterior.noise),
                part(velocity, true_velocity, velocity_deviation, model.kinetic_posterior.noise)};
    }
};

}  // namespace

DeviationReport calibrate(const parallel::Communicator& comm, std::span<const double> deviation,
                          std::span<const double> error, double noise) {
    RFHGN_ASSERT(deviation.size() == error.size());
    Sums sums;
    double largest = 0;
    for (std::size_t k = 0; k < error.size(); ++k) {
        if (deviation[k] == 0) continue;
        const double e = std::fabs(error[k]);
        sums.count += 1;
        sums.error += e;
        sums.squared_error += e * e;
        sums.deviation += deviation[k];
        sums.squared_deviation += deviation[k] * deviation[k];
        sums.product += e * deviation[k];
        sums.model.add(e / deviation[k]);
        sums.observation.add(e / std::hypot(deviation[k], noise));
        largest = std::max(largest, deviation[k]);
    }
    sums.reduce(comm);
    DeviationReport report;
    report.noise = noise;
    report.largest_deviation = parallel::max(comm, largest);
    if (sums.count == 0) return report;
    report.rms_deviation = std::sqrt(sums.squared_deviation / sums.count);
    report.rms_error = std::sqrt(sums.squared_error / sums.count);
    report.model = sums.model.over(sums.count);
    report.observation = sums.observation.over(sums.count);
    report.correlation = correlation(sums);
    return report;
}

UncertaintyReport judge_uncertainty(const TrainingSet& set, const model::PairwiseModel& model,
                                    linalg::RowRole role) {
    // Momenta of ghosts are not part of a training set, and no velocity of an owned node needs them.
    Compared compared(set.comm, model, set.graph, set.position, set.momentum);
    return compared.judge(set.comm, model, set.graph, set.momentum_rate, set.position_rate,
                          [&](LocalIndex node) { return set.role(node) == role; });
}

UncertaintyReport judge_uncertainty(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                    const model::PairwiseModel& model, const systems::Hamiltonian& exact,
                                    std::span<const double> positions, std::span<const double> momenta) {
    std::vector<double> force(positions.size(), 0.0);
    std::vector<double> velocity(positions.size(), 0.0);
    exact.add_forces(graph, {0, graph.edge_count()}, positions, force);
    exact.velocities(graph, momenta, velocity);
    Compared compared(comm, model, graph, positions, momenta);
    return compared.judge(comm, model, graph, force, velocity, [](LocalIndex) { return true; });
}

}  // namespace rfhgn::training
