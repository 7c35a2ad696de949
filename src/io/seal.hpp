#pragma once
/// A seal at the end of a file says how long the file was and what checksum it had, so that a damaged one is
/// told before any library parses it. HDF5 takes no notice of bytes behind its end.

#include <cstdint>
#include <string>

#include "rfhgn/base/input_file.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

constexpr std::uint64_t seal_bytes = 24;

/// Appends the seal. Each rank reads its part of the file. *Collective.* Throws RunError.
void seal(const parallel::Communicator& comm, const std::string& path);

/// The bytes of a file and its seal. Local.
std::string sealed(std::string bytes);

/// Whether a file ends with a seal of its length; its checksum is not looked at. Local.
bool has_seal(const std::string& path);

/// What was found of a sealed file, the same on every rank.
struct SealCheck {
    std::string fault;  ///< empty when it is whole
    FileState state;    ///< of the file that was looked at
};

/// *Collective.*
SealCheck check_seal(const parallel::Communicator& comm, const std::string& path);

/// Throws RunError unless the file that is read is the one that was found whole. Local.
void require_same_file(const SealCheck& checked, const FileState& read, const std::string& path);

}  // namespace rfhgn::io
