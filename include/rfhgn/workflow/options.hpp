#pragma once

#include <map>
#include <string>
#include <vector>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/dynamics/observer_kind.hpp"
#include "rfhgn/dynamics/thermostat.hpp"
#include "rfhgn/model/pairwise/tabulated_model.hpp"
#include "rfhgn/model/sampling_options.hpp"
#include "rfhgn/systems/system.hpp"
#include "rfhgn/training/training_options.hpp"

namespace rfhgn::workflow {

/// [generate]: snapshots along trajectories of the exact system.
struct GenerateOptions {
    std::int64_t trajectories = 100;
    std::int64_t frames = 1;     ///< snapshots of each trajectory
    std::int64_t interval = 10;  ///< steps between them
    double dt = 0.01;
    bool rates = true;               ///< write dq/dt and dp/dt
    double noise = 0;                ///< see noise.hpp
    double watchdog_seconds = 3600;  ///< 0: never
    systems::InitialStateOptions initial;
    dynamics::EquilibrationOptions equilibration;
};

/// [train]
struct TrainOptions {
    std::string data;                ///< default: data.h5 of the output folder
    std::string layers;              ///< a model whose hidden layers are taken; none: new ones are sampled
    std::string update;              ///< a model with R factors, whose training goes on
    double checkpoint_minutes = 10;  ///< 0: never
    double watchdog_seconds = 3600;  ///< 0: never
    training::TrainingOptions training;
};

/// [evaluate.zero_shot.NAME]: the same model on another system.
struct ZeroShotOptions {
    std::string name;
    std::int64_t snapshots = 1;
    systems::SystemOptions system;
    systems::InitialStateOptions initial;
    dynamics::EquilibrationOptions equilibration;
};

/// [evaluate]
struct EvaluateOptions {
    std::string model;  ///< default: model.h5 of the output folder
    std::string data;   ///< a data set to judge by; none: fresh snapshots of [system]
    std::int64_t snapshots = 200;
    double watchdog_seconds = 3600;  ///< 0: never
    systems::InitialStateOptions initial;
    data::StreamOptions streaming;
    std::vector<ZeroShotOptions> zero_shot;
};

/// [tabulate]
struct TabulateStageOptions {
    std::string model;    ///< default: model.h5 of the output folder
    bool lammps = false;  ///< write files for LAMMPS, too
    int lammps_points = 4000;
    model::TabulateOptions tables;
};

/// [rollout]
struct RolloutOptions {
    std::string model;
    std::string force = "learned";  ///< learned, tabulated, exact
    bool exact = true;              ///< roll the exact system out beside and compare
    std::int64_t steps = 1000;
    config::NumberOrAuto dt = 0.01;
    double tolerance = 1e-13;  ///< of the implicit leapfrog
    int most_iterations = 50;
    std::int64_t interval = 100;  ///< steps between frames of the trajectory
    std::int64_t scalars_interval = 100;
    bool forces = false;                   ///< write forces too
    bool uncertainty = false;              ///< write standard deviations of forces
    std::string list_style = "half";       ///< of a fluid: half, full
    std::string outside = "warn";          ///< warn, stop, ignore
    std::int64_t checkpoint_interval = 0;  ///< steps; 0: by time only
    double checkpoint_minutes = 10;        ///< 0: by steps only
    double watchdog_seconds = 3600;        ///< 0: never
    bool described = true;                 ///< by [system]; otherwise a file alone says what there is
    systems::SystemOptions system;         ///< where it is described
    systems::InitialStateOptions initial;
    dynamics::EquilibrationOptions equilibration;
    std::string start;       ///< a data set with the configuration to begin with; none: the initial state
    std::int64_t frame = 0;  ///< of the start; negative: from the end
    std::vector<std::int64_t> replicate;  ///< copies of its box along each vector; empty: it alone
    bool start_given = true;              ///< false: it is train.data
    bool frame_given = false;
    bool list_style_given = false;   ///< of a file alone
    bool temperature_given = false;  ///< by [rollout] itself
    bool mass_given = false;         ///< the deck gives mass or masses
    bool boundary_given = false;
    bool implicit_given = false;  ///< the deck gives tolerance or most_iterations
    bool observes = false;        ///< [rollout.observe]: statistics of a fluid
    dynamics::ObserveOptions observe;

    /// Whether the exact system moves beside the learned one.
    [[nodiscard]] bool moves_beside() const { return exact && force != "exact"; }
};

/// Everything that a deck says, and which of its stages it has.
struct Options {
    bool has_system = false;
    bool has_model = false;  ///< the deck itself says what the layers are like
    bool generates = false;
    bool trains = false;
    bool tabulates = false;
    bool evaluates = false;
    bool rolls_out = false;
    systems::SystemOptions system;
    GenerateOptions generate;
    model::SamplingOptions model;
    TrainOptions train;
    TabulateStageOptions tabulate;
    EvaluateOptions evaluate;
    RolloutOptions rollout;
};

/// Binds every key of the deck, checks what can be checked without running, and throws one InputError with
/// all problems. `ranks` is the number of ranks that the job has. Local; the same on all ranks for the same
/// deck.
Options read_options(config::Deck& deck, int ranks);

}  // namespace rfhgn::workflow
