#include "rfhgn/training/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"

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

// Numbers of rms `value` are not known more exactly than this.
double rounding_of(double value) {
    constexpr double operations = 16;
    return operations * std::numeric_limits<double>::epsilon() * value;
}

// Deviations say what the noise of the training data leaves open, and nothing else.
std::string why_incomparable(const DeviationReport& report, double value) {
    constexpr double largest_ratio = 100;
    if (report.rms_deviation <= rounding_of(value))
        return fmt::format("deviations of rms {:.1e} are rounding beside values of {:.1e}",
                           report.rms_deviation, value);
    if (report.rms_error <= rounding_of(value))
        return fmt::format("errors of rms {:.1e} are rounding beside values of {:.1e}", report.rms_error,
                           value);
    if (report.model.rms <= largest_ratio) return "";
    return fmt::format(
        "errors of rms {:.1e} do not come from what deviations of rms {:.1e} stand for, the noise of the "
        "training data: the states are not what the data covered, or the model cannot represent them",
        report.rms_error, report.rms_deviation);
}

// What a report is made of.
class Sums {
  public:
    explicit Sums(double noise) : noise_(noise) {}

    void add(double deviation, double error, double value) {
        all_ += 1;
        squared_value_ += value * value;
        if (deviation == 0) return;
        const double e = std::fabs(error);
        count_ += 1;
        error_ += e;
        squared_error_ += e * e;
        deviations_ += deviation;
        squared_deviation_ += deviation * deviation;
        product_ += e * deviation;
        model_.add(e / deviation);
        observation_.add(e / std::hypot(deviation, noise_));
        largest_ = std::max(largest_, deviation);
    }

    // *Collective.*
    DeviationReport report(const parallel::Communicator& comm) {
        for (double* value : {&all_, &squared_value_, &count_, &error_, &squared_error_, &deviations_,
                              &squared_deviation_, &product_, &model_.one, &model_.two, &model_.squares,
                              &observation_.one, &observation_.two, &observation_.squares})
            *value = parallel::sum(comm, *value);
        DeviationReport report;
        report.noise = noise_;
        report.largest_deviation = parallel::max(comm, largest_);
        if (count_ == 0) {
            if (all_ > 0) report.incomparable = "the model predicts no deviation";
            return report;
        }
        report.rms_deviation = std::sqrt(squared_deviation_ / count_);
        report.rms_error = std::sqrt(squared_error_ / count_);
        report.model = model_.over(count_);
        report.observation = observation_.over(count_);
        report.correlation = correlation();
        report.incomparable = why_incomparable(report, std::sqrt(squared_value_ / all_));
        return report;
    }

  private:
    [[nodiscard]] double correlation() const {
        const double covariance = product_ - error_ * deviations_ / count_;
        const double error = squared_error_ - error_ * error_ / count_;
        const double deviation = squared_deviation_ - deviations_ * deviations_ / count_;
        return error > 0 && deviation > 0 ? covariance / std::sqrt(error * deviation)
                                          : std::numeric_limits<double>::quiet_NaN();
    }

    double noise_;
    double all_ = 0;  // components, of which count_ have a deviation
    double squared_value_ = 0;
    double count_ = 0;
    double error_ = 0;
    double squared_error_ = 0;
    double deviations_ = 0;
    double squared_deviation_ = 0;
    double product_ = 0;
    double largest_ = 0;
    Counts model_;
    Counts observation_;
};

// Compares predictions of states with the truth, whatever number of states there is.
class Judge {
  public:
    explicit Judge(const model::Model& model)
        : model_(model), force_(model.noise().force), velocity_(model.noise().velocity) {}

    // Arrays of the truth cover the owned nodes, or more; `chosen` says which of them count. Local.
    template <class Chosen>
    void add(const graph::DistributedGraph& graph, std::span<const double> positions,
             std::span<const double> momenta, std::span<const double> true_force,
             std::span<const double> true_velocity, Chosen&& chosen) {
        std::vector<double> force(positions.size(), 0.0);
        std::vector<double> velocity(positions.size(), 0.0);
        const auto field = model_.force_field(graph.edge_attributes.names);
        graph::add_forces(*field, graph, positions, force);
        graph::velocities(*field, graph, momenta, velocity);
        const auto d = static_cast<std::size_t>(graph.dimension);
        std::vector<double> force_deviation(static_cast<std::size_t>(graph.owned) * d);
        std::vector<double> velocity_deviation(force_deviation.size());
        const auto uncertainty = model_.uncertainty(graph::atoms(graph, positions), graph::neighbours(graph));
        uncertainty->forces(positions, force_deviation, [] { parallel::interruption_point(); });
        uncertainty->velocities(momenta, velocity_deviation);
        for (std::size_t k = 0; k < force_deviation.size(); ++k) {
            if (!chosen(static_cast<LocalIndex>(k / d))) continue;
            force_.add(force_deviation[k], force[k] - true_force[k], true_force[k]);
            velocity_.add(velocity_deviation[k], velocity[k] - true_velocity[k], true_velocity[k]);
        }
    }

    // *Collective.*
    UncertaintyReport report(const parallel::Communicator& comm) {
        return {force_.report(comm), velocity_.report(comm)};
    }

  private:
    const model::Model& model_;
    Sums force_;
    Sums velocity_;
};

}  // namespace

DeviationReport calibrate(const parallel::Communicator& comm, std::span<const double> deviation,
                          std::span<const double> error, std::span<const double> value, double noise) {
    RFHGN_ASSERT(deviation.size() == error.size() && value.size() == error.size());
    Sums sums(noise);
    for (std::size_t k = 0; k < error.size(); ++k) sums.add(deviation[k], error[k], value[k]);
    return sums.report(comm);
}

UncertaintyReport judge_uncertainty(const data::TrainingData& data, const model::Model& model,
                                    linalg::RowRole role) {
    Judge judge(model);
    parallel::together_at_length(data.comm(), [&] {
        // Momenta of ghosts are not part of a training set, and no velocity of an owned node needs them.
        data.visit([&](const data::TrainingSet& set) {
            judge.add(set.graph, set.position, set.momentum, set.force, set.velocity,
                      [&](LocalIndex node) { return set.role(node) == role; });
        });
    });
    return judge.report(data.comm());
}

UncertaintyReport judge_uncertainty(const data::TrainingSet& set, const model::Model& model,
                                    linalg::RowRole role) {
    return judge_uncertainty(*data::borrow(set), model, role);
}

UncertaintyReport judge_uncertainty(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                    const model::Model& model, const potential::ForceField& exact,
                                    std::span<const double> positions, std::span<const double> momenta) {
    std::vector<double> force(positions.size(), 0.0);
    std::vector<double> velocity(positions.size(), 0.0);
    graph::add_forces(exact, graph, positions, force);
    graph::velocities(exact, graph, momenta, velocity);
    Judge judge(model);
    parallel::together_at_length(comm, [&] {
        judge.add(graph, positions, momenta, force, velocity, [](LocalIndex) { return true; });
    });
    return judge.report(comm);
}

}  // namespace rfhgn::training
