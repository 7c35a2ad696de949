#pragma once
/// Space, and the steps of writing a file that is either whole or not there (rfhgn/io/whole_file.hpp). Local
/// to the calling rank; failures are RunErrors.

#include <cstdint>
#include <optional>
#include <string>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

/// Where the file lies until it is whole.
std::string part_path(const std::string& path);

/// Throws unless the file system of `path` has room for this many bytes and a tenth more. Open MPI's
/// collective writes lose data without a message on a full disk, so ask before.
void require_space(const std::string& path, std::uint64_t bytes);

/// Bytes that the file system of `path` has in all, free or not; none where it does not tell.
std::optional<double> file_system_bytes(const std::string& path);

/// Forces a file's data to disk.
void force_to_disk(const std::string& path);

/// What to do where a file that this run wrote is not as it should be.
Advice advice_on_written(const std::string& path);

/// Why a restart cannot go on with an output file.
extern const Advice cannot_go_on;

/// Forces part_path(path) to disk and renames it to `path`.
void put_in_place(const std::string& path);

}  // namespace rfhgn::io
