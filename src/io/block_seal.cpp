#include "block_seal.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/error.hpp"

#include "hdf5_held.hpp"
#include "superblock.hpp"

namespace rfhgn::io {

namespace {

using parallel::Range;
using Sum = BlockSum;

constexpr std::uint64_t mark = 0x31736b6c62676872U;
constexpr Advice copy_again{"copy it again from where it is whole, or make it again"};

using Header = std::array<std::uint64_t, 4>;
constexpr std::uint64_t header_bytes = sizeof(Header);

template <class T>
std::string_view bytes_of(const T& words) {
    return {reinterpret_cast<const char*>(words.data()), words.size() * sizeof(words[0])};
}

Header header_for(std::uint64_t bytes) {
    Header header{mark, bytes, block_bytes, 0};
    header[3] = checksum(bytes_of(header).substr(0, 3 * sizeof(std::uint64_t)));
    return header;
}

// A block's place counts, so that one that was put elsewhere shows.
Sum sum_of(std::string_view block, GlobalIndex index) {
    return checksum(std::as_bytes(std::span(block)), static_cast<std::uint64_t>(index) * block_bytes);
}

// Goes through blocks of the first `bytes` bytes, many at a time; `use` gets index and bytes of each.
template <class Use>
void for_each_block(const InputFile& file, std::uint64_t bytes, Range blocks, Use&& use) {
    constexpr GlobalIndex at_once = 64;
    std::string buffer;
    for (auto first = blocks.begin; first < blocks.end; first += at_once) {
        const auto from = static_cast<std::uint64_t>(first) * block_bytes;
        const auto to =
            std::min(static_cast<std::uint64_t>(std::min(first + at_once, blocks.end)) * block_bytes, bytes);
        buffer.resize(to - from);
        buffer.resize(file.read(buffer.data(), buffer.size(), from));
        for (auto block = first; block < std::min(first + at_once, blocks.end); ++block) {
            const auto begin = static_cast<std::size_t>(block - first) * block_bytes;
            use(block, std::string_view(buffer).substr(std::min(begin, buffer.size()), block_bytes));
        }
    }
}

}  // namespace

GlobalIndex blocks_of(std::uint64_t bytes) {
    return static_cast<GlobalIndex>((bytes + block_bytes - 1) / block_bytes);
}

std::vector<BlockSum> block_sums(const InputFile& file, std::uint64_t bytes, parallel::Range blocks) {
    std::vector<Sum> sums;
    sums.reserve(static_cast<std::size_t>(blocks.size()));
    for_each_block(file, bytes, blocks,
                   [&](GlobalIndex index, std::string_view block) { sums.push_back(sum_of(block, index)); });
    return sums;
}

std::string seal_header(std::uint64_t bytes) {
    return std::string(bytes_of(header_for(bytes)));
}

std::string sealed_by_blocks(std::string bytes) {
    const auto header = header_for(bytes.size());
    std::vector<Sum> sums;
    for (GlobalIndex block = 0; block < blocks_of(bytes.size()); ++block)
        sums.push_back(
            sum_of(std::string_view(bytes).substr(static_cast<std::size_t>(block) * block_bytes, block_bytes),
                   block));
    bytes += bytes_of(header);
    bytes += bytes_of(sums);
    return bytes;
}

BlockSeal::BlockSeal(const InputFile& file) : file_(&file) {
    const auto end = declared_end(file);
    Header found{};
    if (!end || *end > file.state().size) return;
    if (file.read(reinterpret_cast<char*>(found.data()), header_bytes, *end) < header_bytes) return;
    if (found[0] != mark) return;
    const auto sums = static_cast<std::uint64_t>(blocks_of(*end)) * sizeof(Sum);
    end_ = *end + header_bytes + sums;
    require(found == header_for(*end) && file.state().size >= end_, copy_again,
            "'{}' is damaged: its seal is not whole", file.path());
    bytes_ = *end;
    verified_.resize(static_cast<std::size_t>(blocks_of(bytes_)));
}

void BlockSeal::verify(parallel::Range bytes) {
    if (!present() || bytes.size() <= 0) return;
    constexpr auto size = static_cast<GlobalIndex>(block_bytes);
    Range blocks{bytes.begin / size, std::min((bytes.end + size - 1) / size, blocks_of(bytes_))};
    const auto seen = [&](GlobalIndex block) { return verified_[static_cast<std::size_t>(block)]; };
    while (blocks.size() > 0 && seen(blocks.begin)) ++blocks.begin;
    while (blocks.size() > 0 && seen(blocks.end - 1)) --blocks.end;
    if (blocks.size() <= 0) return;
    std::vector<Sum> sums(static_cast<std::size_t>(blocks.size()));
    const auto place = bytes_ + header_bytes + static_cast<std::uint64_t>(blocks.begin) * sizeof(Sum);
    const auto got = file_->read(reinterpret_cast<char*>(sums.data()), sums.size() * sizeof(Sum), place);
    for_each_block(*file_, bytes_, blocks, [&](GlobalIndex index, std::string_view block) {
        const auto i = static_cast<std::size_t>(index - blocks.begin);
        if (got == sums.size() * sizeof(Sum) && sum_of(block, index) == sums[i]) return;
        file_->require_unchanged();
        require(!hdf5::is_held(file_->path(), false), Advice{"wait until it has closed it"},
                "cannot open '{}': another process has it open for writing (HDF5 file locking)",
                file_->path());
        require(false, copy_again, "'{}' is damaged: bytes {} to {} are not what was written", file_->path(),
                index * size, index * size + static_cast<GlobalIndex>(block.size()) - 1);
    });
    std::fill(verified_.begin() + blocks.begin, verified_.begin() + blocks.end, true);
}

}  // namespace rfhgn::io
