#pragma once
/// What files of all kinds of models are made of. Errors are InputErrors that name the file.

#include <string>
#include <vector>

#include "rfhgn/model/pairwise_model.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io {

/// Whether a model of this encoding is a coordinate network.
bool is_frame_encoding(const std::string& name);

void write_vector(hdf5::Writer& file, const std::string& name, const std::vector<double>& values);
/// `size` numbers, all finite; `why` says where the size comes from.
std::vector<double> read_vector(const hdf5::Reader& file, const std::string& name, GlobalIndex size,
                                const std::string& why);
void require_finite(const hdf5::Reader& file, const std::string& name, const std::vector<double>& values);
/// A finite attribute.
double read_number(const hdf5::Reader& file, const std::string& object, const std::string& attribute);
int read_dimension(const hdf5::Reader& file);

/// A group with weights [width, inputs], biases, mean, inverse_scale and the attribute activation.
void write_layer(hdf5::Writer& file, const std::string& group, const model::DenseLayer& layer);
model::DenseLayer read_layer(const hdf5::Reader& file, const std::string& group, int inputs);

/// The bytes of a model file, read once, on every rank. *Collective.*
std::string read_everywhere(const parallel::Communicator& comm, const std::string& path);

}  // namespace rfhgn::io
