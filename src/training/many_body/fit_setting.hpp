#pragma once
/// What a many-body fit needs to know besides its rows, and how cross-validation chooses it.

#include <optional>
#include <vector>

#include "rfhgn/linalg/cross_validation.hpp"
#include "rfhgn/model/many_body/prior.hpp"
#include "rfhgn/training/choice.hpp"
#include "rfhgn/training/target.hpp"

namespace rfhgn::training {

struct FitSetting {
    double ridge = 1e-4;  ///< λ of columns of norm 1
    model::many_body::PriorOptions prior{};
    /// What mean squares of energies and virials of an atom count beside those of components of forces, in
    /// units of energy.
    double energy_share = 10;
    double virial_share = 0.2;
    int columns = 0;  ///< the leading ones
};

/// Where the search begins: one species needs no prior of alloys.
[[nodiscard]] FitSetting first_setting(const model::many_body::Features& features);

/// A target of the problem.
struct FitTarget {
    Target target = Target::force;
    GlobalIndex rows = 0;            ///< that are known, of all parts
    std::optional<double> weight{};  ///< when given
};

/// Weights of targets as a setting says; given ones are as they are.
[[nodiscard]] std::vector<double> weights_of(const FitSetting& setting,
                                             const std::vector<FitTarget>& targets);

struct ChosenFit {
    FitSetting setting;
    Choice choice;
};
/// From `first` on, one thing after the other is changed while that lowers the score. What is given (the
/// ridge, weights of targets) stays, and all does where there is one part only. `factors` [targets]. Same
/// choice on any number of ranks. *Collective.*
[[nodiscard]] ChosenFit choose_fit(const parallel::Communicator& comm,
                                   const model::many_body::Features& features, const FitSetting& first,
                                   const std::vector<FitTarget>& targets,
                                   const std::vector<linalg::PartFactors>& factors, bool ridge_given);

}  // namespace rfhgn::training
