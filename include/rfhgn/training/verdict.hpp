#pragma once
/// Whether a model can be what moves the data, and if not, why. A pair model of forces that depend on angles,
/// on velocities or on places has coefficients like any other; only its errors tell. Where they are large, a
/// sample of the data is looked at: what the residual forces depend on, and whether other layers do better.

#include <limits>
#include <string>
#include <vector>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/model/model.hpp"
#include "rfhgn/model/sampling_options.hpp"
#include "rfhgn/training/vector_field_error.hpp"

namespace rfhgn::training {

/// Other keys of [model] and what they came to on the sample.
struct TriedSettings {
    std::string keys;                 ///< as in a deck: radial_transform = "inverse"; "as trained"
    double relative_force_error = 0;  ///< on unseen snapshots of the sample
};

/// The part of the squared residual forces that something explains.
struct ExplainedShare {
    std::string by;
    double share = 0;
};

struct Verdict {
    double relative_force_error = 0;  ///< of unseen snapshots, of training ones where none is held out
    bool unseen = false;
    bool bad = false;     ///< the model is not what moves the data: not to be exported
    std::string cause{};  ///< "", "rounding", "friction", "magnetic", "field", "settings", "many_body",
                          ///< "bonds", "noise", "energies", "unknown"
    std::string words{};   ///< what the error is and what it likely comes from; empty: nothing to say
    std::string advice{};  ///< what to do; empty: nothing
    double imbalance = 0;  ///< net force over that of independent forces: noise that each force has
    /// How known energies rise over how learned ones do; NaN: not told.
    double energy_ratio = std::numeric_limits<double>::quiet_NaN();
    std::vector<ExplainedShare> residual{};
    std::vector<TriedSettings> tried{};

    /// Whether the user must be told.
    [[nodiscard]] bool warns() const noexcept { return !advice.empty(); }
};

/// Looks at the errors alone and says whether the data must be looked at. Local.
bool needs_a_look(const VectorFieldError& training, const VectorFieldError& held_out);

/// `source` is read on this process alone; null where it has no forces: then errors are all there is.
/// `sampling` are the options that the model was made by. Where forces are right, known energies are compared
/// with the model's. In seconds. Local. Throws InputError where data cannot be read.
Verdict judge(const data::SnapshotSource* source, const model::Model& model,
              const model::SamplingOptions& sampling, const VectorFieldError& training,
              const VectorFieldError& held_out);

}  // namespace rfhgn::training
