#pragma once
/// Errors of a potential on foreign data, as summaries, log and a table tell them.

#include <string>

#include "rfhgn/report/summary.hpp"
#include "rfhgn/training/potential_errors.hpp"

namespace rfhgn::workflow {

/// force_rmse, energy_rmse_per_atom, stress_rmse and the like (absent where nothing is known), by species and
/// by group (where there are several), and the worst snapshots.
report::Json to_json(const training::PotentialErrors& errors, const data::DataFacts& facts);

/// A line of the log, or two.
std::string text_of(const training::PotentialErrors& errors);

/// The points of `errors.parity`, a line each: of,snapshot,group,atom,species,component,data,model. Ends in a
/// newline.
std::string parity_table(const training::PotentialErrors& errors, const potential::SpeciesNames& names);

}  // namespace rfhgn::workflow
