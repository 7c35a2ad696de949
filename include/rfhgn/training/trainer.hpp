#pragma once
/// How kinds of models are fitted to data. Whoever trains asks the trainer of an encoding and never which
/// kind it is; what a kind cannot do is refused here. Kinds: model/registry.hpp.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/linalg/least_squares.hpp"
#include "rfhgn/model/model.hpp"
#include "rfhgn/model/sampling_options.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/training/choice.hpp"
#include "rfhgn/training/r_factors.hpp"
#include "rfhgn/training/training_options.hpp"
#include "rfhgn/training/vector_field_error.hpp"

namespace rfhgn::training {

/// A least-squares problem, solved.
struct Fit {
    std::string name;  ///< in summaries
    linalg::LeastSquaresReport report;
};

struct TrainingResult {
    std::shared_ptr<const model::Model> model;
    std::vector<Fit> fits{};
    std::optional<Choice> choice{};       ///< by cross-validation, where the kind knows it
    std::optional<RFactors> r_factors{};  ///< of all data; when kept, or added to earlier ones
    VectorFieldError training{};          ///< on data that are at hand
    VectorFieldError held_out{};          ///< nodes == 0 when nothing is held out
    parallel::PhaseTimes times{};  ///< "sampling", "solve" (rows to coefficients), "errors" (after them)
    std::vector<std::string> warnings{};  ///< for the user
};

/// A model and what further training needs. `name` is for messages.
struct Trained {
    std::string name;
    std::shared_ptr<const model::Model> model;
    RFactors r_factors;
};

/// Columns of the R factors of each target, and lengths of the sums beside them.
struct FactorShape {
    std::map<Target, int> columns;
    GlobalIndex kinetic_sums = 0;
    GlobalIndex message_sums = 0;
};

/// Options that may express what others do not.
struct Alternative {
    std::string keys;  ///< the key of [model] that differs, as in a deck
    model::SamplingOptions sampling;
};

class Trainer {
  public:
    virtual ~Trainer() = default;

    /// How wide a solved problem's columns are at most: decides the leaves of the training set. Local.
    [[nodiscard]] virtual int widest_problem(const model::SamplingOptions& sampling) const = 0;
    [[nodiscard]] virtual int widest_problem(const model::Model& layers) const = 0;
    /// Whether a snapshot must be whole on one rank.
    [[nodiscard]] virtual bool whole_snapshots() const { return false; }
    /// Whether it chooses by leaving out parts of the data in turn ([train] folds).
    [[nodiscard]] virtual bool cross_validates() const { return false; }
    /// Whether it learns from particles in boxes, too, and not from given graphs alone.
    [[nodiscard]] virtual bool boxes() const { return true; }
    /// Whether velocities are needed.
    [[nodiscard]] virtual bool learns_kinetic_energy(const model::SamplingOptions& sampling) const {
        return !sampling.knows_kinetic();
    }
    /// Within which particles in boxes are neighbours; 0: not said.
    [[nodiscard]] virtual double cutoff(const model::SamplingOptions& sampling) const {
        return sampling.cutoff;
    }

    /// Whether the forces on a system add up to nothing in every such model.
    [[nodiscard]] virtual bool conserves_momentum(const model::SamplingOptions& /*sampling*/) const {
        return true;
    }
    /// What to try where errors are large, on data of which this is a sample: one key each. Local.
    [[nodiscard]] virtual std::vector<Alternative> alternatives(
        const data::SnapshotSet& /*sample*/, const model::SamplingOptions& /*sampling*/) const {
        return {};
    }

    /// *Collective.* Throws InputError for data that cannot be learned from, and for options that the kind
    /// does not know.
    [[nodiscard]] virtual TrainingResult train(const data::TrainingData& data,
                                               const model::SamplingOptions& sampling,
                                               const TrainingOptions& options) const = 0;

    // What follows is not for every kind: refused where it is not.

    /// In what layers differ from those that [model] asks for, as "(has), (asked)"; empty when they do not.
    [[nodiscard]] virtual std::string difference(const model::Model& layers,
                                                 const model::SamplingOptions& wanted) const;
    /// Trains the coefficients of given hidden layers. With R factors of earlier data the result is that of
    /// training on all of them together; the training range grows. *Collective.* Throws InputError when the
    /// layers do not fit the data.
    [[nodiscard]] virtual TrainingResult train_layers(const data::TrainingData& data,
                                                      const model::Model& layers,
                                                      const TrainingOptions& options,
                                                      const RFactors* earlier) const;
    /// The model of both data sets, from R factors alone. *Collective.* Throws InputError when hidden layers
    /// differ.
    [[nodiscard]] virtual TrainingResult merge(const parallel::Communicator& comm, const Trained& a,
                                               const Trained& b) const;
    [[nodiscard]] virtual FactorShape factor_shape(const model::Model& model) const;
};

/// Throws InputError for an encoding that is not known.
const Trainer& trainer_of(std::string_view encoding);
/// Of the trainer of the encoding. Local.
int widest_problem(const model::SamplingOptions& sampling);
/// For a kind that was added to model::kinds. Throws InputError when it has one.
void add_trainer(const std::string& kind, std::unique_ptr<Trainer> trainer);

}  // namespace rfhgn::training
