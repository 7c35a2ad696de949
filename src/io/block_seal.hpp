#pragma once
/// A seal by blocks, behind the end of an HDF5 file, which takes no notice of it: checksums of every 64 KiB,
/// so that a reader of a few rows of a large file checks the blocks that it needs and no others. Models and
/// data sets have one. Programs that change the file through HDF5 cut it off.
///
/// Little-endian words of 64 bits: mark, bytes of the HDF5 file, bytes of a block, checksum of these three;
/// then one checksum for each block.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "rfhgn/base/input_file.hpp"
#include "rfhgn/parallel/block_range.hpp"

namespace rfhgn::io {

/// The bytes of a file and its seal. Local.
std::string sealed_by_blocks(std::string bytes);

using BlockSum = std::uint64_t;

/// What a file of this many bytes has before the checksums of its blocks, and the number of these. Local.
std::string seal_header(std::uint64_t bytes);
GlobalIndex blocks_of(std::uint64_t bytes);
/// Checksums of some blocks of the first `bytes` bytes. Local.
std::vector<BlockSum> block_sums(const InputFile& file, std::uint64_t bytes, parallel::Range blocks);
/// Bytes of a block.
inline constexpr std::uint64_t block_bytes = std::uint64_t{1} << 16U;

/// The seal of a file that is being read. Local. The file must outlive it.
class BlockSeal {
  public:
    /// Looks for it. Throws InputError when what is there cannot be one.
    explicit BlockSeal(const InputFile& file);

    [[nodiscard]] bool present() const noexcept { return bytes_ > 0; }
    /// Bytes of the file before its seal.
    [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
    /// Bytes of the file with its seal: what stands behind belongs to nothing.
    [[nodiscard]] std::uint64_t end() const noexcept { return end_; }
    /// Checks the blocks that hold these bytes, each only once. Throws InputError when one is not as it was
    /// written, RunError when the file was changed since it was opened. Does nothing without a seal.
    void verify(parallel::Range bytes);

  private:
    const InputFile* file_;
    std::uint64_t bytes_ = 0;
    std::uint64_t end_ = 0;
    std::vector<bool> verified_;  // by block
};

}  // namespace rfhgn::io
