#pragma once

#include "rfhgn/io/model_file.hpp"
#include "rfhgn/model/pairwise/pairwise_model.hpp"

namespace rfhgn::tests {

/// A file that must hold a pairwise model. *Collective.*
inline model::PairwiseModel read_pairwise(const parallel::Communicator& comm, const std::string& path) {
    return dynamic_cast<const model::PairwiseModel&>(*io::read_model(comm, path));
}

}  // namespace rfhgn::tests
