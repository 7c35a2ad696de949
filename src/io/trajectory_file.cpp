#include "trajectory_file.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <filesystem>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/base/version.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "file_system.hpp"
#include "hdf5_reader.hpp"
#include "trial_reading.hpp"

namespace rfhgn::io {

using parallel::Communicator;

namespace {

// The root alone makes the file with all that is small; data sets that grow must be made by all ranks
// together.
void write_header(const TrajectoryOptions& options, const Provenance& provenance) {
    auto file = hdf5::Writer::create(options.path, hdf5::Readers::from_1_10);
    file.group("/h5md");
    const std::array<int, 2> h5md_version{1, 1};
    file.attribute<int>("/h5md", "version", h5md_version);
    file.group("/h5md/author");
    file.fixed_text("/h5md/author", "name", {"not given"}, true);
    file.group("/h5md/creator");
    file.fixed_text("/h5md/creator", "name", {"rfhgn"}, true);
    file.fixed_text("/h5md/creator", "version", {version()}, true);
    file.group(trajectory_group + "/box");
    file.attribute(trajectory_group + "/box", "dimension", static_cast<int>(trajectory_axes));
    std::vector<std::string> boundary(trajectory_axes, "none");
    for (std::size_t k = 0; options.box && k < trajectory_axes; ++k)
        if (options.box->periodic[k]) boundary[k] = "periodic";
    file.fixed_text(trajectory_group + "/box", "boundary", boundary, false);
    hdf5::write_provenance(file, "/parameters/provenance", provenance);
    if (!options.units.empty()) file.attribute("/parameters", "units", options.units);
    file.close();
}

void require_kept(const hdf5::Reader& file, const KeptFrames& kept) {
    for (const auto& name : kept.series) {
        const auto found = file.shape(name);
        require(!found.empty() && found[0] >= kept.frames, cannot_go_on,
                "{}: {} has not got the {} frames that were there at the checkpoint", file.path(), name,
                kept.frames);
        const bool of_box = name.find("/box/") != std::string::npos;
        require(found.size() == 1 || of_box || found[1] == kept.particles, cannot_go_on,
                "{}: {} has shape {}, but is of {} particles", file.path(), name, hdf5::to_text(found),
                kept.particles);
    }
    if (kept.checksum.empty()) return;
    const auto first = trajectory_group + "/position";
    const auto steps = file.rows<GlobalIndex>(first + "/step", {0, kept.frames});
    const auto times = file.rows<double>(first + "/time", {0, kept.frames});
    std::uint64_t sum = 0;
    for (std::size_t k = 0; k < steps.size(); ++k)
        sum += frame_checksum(static_cast<GlobalIndex>(k), steps[k], times[k]);
    require(in_halves(sum) == kept.checksum, cannot_go_on,
            "{}: its first {} frames are of other steps than at the checkpoint", file.path(), kept.frames);
}

// The root alone cuts the series of an earlier run back to the frames of a checkpoint: data sets that shrink
// in a parallel file lose the first value that is written to them next.
void cut_back_here(const std::string& path, const KeptFrames& kept) {
    require_kept(hdf5::Reader(path), kept);
    auto file = hdf5::Writer::open(path, hdf5::Readers::from_1_10);
    for (const auto& name : kept.series) {
        auto data_set = file.open_data_set(name);
        auto shorter = data_set.extents();
        shorter[0] = static_cast<hsize_t>(kept.frames);
        data_set.resize(shorter);
    }
    file.close();
}

void require_whole(const Communicator& comm, const std::string& path) {
    parallel::together(comm, [&] {
        require(!comm.is_root() || std::filesystem::exists(path), cannot_go_on, "'{}' is gone", path);
    });
    require_readable(comm, path);
}

// A few frames at a time.
template <hdf5::Element T>
void copy_rows(const hdf5::Reader& from, hdf5::Writer& to, const std::string& name, GlobalIndex frames) {
    auto shape = from.shape(name);
    require(!shape.empty() && shape[0] >= frames, cannot_go_on, "{}: {} has not got {} frames", from.path(),
            name, frames);
    GlobalIndex row = 1;
    for (std::size_t k = 1; k < shape.size(); ++k) row *= shape[k];
    constexpr GlobalIndex most_values = GlobalIndex{1} << 21U;
    const GlobalIndex step = std::max<GlobalIndex>(1, most_values / std::max<GlobalIndex>(row, 1));
    auto data_set = to.open_data_set(name);
    shape[0] = frames;
    data_set.resize({shape.begin(), shape.end()});
    hdf5::Extents start(shape.size(), 0);
    for (GlobalIndex at = 0; at < frames; at += step) {
        shape[0] = std::min(step, frames - at);
        start[0] = static_cast<hsize_t>(at);
        const auto values = from.rows<T>(name, {at, at + shape[0]});
        data_set.write<T>(start, {shape.begin(), shape.end()}, values);
    }
}

// A cut edge is known to two ranks: the owner of the end with the smaller id writes it.
struct Bonds {
    std::vector<GlobalIndex> ids;
    std::vector<GlobalIndex> ends;  // [ids, 2], smaller id first
};

Bonds own_bonds(const graph::DistributedGraph& graph) {
    Bonds bonds;
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        auto [first, second] = graph.edges[e];
        if (graph.node_id[first] > graph.node_id[second]) std::swap(first, second);
        if (first >= graph.owned) continue;
        bonds.ids.push_back(graph.edge_id[e]);
        bonds.ends.insert(bonds.ends.end(), {graph.node_id[first], graph.node_id[second]});
    }
    return bonds;
}

// Rows [total, columns], or [total] where columns is 0, each rank its block.
template <hdf5::Element T>
void write_rows(const Communicator& comm, hdf5::Writer& file, const std::string& name,
                const parallel::RowExchange& exchange, const std::vector<T>& values, GlobalIndex columns) {
    const auto total = parallel::sum(comm, exchange.block().size());
    const auto block =
        exchange.to_block<T>(values, static_cast<std::size_t>(std::max<GlobalIndex>(columns, 1)));
    parallel::together(comm, [&] {
        const bool table = columns > 0;
        const auto rows = exchange.block();
        file.data_set<T>(name, table ? extents({total, columns}) : extents({total}))
            .template write<T>(table ? extents({rows.begin, 0}) : extents({rows.begin}),
                               table ? extents({rows.size(), columns}) : extents({rows.size()}), block);
    });
}

}  // namespace

