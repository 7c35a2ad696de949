#pragma once
/// A seal at the end of a file says how long the file was and what checksum it had, so that a damaged one is
/// told before any library parses it. HDF5 takes no notice of bytes behind its end.

#include <cstdint>
#include <string>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

constexpr std::uint64_t seal_bytes = 24;

/// Appends the seal. Each rank reads its part of the file. *Collective.* Throws RunError.
void seal(const parallel::Communicator& comm, const std::string& path);

/// The bytes of a file and its seal. Local.
std::string sealed(std::string bytes);

/// Whether a file ends with a seal of its length; its checksum is not looked at. Local.
bool has_seal(const std::string& path);

/// What is wrong with a sealed file, the same on every rank; empty when nothing is. *Collective.*
std::string seal_fault(const parallel::Communicator& comm, const std::string& path);

}  // namespace rfhgn::io
