#pragma once

#include <string>

#include "rfhgn/io/provenance.hpp"
#include "rfhgn/model/pairwise_model.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

/// Writes everything needed to evaluate Ĥ: root attributes (format = "rfhgn-model", format_version = 1, encoding,
/// dimension, edge_attribute_names, flags, units, domain, energy_per_edge, provenance, training_report as JSON text), groups
/// /node, /edge, /message each with weights, biases, mean, inverse_scale, attribute activation, and
/// /coefficients/{kinetic, message}. Root writes, aside and renamed. *Collective.* Throws RunError.
void write_model(const parallel::Communicator& comm, const std::string& path, const model::PairwiseModel& model,
                 const std::string& training_report, const Provenance& provenance);

/// Reads a model on the root and gives it to every rank. *Collective.* Throws InputError on all ranks alike (absent
/// data set, wrong shape, non-finite numbers, unknown activation or format version).
model::PairwiseModel read_model(const parallel::Communicator& comm, const std::string& path);

}  // namespace rfhgn::io
