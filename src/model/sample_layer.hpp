#pragma once

#include <cstdint>
#include <span>

#include "rfhgn/model/dense_layer.hpp"
#include "rfhgn/model/sampling_options.hpp"

namespace rfhgn::model {

/// A layer of `width` neurons for data [inputs][points], standardised by them; `layer_key` tells the layers
/// of a model apart in random numbers.
DenseLayer sample_layer(std::span<const double> data, std::size_t points, int width,
                        const SamplingOptions& options, std::uint64_t layer_key);

}  // namespace rfhgn::model
