#pragma once

#include "rfhgn/training/verdict.hpp"

#include "sample.hpp"
#include "slope.hpp"

namespace rfhgn::training {

/// How known energies rise over how those of a model do, from one snapshot to the next of the same particles.
struct EnergyRise {
    Slope potential;  ///< of H − T
    Slope total;      ///< of H: 1 where the kinetic part was left out
};
EnergyRise energy_rise(const data::TrainingSet& set, const model::Model& model);

/// Tells where known energies are not those of a model whose forces are right.
void judge_energies(const EnergyRise& rise, Verdict& verdict);

}  // namespace rfhgn::training
