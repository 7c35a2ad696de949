#pragma once

#include "rfhgn/training/verdict.hpp"

#include "sample.hpp"

namespace rfhgn::training {

/// Net force of a snapshot over that of independent forces, of all snapshots; 0 where forces between
/// particles are all there are, 1 where each has an error of its own.
double imbalance(std::span<const double> forces, const Residuals& of);

/// What of the residual depends on velocities along them, on those across, and on places.
double friction_share(const Residuals& residuals, const data::TrainingSet& set);
double magnetic_share(const Residuals& residuals);
double field_share(const Residuals& residuals);
/// What depends on which bond it is, beyond what depends on its length. 0 where snapshots have different
/// graphs, or too many bonds.
double bond_share(const Residuals& residuals, const data::TrainingSet& set);

}  // namespace rfhgn::training
