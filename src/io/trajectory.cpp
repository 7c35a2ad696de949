#include "rfhgn/io/trajectory.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "file_system.hpp"
#include "trajectory_writer.hpp"

namespace rfhgn::io {

namespace {

constexpr auto axes = trajectory_axes;

}  // namespace

TrajectoryWriter::TrajectoryWriter(const Communicator& comm, const graph::DistributedGraph& graph,
                                   const TrajectoryOptions& options, const Provenance& provenance)
    : comm_(comm),
      options_(options),
      provenance_(provenance),
      total_(graph.total_nodes),
      exchange_(comm, graph.total_nodes, owned_ids(graph)),
      elements_{"position", "velocity", "momentum"} {
    if (options.forces) elements_.emplace_back("force");
    for (const auto& element : options.extra) elements_.push_back(element.name);
    if (!options.resume) fill_new_file(graph, options);
}

void TrajectoryWriter::fill_new_file(const graph::DistributedGraph& graph, const TrajectoryOptions& options) {
    file_ = make_trajectory_file(comm_, graph, options, provenance_);
    most_frames_ = most_frames();
    parallel::together(comm_, [&] {
        open_series();
        link_series();
    });
    write_constants(comm_, *file_, graph, exchange_);
    if (graph.total_edges > 0 && !options.box) write_bonds(comm_, *file_, graph);
    parallel::together(comm_, [&] {
        if (!options.species_names.empty())
            file_->fixed_text(trajectory_group + "/species", "names", options.species_names, false);
        file_->flush();
    });
}

// The places of frames cannot become more: a run that is extended copies its frames to a file with more of
// them, and keeps the old one until then.
void TrajectoryWriter::make_room(const graph::DistributedGraph& graph, const KeptFrames& kept) {
    auto wider = options_;
    wider.path = part_path(options_.path);
    exchange_ = {comm_, total_, owned_ids(graph)};
    options_.resume = false;
    fill_new_file(graph, wider);
    finish();
    options_.resume = true;
    copy_frames(comm_, options_.path, wider.path, kept);
    parallel::together(comm_, [&] {
        if (comm_.is_root()) put_in_place(options_.path);
    });
}

// Closing is collective. While an error unwinds, other ranks may not come along; what was flushed is whole as
// it is.
TrajectoryWriter::~TrajectoryWriter() {
    if (std::uncaught_exceptions() <= exceptions_at_start_) return;
    for (auto* group : {&values_, &step_time_, &energies_, &box_})
        for (auto& data_set : *group) data_set.abandon();
    if (file_) file_->abandon();
}

// As many as there will be, but no more than the file system could ever hold, even if it grows: some refuse
// files, holes included, beyond 16 TiB.
GlobalIndex TrajectoryWriter::most_frames() const {
    if (options_.last_step <= 0) return 0;
    auto frames = options_.last_step / options_.interval + 1 + (options_.last_step % options_.interval > 0);
    if (comm_.is_root())
        if (const auto bytes = file_system_bytes(options_.path)) {
            frames = std::min(
                frames,
                static_cast<GlobalIndex>(std::max(*bytes, 8.0e12) / static_cast<double>(frame_bytes())) + 1);
        }
    parallel::broadcast(comm_, std::span<GlobalIndex>(&frames, 1));
    return frames;
}

// One that is there already, or a new one without frames; a chunk begins with its frames.
template <hdf5::Element T>
hdf5::DataSet TrajectoryWriter::series(const std::string& name, std::vector<GlobalIndex> row,
                                       std::vector<GlobalIndex> chunk) {
    if (options_.resume) return file_->open_data_set(name);
    row.insert(row.begin(), 0);
    if (most_frames_ > 0) chunk[0] = std::min(chunk[0], most_frames_);
    return file_->data_set<T>(name, {row.begin(), row.end()}, {chunk.begin(), chunk.end()},
                              most_frames_ > 0 ? static_cast<hsize_t>(most_frames_) : H5S_UNLIMITED);
}

// Elements first, then step, time and the energies.
std::vector<std::string> TrajectoryWriter::series_names() const {
    std::vector<std::string> names;
    for (const auto& element : elements_)
        names.push_back(fmt::format("{}/{}/value", trajectory_group, element));
    const auto first = fmt::format("{}/{}", trajectory_group, elements_[0]);
    names.insert(names.end(), {first + "/step", first + "/time", "/observables/kinetic_energy/value",
                               "/observables/potential_energy/value"});
    if (periodic())
        names.insert(names.end(), {trajectory_group + "/box/edges/value", trajectory_group + "/image/value"});
    return names;
}

// Small systems put several frames into a chunk, so that there are few; large ones cut a frame into pieces.
void TrajectoryWriter::open_series() {
    const GlobalIndex rows = std::clamp<GlobalIndex>(total_, 1, 65536);
    const GlobalIndex frames = std::clamp<GlobalIndex>(4096 / rows, 1, 64);
    const auto names = series_names();
    auto name = names.begin();
    for (std::size_t i = 0; i < elements_.size(); ++i)
        values_.push_back(series<double>(*name++, {total_, GlobalIndex{axes}}, {frames, rows, axes}));
    step_time_.push_back(series<GlobalIndex>(*name++, {}, {1024}));
    step_time_.push_back(series<double>(*name++, {}, {1024}));
    for (int i = 0; i < 2; ++i) energies_.push_back(series<double>(*name++, {}, {1024}));
    if (!periodic()) return;
    box_.push_back(series<double>(*name++, {3, 3}, {64, 3, 3}));
    box_.push_back(series<int>(*name++, {total_, GlobalIndex{axes}}, {frames, rows, axes}));
}

// All are sampled at the same steps.
void TrajectoryWriter::link_series() {
    const auto first = trajectory_group + "/" + elements_[0];
    std::vector<std::string> linked{"/observables/kinetic_energy", "/observables/potential_energy"};
    for (std::size_t i = 1; i < elements_.size(); ++i)
        linked.push_back(trajectory_group + "/" + elements_[i]);
    if (periodic())
        linked.insert(linked.end(), {trajectory_group + "/box/edges", trajectory_group + "/image"});
    for (const auto& group : linked) {
        file_->hard_link(first + "/step", group + "/step");
        file_->hard_link(first + "/time", group + "/time");
    }
}

void TrajectoryWriter::save(const graph::DistributedGraph& /*graph*/, dynamics::SavedState& state) {
    parallel::together(comm_, [&] { file_->flush(); });
    parallel::together(comm_, [&] {
        if (comm_.is_root()) force_to_disk(options_.path);
    });
    state.values["frames"] = {static_cast<double>(frames_)};
    state.values["checksum"] = in_halves(written_);
}

void TrajectoryWriter::restore(const graph::DistributedGraph& graph, const dynamics::SavedState& state) {
    frames_ = static_cast<GlobalIndex>(state.number("frames"));
    const auto sum = state.values.find("checksum");  // absent in checkpoints of earlier releases
    KeptFrames kept{series_names(), frames_, total_};
    if (sum != state.values.end()) kept.checksum = sum->second;
    const auto room = room_for_frames(comm_, options_.path, kept.series.front());
    if (room < most_frames())
        make_room(graph, kept);
    else
        cut_back(comm_, options_.path, kept);
    written_ = kept.checksum.empty() ? 0 : from_halves(kept.checksum);
    file_ = open_trajectory_file(comm_, options_.path);
    parallel::together(comm_, [&] { open_series(); });
}

void TrajectoryWriter::finish() {
    parallel::together(comm_, [&] {
        values_.clear();
        step_time_.clear();
        energies_.clear();
        box_.clear();
        file_->close();
    });
}

std::unique_ptr<dynamics::Observer> write_trajectory(const Communicator& comm,
                                                     const graph::DistributedGraph& graph,
                                                     const TrajectoryOptions& options,
                                                     const Provenance& provenance) {
    return std::make_unique<TrajectoryWriter>(comm, graph, options, provenance);
}

}  // namespace rfhgn::io
