#pragma once
/// Sampling the hidden layers of the coordinate network; see sampling_options.hpp.

#include "rfhgn/model/coordinate_network/coordinate_network.hpp"
#include "rfhgn/model/sampling_options.hpp"

namespace rfhgn::model {

/// A bounded sample of the data, the same on every rank; coordinates are those of the frames.
struct CoordinateSample {
    std::vector<double> nodes;  ///< [nodes][2 d + 1]: coordinates, mass
    std::vector<double> edges;  ///< [edges][2 (2 d + 1) + attributes]: both ends, then the attributes
    double mass_min = 1;
    double mass_max = 1;
};

/// A model with sampled layers and no coefficients yet. Local, deterministic.
CoordinateNetwork sample_coordinate_network(const CoordinateSample& sample, const SamplingOptions& options,
                                            int dimension,
                                            const std::vector<std::string>& edge_attribute_names);

}  // namespace rfhgn::model
