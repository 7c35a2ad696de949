#pragma once
/// Sampling the hidden layers of pairwise models; see sampling_options.hpp.

#include <string>
#include <vector>

#include "rfhgn/model/pairwise/features.hpp"
#include "rfhgn/model/sampling_options.hpp"

namespace rfhgn::model {

/// A bounded sample of the data, the same on every rank: what sampling and standardisation look at.
struct ReferenceSample {
    NodeInputs nodes;
    EdgeInputs edges;
    TrainingRange training_range;  ///< of all training data, not only of the sample
    std::vector<int> species{};    ///< of all data, ascending
};

/// What the options ask for.
Cutoff cutoff_of(const SamplingOptions& options);
RadialTransform radial_transform_of(const SamplingOptions& options);

/// A model with sampled layers and no coefficients yet. Local, deterministic.
PairwiseModel sample_model(const ReferenceSample& sample, const SamplingOptions& options, int dimension,
                           const std::vector<std::string>& edge_attribute_names);

}  // namespace rfhgn::model
