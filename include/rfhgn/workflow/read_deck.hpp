#pragma once

#include <string>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::workflow {

/// The text of a deck, read by the root and the same on every rank. *Collective.* Throws the same InputError
/// on every rank when the file is absent, a directory, unreadable or larger than 1 MiB.
std::string read_deck_text(const parallel::Communicator& comm, const std::string& path);

}  // namespace rfhgn::workflow
