#pragma once
/// What is fixed before a many-body potential is fitted: the basis, from what the data show of species and
/// distances, and neurons, from a sample of atoms. The same bits on any number of ranks.

#include "rfhgn/data/training_data.hpp"
#include "rfhgn/model/many_body/model.hpp"
#include "rfhgn/model/sampling_options.hpp"

namespace rfhgn::training {

/// Where densities end if [model] cutoff is not given, in units of length.
constexpr double default_many_body_cutoff = 5.5;
double many_body_cutoff(const model::SamplingOptions& sampling);

/// *Collective.* Throws InputError for data that no potential can be fitted to (no atoms that meet).
model::many_body::Features many_body_features(const data::TrainingData& data,
                                              const model::SamplingOptions& sampling);

}  // namespace rfhgn::training
