#pragma once

#include "rfhgn/training/trainer.hpp"

#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io {

/// The group /r_factors of a model file, with a group for each target; /triangles of earlier releases, whose
/// rows of energies were joined to those of forces, counts as velocities and forces.
void write_r_factors(hdf5::Writer& file, const training::RFactors& r_factors);
/// Local.
bool has_r_factors(const hdf5::Reader& file);
/// Throws InputError when they are absent or do not fit the model. Local.
training::RFactors read_r_factors(const hdf5::Reader& file, const training::FactorShape& shape);

}  // namespace rfhgn::io
