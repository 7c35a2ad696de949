#pragma once

#include <memory>
#include <string>

#include "rfhgn/io/data_set.hpp"

namespace rfhgn::workflow {

/// Opens a data set for a stage, with species in the numbering of the model that meets it, and says aloud
/// what the file holds and nobody reads. *Collective.* Throws InputError.
std::unique_ptr<io::DataSetReader> open_data_set(const parallel::Communicator& comm, const std::string& path,
                                                 const potential::SpeciesNames& numbered_as = {},
                                                 const io::OpenOptions& options = {});

}  // namespace rfhgn::workflow
