#pragma once

#include "rfhgn/training/r_factors.hpp"

#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io {

/// The group /triangles of a model file.
void write_r_factors(hdf5::Writer& file, const training::RFactors& r_factors);
/// Throws InputError when it is absent or does not fit the model. Local.
training::RFactors read_r_factors(const hdf5::Reader& file, const model::PairwiseModel& model);

}  // namespace rfhgn::io
