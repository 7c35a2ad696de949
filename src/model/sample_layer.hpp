#pragma once

#include "rfhgn/model/sampling.hpp"

namespace rfhgn::model {

/// A layer of `width` neurons for data [inputs][points], standardised by them; `layer_key` tells the layers
/// of a model apart in random numbers.
DenseLayer sample_layer(std::span<const double> data, std::size_t points, int width,
                        const SamplingOptions& options, std::uint64_t layer_key);

}  // namespace rfhgn::model
