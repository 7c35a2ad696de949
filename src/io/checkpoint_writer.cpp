#include <algorithm>
#include <bit>
#include <cstdint>
#include <filesystem>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/row_exchange.hpp"

#include "checkpoint_files.hpp"
#include "checkpoint_layout.hpp"
#include "file_system.hpp"
#include "format.hpp"
#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"
#include "seal.hpp"

namespace rfhgn::io {

namespace {

using parallel::Communicator;

template <class Map>
std::vector<std::string> names_of(const Map& map) {
    std::vector<std::string> names;
    names.reserve(map.size());
    for (const auto& [name, array] : map) names.push_back(name);
    return names;
}

std::string to_lines(const std::map<std::string, std::string>& settings) {
    std::string lines;
    for (const auto& [key, value] : settings) lines += fmt::format("{} = {}\n", key, value);
    return lines;
}

std::uint64_t bytes_needed(const Checkpoint& checkpoint, const Provenance& provenance) {
    std::uint64_t numbers = 0;
    for (const auto& [name, values] : checkpoint.state.values) numbers += values.size();
    for (const auto& [name, array] : checkpoint.state.particles)
        numbers += static_cast<std::uint64_t>(checkpoint.particles) * static_cast<std::uint64_t>(array.width);
    const auto arrays = checkpoint.state.values.size() + checkpoint.state.particles.size();
    return numbers * sizeof(double) + 2 * provenance.deck.size() + 1024 * arrays + 65536;
}

// What is the same on every rank, by the root alone.
void write_header(const std::string& path, const Checkpoint& checkpoint, const Provenance& provenance) {
    auto file = hdf5::Writer::create(path);
    file.attribute("/", "format", std::string(checkpoint_format.name));
    file.attribute("/", "format_version", checkpoint_format.version);
    file.attribute("/", "settings", to_lines(checkpoint.settings));
    file.attribute<GlobalIndex>("/", "step", std::span<const GlobalIndex>(&checkpoint.step, 1));
    file.attribute<GlobalIndex>("/", "particles", std::span<const GlobalIndex>(&checkpoint.particles, 1));
    hdf5::write_provenance(file, "/provenance", provenance);
    file.group(layout::values);
    file.group(layout::particles);
    file.fixed_text(layout::values, "names", names_of(checkpoint.state.values), false);
    file.fixed_text(layout::particles, "names", names_of(checkpoint.state.particles), false);
    for (const auto& [name, values] : checkpoint.state.values)
        file.write<double>(layout::value(name), {values.size()}, values);
    file.close();
}

// Rows of this rank's block.
using Blocks = std::map<std::string, dynamics::ParticleArray>;

void write_blocks(const Communicator& comm, const std::string& path, const Blocks& blocks, GlobalIndex total,
                  parallel::Range rows) {
    if (blocks.empty()) return;
    auto file = parallel::together(comm, [&] { return hdf5::Writer::open_parallel(comm, path); });
    try {
        hdf5::Transfers transfers;
        for (const auto& [name, array] : blocks) {
            const auto width = static_cast<hsize_t>(array.width);
            transfers.add([&, &name = name, &values = array.values] {
                auto data_set =
                    file.data_set<double>(layout::particle(name), {static_cast<hsize_t>(total), width});
                data_set.write<double>({static_cast<hsize_t>(rows.begin), 0},
                                       {static_cast<hsize_t>(rows.size()), width}, values);
            });
        }
        transfers.agree(comm);
    } catch (...) {
        file.abandon();  // HDF5 may wait for ever in closing a file that it could not write
        throw;
    }
    parallel::together(comm, [&] { file.close(); });
}

// Bit by bit: what is not a number must compare too.
void require_same(const std::string& path, const std::string& name, const std::vector<double>& written,
                  const std::vector<double>& read) {
    const auto bits = [](double value) { return std::bit_cast<std::uint64_t>(value); };
    require<RunError>(std::ranges::equal(written, read, {}, bits, bits), advice_on_written(path),
                      "'{}' was not written correctly: {} reads back with other values", path, name);
}

void compare(const Communicator& comm, const std::string& path, const Checkpoint& checkpoint,
             const Blocks& blocks, parallel::Range rows) {
    parallel::together(comm, [&] {
        try {
            const hdf5::Reader file(path);
            for (const auto& [name, array] : blocks)
                require_same(path, name, array.values, file.rows<double>(layout::particle(name), rows));
            if (!comm.is_root()) return;
            for (const auto& [name, values] : checkpoint.state.values)
                require_same(path, name, values, file.all<double>(layout::value(name)));
        } catch (const InputError& error) {  // the file is ours: no mistake of the user
            throw RunError(fmt::format("what was just written cannot be read back: {}", error.what()),
                           std::string(advice_on_written(path).text));
        }
    });
}

void write_aside(const Communicator& comm, const std::string& path, const Checkpoint& checkpoint,
                 const Blocks& blocks, parallel::Range rows, const Provenance& provenance) {
    const auto part = part_path(path);
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        require_space(path, bytes_needed(checkpoint, provenance));
        write_header(part, checkpoint, provenance);
    });
    write_blocks(comm, part, blocks, checkpoint.particles, rows);
    compare(comm, part, checkpoint, blocks, rows);
    seal(comm, part);
}

}  // namespace

void write_checkpoint(const Communicator& comm, const CheckpointPlace& place, const Checkpoint& checkpoint,
                      std::span<const GlobalIndex> ids, const Provenance& provenance) {
    const auto path = checkpoint_path(place, checkpoint.step);
    const parallel::RowExchange exchange(comm, checkpoint.particles, ids);
    Blocks blocks;
    for (const auto& [name, array] : checkpoint.state.particles)
        blocks[name] = {array.width, exchange.to_block<double>(std::span<const double>(array.values),
                                                               static_cast<std::size_t>(array.width))};
    try {
        write_aside(comm, path, checkpoint, blocks, exchange.block(), provenance);
    } catch (const Error&) {
        std::error_code ignored;
        if (comm.is_root()) std::filesystem::remove(part_path(path), ignored);
        throw;
    }
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        put_in_place(path);
        remove_old_checkpoints(place, path);
    });
}

void remove_checkpoints(const Communicator& comm, const CheckpointPlace& place) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        std::error_code ignored;
        for (const auto& path : checkpoint_files(place))
            if (is_own_file(path)) std::filesystem::remove(path, ignored);
    });
}

void keep_last_checkpoint(const Communicator& comm, const CheckpointPlace& place) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        const auto finished = newest_first(place);
        const auto last = std::find_if(finished.begin(), finished.end(), has_seal);
        std::error_code ignored;
        for (const auto& path : checkpoint_files(place))
            if (is_own_file(path) &&
                (last == finished.end() || !std::filesystem::equivalent(path, *last, ignored)))
                std::filesystem::remove(path, ignored);
    });
}

}  // namespace rfhgn::io
