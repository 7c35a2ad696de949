#pragma once

#include "rfhgn/io/data_set.hpp"
#include "rfhgn/report/summary.hpp"
#include "rfhgn/workflow/context.hpp"

namespace rfhgn::workflow {

/// Checks the data that this stage trains on, and whether [evaluate] judges by some of them; says in the log
/// what could be told, and warns of what was found. For the summary. `cutoff` is the model's. *Collective.*
/// Throws InputError for data that cannot be meant.
report::Json check_training_data(const Context& context, const std::string& stage,
                                 const io::DataSetReader& reader, double cutoff);

}  // namespace rfhgn::workflow
