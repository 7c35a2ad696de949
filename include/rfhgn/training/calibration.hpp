#pragma once
/// Whether predicted standard deviations say how large errors are.

#include <span>
#include <string>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/model/model.hpp"

namespace rfhgn::training {

/// Errors in units of a standard deviation. For independent normal errors 0.68 are within one and 0.95 within
/// two, and the rms is 1; an rms below 1 means that the deviation is too large.
struct Calibration {
    double within_one = 0;
    double within_two = 0;
    double rms = 0;
};

/// Predicted standard deviations of one quantity (force or velocity) against its errors, over all components.
struct DeviationReport {
    double noise = 0;              ///< Posterior::noise, the same for every component
    double rms_deviation = 0;      ///< of the model's part
    double largest_deviation = 0;  ///< of the model's part
    double rms_error = 0;
    Calibration model;        ///< by the model's part alone: right when what is compared with has no noise
    Calibration observation;  ///< by model and noise together: right for data as noisy as the training data
    double correlation = 0;   ///< of |error| with the model's part; NaN when one of them does not vary
    /// Why deviations and errors have nothing to do with each other, so that calibration and correlation are
    /// of no use: one of them is rounding, no deviation is predicted, or the errors are not of the kind that
    /// deviations predict. Empty when they may be compared.
    std::string incomparable{};
};

/// deviation, error and true value [n] of this rank; components whose deviation is zero are left out.
/// *Collective.*
DeviationReport calibrate(const parallel::Communicator& comm, std::span<const double> deviation,
                          std::span<const double> error, std::span<const double> value, double noise);

struct UncertaintyReport {
    DeviationReport force;
    DeviationReport velocity;  ///< all zero when the kinetic energy is known
};

/// Of a model against the rates of one role of a data set, in one pass. *Collective.* Throws InputError when
/// the model does not know its uncertainty.
UncertaintyReport judge_uncertainty(const data::TrainingData& data, const model::Model& model,
                                    linalg::RowRole role);
/// The same on data in memory.
UncertaintyReport judge_uncertainty(const data::TrainingSet& set, const model::Model& model,
                                    linalg::RowRole role);

/// Of a model against the exact force field at one state; arrays [owned + ghosts, d], halo up to date.
/// *Collective.*
UncertaintyReport judge_uncertainty(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                    const model::Model& model, const potential::ForceField& exact,
                                    std::span<const double> positions, std::span<const double> momenta);

}  // namespace rfhgn::training