hdf5::Writer make_trajectory_file(const Communicator& comm, const graph::DistributedGraph& graph,
                                  const TrajectoryOptions& options, const Provenance& provenance) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        const auto nodes = static_cast<std::uint64_t>(graph.total_nodes);
        require_space(options.path, nodes * 120 + static_cast<std::uint64_t>(graph.total_edges) * 16 + 65536);
        write_header(options, provenance);
    });
    return open_trajectory_file(comm, options.path);
}

hdf5::Writer open_trajectory_file(const Communicator& comm, const std::string& path) {
    return parallel::together(
        comm, [&] { return hdf5::Writer::open_parallel(comm, path, hdf5::Readers::from_1_10); });
}

void write_constants(const Communicator& comm, hdf5::Writer& file, const graph::DistributedGraph& graph,
                     const parallel::RowExchange& exchange) {
    const auto owned = static_cast<std::ptrdiff_t>(graph.owned);
    const auto own = [owned](const auto& values) {
        return std::vector(values.begin(), values.begin() + owned);
    };
    write_rows(comm, file, trajectory_group + "/id", exchange, own(graph.node_id), 0);
    write_rows(comm, file, trajectory_group + "/mass", exchange, own(graph.mass), 0);
    write_rows(comm, file, trajectory_group + "/species", exchange, own(graph.species), 0);
}

void write_bonds(const Communicator& comm, hdf5::Writer& file, const graph::DistributedGraph& graph) {
    const auto bonds = own_bonds(graph);
    const std::string name = "/connectivity/bonds";
    write_rows(comm, file, name, parallel::RowExchange(comm, graph.total_edges, bonds.ids), bonds.ends, 2);
    parallel::together(comm, [&] { file.reference(name, "particles_group", trajectory_group); });
}

GlobalIndex room_for_frames(const Communicator& comm, const std::string& path, const std::string& series) {
    require_whole(comm, path);
    GlobalIndex room = 0;
    parallel::together(comm, [&] {
        if (comm.is_root()) room = hdf5::Reader(path).most_rows(series);
    });
    parallel::broadcast(comm, std::span<GlobalIndex>(&room, 1));
    return room;
}

std::uint64_t frame_checksum(GlobalIndex frame, GlobalIndex step, double time) {
    const std::array<std::uint64_t, 2> words{static_cast<std::uint64_t>(step),
                                             std::bit_cast<std::uint64_t>(time)};
    return checksum(std::as_bytes(std::span(words)), static_cast<std::uint64_t>(frame) * sizeof(words));
}

void copy_frames(const Communicator& comm, const std::string& from, const std::string& to,
                 const KeptFrames& kept) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        const hdf5::Reader before(from);
        require_kept(before, kept);
        auto file = hdf5::Writer::open(to, hdf5::Readers::from_1_10);
        for (const auto& name : kept.series) {
            if (name.ends_with("/step"))
                copy_rows<GlobalIndex>(before, file, name, kept.frames);
            else if (name.ends_with("/image/value"))
                copy_rows<int>(before, file, name, kept.frames);
            else
                copy_rows<double>(before, file, name, kept.frames);
        }
        file.close();
    });
}

void cut_back(const Communicator& comm, const std::string& path, const KeptFrames& kept) {
    require_whole(comm, path);
    parallel::together(comm, [&] {
        if (comm.is_root()) cut_back_here(path, kept);
    });
}

}  // namespace rfhgn::io
