#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "rfhgn/io/provenance.hpp"
#include "rfhgn/linalg/least_squares.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::report {

using Json = nlohmann::ordered_json;

/// {"phase": {"min": s, "mean": s, "max": s}, ...} over ranks, in the root's order. *Collective.* Throws an
/// Error of code run_failed on all ranks when they do not have the same phases in the same order.
Json phase_table(const parallel::Communicator& comm, const parallel::PhaseTimes& times);
/// The same as an aligned text table, with percentages of the sum of means; does not end in a newline. Local.
std::string phase_text(const Json& phases);

/// {"min": x, "mean": x, "max": x} over ranks. *Collective.*
Json over_ranks(const parallel::Communicator& comm, double value);
/// The most memory that this process has had resident so far (Linux: VmHWM); NaN where it cannot be told.
/// Local.
double peak_memory_mib();

/// Figures of a solve under the names of the struct's members; `ridge_path` and `width_curve` are lists of
/// objects; `limited_by` and `diagnosis` say what keeps the error from being smaller (linalg::diagnose). Not
/// its times, which differ from rank to rank: see phase_table. Local.
Json to_json(const linalg::LeastSquaresReport& report);
/// A summary without what is long or stored elsewhere: lists, seconds, provenance; for the model file. Local.
Json compact(const Json& summary);
Json to_json(const io::Provenance& provenance);

/// Writes `path` from the root, aside as <path>.part and renamed, so that a reader never sees half a file.
/// *Collective.* Throws an Error of code run_failed on all ranks when the file cannot be written.
void write_text(const parallel::Communicator& comm, const std::string& path, const std::string& text);
/// The same of a summary as JSON; non-finite numbers become null. *Collective.*
void write_summary(const parallel::Communicator& comm, const std::string& path, const Json& summary);

}  // namespace rfhgn::report
