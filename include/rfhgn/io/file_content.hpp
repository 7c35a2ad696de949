#pragma once
/// What a file holds, as a few words: files are the same when their digests are, whatever their names, ages
/// and places.

#include <cstdint>
#include <optional>
#include <string>

#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

/// What every write to a file, and every file put in its place, changes, without a look at the content. The
/// time is that of the last change of status, which no program can set back.
struct FileStamp {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t bytes = 0;
    std::int64_t changed = 0;  ///< ns since 1970

    friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// None where there is no regular file of this name; links are followed. Local.
std::optional<FileStamp> file_stamp(const std::string& path);

/// Checksum (base/checksum.hpp) of the bytes [begin, end) of a file, of which `begin` is a multiple of 8;
/// none when they cannot be read. Local.
std::optional<std::uint64_t> checksum_of_bytes(const std::string& path, parallel::Range bytes);

/// The same of the first `bytes` bytes, each rank reading a part; the same on every rank, none where one
/// cannot read. *Collective.*
std::optional<std::uint64_t> checksum_of_file(const parallel::Communicator& comm, const std::string& path,
                                              std::int64_t bytes);

/// Length and checksum of a file as text, "1234:0123456789abcdef"; empty where there is no regular file, or
/// where a rank cannot read it. The same on every rank. *Collective.*
std::string file_digest(const parallel::Communicator& comm, const std::string& path);

}  // namespace rfhgn::io
