#pragma once

#include <functional>
#include <memory>
#include <string>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/data/training_data.hpp"
#include "rfhgn/linalg/least_squares.hpp"

namespace rfhgn::training {

/// The keys of [train] besides file names.
struct TrainingOptions {
    std::string rates = "given";         ///< where dq/dt and dp/dt come from: see time_series.hpp
    config::NumberOrAuto energy_weight;  ///< of rows of known energies beside those of forces: see rows.hpp
    config::NumberOrAuto virial_weight;  ///< of rows of known virials
    bool energy_weight_given = false;    ///< by the deck; kinds may have a default of their own
    bool virial_weight_given = false;
    double held_out = 0.2;  ///< fraction of trajectories that judge the ridge and the fit
    int folds =
        5;  ///< parts of snapshots that cross-validation leaves out in turn, the held-out one among them
    bool uncertainty = true;   ///< keep what standard deviations of predictions need
    bool keep_factor = false;  ///< leave behind what further training needs
    linalg::LeastSquaresOptions least_squares;
    data::StreamOptions data;
    /// Makes what keeps R factors ("message", "kinetic", "energy", "virial") while their rows are gone
    /// through; empty: nothing is kept. Not a key.
    std::function<std::shared_ptr<linalg::FactorCheckpoint>(const std::string& problem)> keeper{};

    void bind(config::Section section);
};

}  // namespace rfhgn::training
