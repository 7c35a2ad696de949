#pragma once

#include <memory>
#include <string>

#include "rfhgn/model/model.hpp"

namespace rfhgn::io {

/// Reads a model file in this process alone: no MPI is started, nor linked by the part of the library that is
/// made for host programs (the target rfhgn::evaluation). Throws InputError like read_model. Local.
std::unique_ptr<model::Model> load_model(const std::string& path);

}  // namespace rfhgn::io
