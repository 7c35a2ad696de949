#pragma once
/// HDF5 itself may crash on a damaged file, or never return from it, where no check of ours can come first.
/// So another process tries before: what it does not survive is refused with a message.

#include <string>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

/// Throws InputError unless a child of the root can list what the file holds and read all attributes, all
/// indices of chunks and what data sets of up to 1 MiB hold, in three seconds of work and half a GiB of
/// memory. What such a reading finds wrong by itself (types, shapes, absent data) is left to the caller's
/// reader. A small file with a whole seal by blocks is not tried. Where the system grants no child (memory,
/// number of processes) the file is taken to be whole. A file that has not changed since it was the last to
/// be tried is not tried again. *Collective.*
void require_readable(const parallel::Communicator& comm, const std::string& path);

}  // namespace rfhgn::io
