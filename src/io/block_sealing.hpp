#pragma once
/// Seals by blocks (block_seal.hpp) of files that several ranks see.

#include <string>

#include "rfhgn/parallel/communicator.hpp"

#include "block_seal.hpp"

namespace rfhgn::io {

/// Appends the seal to a file that all ranks see; each reads its share. *Collective.* Throws RunError.
void seal_by_blocks(const parallel::Communicator& comm, const std::string& path);

/// This rank's share of the bytes of a sealed file, by whole blocks.
parallel::Range share_of_blocks(const parallel::Communicator& comm, std::uint64_t bytes);

}  // namespace rfhgn::io
