#include "block_sealing.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "output_file.hpp"
#include "superblock.hpp"

namespace rfhgn::io {

parallel::Range share_of_blocks(const parallel::Communicator& comm, std::uint64_t bytes) {
    const auto blocks = parallel::block_range(blocks_of(bytes), comm.size(), comm.rank());
    constexpr auto size = static_cast<GlobalIndex>(block_bytes);
    const auto end = static_cast<GlobalIndex>(bytes);
    return {std::min(blocks.begin * size, end), std::min(blocks.end * size, end)};
}

// The checksums of one rank after the other, so that none holds them all.
void seal_by_blocks(const parallel::Communicator& comm, const std::string& path) {
    std::uint64_t bytes = 0;
    const auto sums = parallel::together(comm, [&] {
        const InputFile file(path);
        bytes = file.state().size;
        RFHGN_ASSERT(declared_end(file) == bytes);
        return block_sums(file, bytes, parallel::block_range(blocks_of(bytes), comm.size(), comm.rank()));
    });
    OutputFile file;
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        file = OutputFile::go_on(path);
        file.write(seal_header(bytes));
    });
    for (int rank = 0; rank < comm.size(); ++rank) {
        const auto blocks = parallel::block_range(blocks_of(bytes), comm.size(), rank);
        auto part =
            rank == comm.rank() ? sums : std::vector<BlockSum>(static_cast<std::size_t>(blocks.size()));
        parallel::broadcast(comm, std::span<BlockSum>(part), rank);
        parallel::together(comm, [&] {
            if (comm.is_root())
                file.write({reinterpret_cast<const char*>(part.data()), part.size() * sizeof(BlockSum)});
        });
    }
}

}  // namespace rfhgn::io
