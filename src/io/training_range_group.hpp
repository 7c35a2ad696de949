#pragma once
/// The group /domain of a model file.

#include "rfhgn/model/pairwise_model.hpp"

#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io {

void write_training_range(hdf5::Writer& file, const model::TrainingRange& training_range);
/// Of edges with so many attributes. Files without ranges by species have those of all together. Throws
/// InputError for ranges that cannot be.
model::TrainingRange read_training_range(const hdf5::Reader& file, GlobalIndex attributes);

}  // namespace rfhgn::io
