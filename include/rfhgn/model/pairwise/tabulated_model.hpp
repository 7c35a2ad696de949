#pragma once
/// Tabulated models: messages that are functions of distance and pair of species alone, as spline tables.
/// They move a system at the speed of a tabulated pair potential, whatever the width of the network.

#include <memory>
#include <string>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/model/archive.hpp"
#include "rfhgn/model/pairwise/pairwise_model.hpp"
#include "rfhgn/model/spline_table.hpp"

namespace rfhgn::model {

/// The keys of [tabulate] that decide the tables.
struct TabulateOptions {
    double tolerance =
        1e-8;             ///< largest error of dV/dr relative to |dV/dr| + its mean magnitude over the range
    double margin = 0.1;  ///< tables go beyond the distances of the training data by this part of them

    void bind(config::Section section);
};

/// Largest differences of a table from the network on eight points an interval.
struct TableError {
    double slope = 0;     ///< of dV/dr, or of dT/d|p|²
    double relative = 0;  ///< the same over |slope| + mean |slope|
    double value = 0;     ///< of the energy
};

/// `model` with tables that stand for its messages and, where they are learned and see no masses, its kinetic
/// features. Tables hold energies without energy_per_edge. Outside of their range slopes by r² and |p|² go on
/// along their tangents; beyond the cutoff all is 0.
struct TabulatedModel {
    PairwiseModel model;
    SplineTable pair;     ///< of r², one function a pair of species
    SplineTable kinetic;  ///< of |p|²; empty: the model's own kinetic energy
    TableError pair_error;
    TableError kinetic_error;
};

/// Why a model cannot be tabulated: its messages see more than distances and species. Empty when it can.
std::string why_not_tabulated(const PairwiseModel& model);

/// Doubles the knots until the tolerance is met. Throws InputError when the model cannot be tabulated or 2^16
/// knots do not suffice. Local, deterministic.
TabulatedModel tabulate(const PairwiseModel& model, const TabulateOptions& options);

/// V(r) and dV/dr of one pair of species by the table, without energy_per_edge.
void evaluate_pair(const TabulatedModel& tabulated, int pair, std::span<const double> distance,
                   std::span<double> energy, std::span<double> slope);

/// The model without uncertainty, and groups /compiled/{pair, kinetic}. Local.
void write(const TabulatedModel& tabulated, ArchiveWriter& archive);
/// Throws InputError when there are no tables or they cannot be. Local.
TabulatedModel read_tabulated(const ArchiveReader& archive);

/// As make_force_field of the network.
std::unique_ptr<potential::ForceField> make_force_field(const TabulatedModel& tabulated,
                                                        const std::vector<std::string>& attribute_names);

}  // namespace rfhgn::model
