#pragma once

#include "rfhgn/training/triangles.hpp"

#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io {

/// The group /triangles of a model file.
void write_triangles(hdf5::Writer& file, const training::Triangles& triangles);
/// Throws InputError when it is absent or does not fit the model. Local.
training::Triangles read_triangles(const hdf5::Reader& file, const model::PairwiseModel& model);

}  // namespace rfhgn::io
