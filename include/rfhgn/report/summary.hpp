#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "rfhgn/io/provenance.hpp"
#include "rfhgn/linalg/least_squares.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::report {

using Json = nlohmann::ordered_json;

/// {"phase": {"min": s, "mean": s, "max": s}, ...} over ranks. Phases of all ranks must be the same. *Collective.*
Json phase_table(const parallel::Communicator& comm, const parallel::PhaseTimes& times);
/// The same as an aligned text table, with percentages of the sum of means.
std::string phase_text(const Json& phases);

Json to_json(const linalg::LeastSquaresReport& report);
Json to_json(const io::Provenance& provenance);

/// Writes DIR/<stage>.json from the root, aside and renamed; non-finite numbers become null. *Collective.*
void write_summary(const parallel::Communicator& comm, const std::string& path, const Json& summary);

}  // namespace rfhgn::report
