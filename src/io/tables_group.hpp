#pragma once
/// The group /compiled of a model file.

#include "rfhgn/model/tabulated_model.hpp"

#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io {

void write_tables(hdf5::Writer& file, const model::TabulatedModel& tabulated);
/// Fills everything but the model itself, which must be there. Throws InputError when there are no tables or
/// they cannot be.
void read_tables(const hdf5::Reader& file, model::TabulatedModel& tabulated);

}  // namespace rfhgn::io
