#pragma once

#include <memory>
#include <string>

#include "rfhgn/io/provenance.hpp"
#include "rfhgn/model/model.hpp"
#include "rfhgn/model/pairwise/tabulated_model.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/training/trainer.hpp"

namespace rfhgn::io {

/// Writes everything needed to evaluate Ĥ: root attributes format = "rfhgn-model", format_version, encoding,
/// dimension, edge_attribute_names, units, training_report as JSON text, the group /provenance, and what the
/// kind writes (model::Model::write).
///
/// Pairwise: attributes mass_input, mass_input_messages, kinetic_known, energy_per_edge, the group /domain
/// (training range), groups /node (absent when the kinetic energy is known), /edge (optional), /message each
/// with weights [width, inputs], biases, mean, inverse_scale, attribute activation, and
/// /coefficients/{kinetic, message} (message [width x pairs of species], the pair fastest; see
/// model::PairwiseModel). format_version 1 is what earlier releases read; a model with species, a cutoff or
/// another distance input than the distance has version 2 and root attributes distance_input, cutoff (radius,
/// 0: none), cutoff_function ("smooth", "sharp"), smooth_from, and /species [S].
/// Optional: root attributes species_names (by number, empty where there is no such species) and verdict
/// (model::Model::verdict);
/// /domain/attribute_{min, max} [edge attributes]; where species are told apart the ranges of each,
/// /domain/species [S], species_squared_momentum_max [S], species_mass [S, 2], and of those pairs of species
/// that the data showed, /domain/pairs [P, 2], pairs_distance [P, 2], pairs_attribute_{min, max}
/// [P, edge attributes]; and /uncertainty/{kinetic, message} with attributes noise and ridge_noise, damping
/// [width], and factor_transposed [width, width], lower triangular (see model::Posterior).
///
/// Coordinate network: mass_input, energy_per_node, groups /node, /edge, /message, and /coefficients/all
/// [node width + message width].
///
/// With R factors also a group /r_factors (see training/r_factors.hpp): snapshots [2] that went in, data
/// (checksums of the data sets that did),
/// energy_kinetic, energy_message, attributes energy_exact, energy_edges, and of each target (velocity,
/// force, energy, virial) that has rows a group with rows [2], the packed R factors training and held_out
/// (absent when no rows went in), and attributes weight and weight_chosen. Files of earlier releases have one
/// group /triangles with R factors {kinetic, message}_{training, held_out} and rows [4] instead.
/// tools/rfhgn_read.py evaluates a model. Root writes: aside, read back, renamed. *Collective.* Throws
/// RunError.
void write_model(const parallel::Communicator& comm, const std::string& path, const model::Model& model,
                 const std::string& training_report, const Provenance& provenance,
                 const training::RFactors* r_factors = nullptr);

/// Writes a model with its tables: what write_model writes, without uncertainty, and groups /compiled/{pair,
/// kinetic} (kinetic only where it is tabulated) with attributes first, step, error_slope, error_relative,
/// error_value, and coefficients [functions, intervals + 2, 4], values [functions, intervals + 2] (see
/// model::SplineTable). It can be read as a model, too. *Collective.* Throws RunError.
void write_tabulated_model(const parallel::Communicator& comm, const std::string& path,
                           const model::TabulatedModel& tabulated, const Provenance& provenance);

/// *Collective.* Throws InputError like read_model, and when the file holds no tables.
model::TabulatedModel read_tabulated_model(const parallel::Communicator& comm, const std::string& path);

/// Reads a model on the root and gives it to every rank. *Collective.* Throws InputError on all ranks alike
/// (absent data set, wrong shape, non-finite numbers, unknown encoding, activation or format version).
std::unique_ptr<model::Model> read_model(const parallel::Communicator& comm, const std::string& path);

/// A model and what further training needs. *Collective.* Throws InputError like read_model, and when the
/// model was trained without keeping R factors.
training::Trained read_trained_model(const parallel::Communicator& comm, const std::string& path);

/// Throws InputError unless the file is a model. *Collective.*
void require_model(const parallel::Communicator& comm, const std::string& path);

}  // namespace rfhgn::io
