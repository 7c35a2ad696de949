#include <algorithm>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/row_exchange.hpp"

#include "checkpoint_files.hpp"
#include "checkpoint_layout.hpp"
#include "format.hpp"
#include "hdf5_reader.hpp"
#include "seal.hpp"

namespace rfhgn::io {

using parallel::Communicator;

namespace {

std::map<std::string, std::string> from_lines(const std::string& lines) {
    std::map<std::string, std::string> settings;
    for (std::size_t at = 0; at < lines.size();) {
        const auto end = std::min(lines.find('\n', at), lines.size());
        const auto line = lines.substr(at, end - at);
        if (const auto sign = line.find(" = "); sign != std::string::npos)
            settings[line.substr(0, sign)] = line.substr(sign + 3);
        at = end + 1;
    }
    return settings;
}

Checkpoint parse(const Communicator& comm, const hdf5::Reader& file) {
    check_format(file, checkpoint_format);
    Checkpoint found;
    found.step = file.number<GlobalIndex>("/", "step");
    found.particles = file.number<GlobalIndex>("/", "particles");
    require(found.step >= 0 && found.particles >= 0, Advice{}, "{}: step is {}, particles {}", file.path(),
            found.step, found.particles);
    found.settings = from_lines(file.text("/", "settings"));
    for (const auto& name : file.texts(layout::values, "names"))
        found.state.values[name] = file.all<double>(layout::value(name));
    const auto rows = parallel::block_range(found.particles, comm.size(), comm.rank());
    for (const auto& name : file.texts(layout::particles, "names")) {
        const auto where = layout::particle(name);
        const auto width = file.shape(where, 2)[1];
        file.require_shape(where, {found.particles, width}, "particles of the checkpoint");
        require(width <= 1000000, Advice{}, "{}: {} has {} columns", file.path(), where, width);
        found.state.particles[name] = {static_cast<int>(width), file.rows<double>(where, rows)};
    }
    return found;
}

std::vector<std::string> candidates(const Communicator& comm, const CheckpointPlace& place) {
    std::string joined;
    if (comm.is_root()) joined = fmt::format("{}", fmt::join(newest_first(place), "\n"));
    joined = parallel::broadcast(comm, joined);
    std::vector<std::string> paths;
    for (std::size_t at = 0; at < joined.size();) {
        const auto end = std::min(joined.find('\n', at), joined.size());
        paths.push_back(joined.substr(at, end - at));
        at = end + 1;
    }
    return paths;
}

}  // namespace

FoundCheckpoint read_newest_checkpoint(const Communicator& comm, const CheckpointPlace& place) {
    FoundCheckpoint found;
    for (const auto& path : candidates(comm, place)) {
        const auto seal = check_seal(comm, path);
        if (!seal.fault.empty()) {
            found.damaged.push_back(fmt::format("'{}' is damaged: {}", path, seal.fault));
            continue;
        }
        found.path = path;
        found.checkpoint = parallel::together(comm, [&] {
            const hdf5::Reader file(path);
            require_same_file(seal, file.state(), path);
            return parse(comm, file);
        });
        return found;
    }
    parallel::together(comm, [&] {
        require(found.damaged.empty(),
                Advice{"remove them, or pass --overwrite instead of --restart, to start from the beginning"},
                "none of the checkpoints can be read: {}", fmt::join(found.damaged, "; "));
    });
    return found;
}

dynamics::SavedState to_owners(const Communicator& comm, const dynamics::SavedState& blocks,
                               GlobalIndex particles, std::span<const GlobalIndex> ids) {
    const parallel::RowExchange exchange(comm, particles, ids);
    dynamics::SavedState state;
    state.values = blocks.values;
    for (const auto& [name, array] : blocks.particles)
        state.particles[name] = {array.width,
                                 exchange.from_block(array.values, static_cast<std::size_t>(array.width))};
    return state;
}

void require_same_settings(const FoundCheckpoint& found, const std::map<std::string, std::string>& settings) {
    const auto& before = found.checkpoint->settings;
    std::vector<std::string> changes;
    for (const auto& [key, value] : settings) {
        const auto old = before.find(key);
        if (old == before.end())
            changes.push_back(fmt::format("{} is new ({})", key, value));
        else if (old->second != value)
            changes.push_back(fmt::format("{} was {} and is {}", key, old->second, value));
    }
    for (const auto& [key, value] : before)
        if (!settings.contains(key)) changes.push_back(fmt::format("{} was {} and is gone", key, value));
    require(changes.empty(),
            Advice{"restart with the deck that the run began with, or choose another folder with --output"},
            "'{}' is of a run with other settings: {}", found.path, fmt::join(changes, "; "));
}

}  // namespace rfhgn::io
