#pragma once
/// The group /domain of a model file.

#include "rfhgn/model/pairwise_model.hpp"

#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io {

void write_domain(hdf5::Writer& file, const model::Domain& domain);
/// Of edges with so many attributes. Files without ranges by species have those of all together. Throws
/// InputError for ranges that cannot be.
model::Domain read_domain(const hdf5::Reader& file, GlobalIndex attributes);

}  // namespace rfhgn::io
