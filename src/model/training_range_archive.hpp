#pragma once
/// The group /domain of a model file.

#include "rfhgn/model/archive.hpp"
#include "rfhgn/model/training_range.hpp"

namespace rfhgn::model {

void write_training_range(ArchiveWriter& file, const TrainingRange& training_range);
/// Of edges with so many attributes. Files without ranges by species have those of all together. Throws
/// InputError for ranges that cannot be.
TrainingRange read_training_range(const ArchiveReader& file, GlobalIndex attributes);

}  // namespace rfhgn::model
