#pragma once

#include <vector>

#include "rfhgn/data/training_set.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::training {

/// p_{n+½} of every owned node [owned, d] by the potential of `field` (see data/time_series.hpp); the
/// set's own momenta when it is not one of leapfrog steps. Local.
std::vector<double> midpoint_momentum(const data::TrainingSet& set, const potential::ForceField& field);

}  // namespace rfhgn::training
