#include "rfhgn/io/trajectory.hpp"

#include <algorithm>
#include <exception>
#include <optional>

#include <fmt/format.h>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/row_exchange.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "file_system.hpp"
#include "hdf5_writer.hpp"
#include "trajectory_file.hpp"

namespace rfhgn::io {

using parallel::Communicator;

namespace {

constexpr auto axes = trajectory_axes;

std::span<const GlobalIndex> owned_ids(const graph::DistributedGraph& graph) {
    return std::span<const GlobalIndex>(graph.node_id).first(static_cast<std::size_t>(graph.owned));
}

class TrajectoryWriter final : public dynamics::Observer {
  public:
    TrajectoryWriter(const Communicator& comm, const graph::DistributedGraph& graph,
                     const TrajectoryOptions& options, const Provenance& provenance);
    ~TrajectoryWriter() override;
    TrajectoryWriter(const TrajectoryWriter&) = delete;
    TrajectoryWriter& operator=(const TrajectoryWriter&) = delete;

    [[nodiscard]] std::string name() const override { return "trajectory"; }
    [[nodiscard]] std::int64_t interval() const override { return options_.interval; }
    void observe(const dynamics::StepView& frame) override;
    void finish() override;
    void save(const graph::DistributedGraph& graph, dynamics::SavedState& state) override;
    void restore(const graph::DistributedGraph& graph, const dynamics::SavedState& state) override;

  private:
    template <hdf5::Element T>
    [[nodiscard]] hdf5::DataSet series(const std::string& name, std::vector<GlobalIndex> row,
                                       std::vector<GlobalIndex> chunk);
    [[nodiscard]] std::vector<std::string> series_names() const;
    void open_series();
    void link_series();
    void fill_new_file(const graph::DistributedGraph& graph, const TrajectoryOptions& options);
    void make_room(const graph::DistributedGraph& graph, const KeptFrames& kept);
    [[nodiscard]] GlobalIndex most_frames() const;
    [[nodiscard]] std::vector<double> blocks(const dynamics::StepView& frame) const;
    // With edges MDAnalysis takes a box as periodic whatever `boundary` says, so that open ones have none.
    [[nodiscard]] bool periodic() const noexcept { return options_.box && !options_.box->open(); }
    [[nodiscard]] std::vector<int> image_block(const dynamics::StepView& frame) const;
    void append_box(const dynamics::StepView& frame, const std::vector<int>& images,
                    hdf5::Transfers& transfers);
    [[nodiscard]] std::uint64_t frame_bytes() const;
    void require_space_for_frame() const;
    [[nodiscard]] bool flush_is_due();
    template <hdf5::Element T>
    void append_scalar(hdf5::DataSet& series, T value);

    Communicator comm_;
    TrajectoryOptions options_;
    Provenance provenance_;
    GlobalIndex total_;
    double last_flush_ = 0;
    parallel::RowExchange exchange_;
    std::optional<hdf5::Writer> file_;
    GlobalIndex most_frames_ = 0;           // 0: no end is known
    std::vector<std::string> elements_;     // names of per-particle quantities
    std::vector<hdf5::DataSet> values_;     // by element
    std::vector<hdf5::DataSet> step_time_;  // step, time
    std::vector<hdf5::DataSet> energies_;   // kinetic, potential
    std::vector<hdf5::DataSet> box_;        // edges, images; of a periodic box
    GlobalIndex frames_ = 0;
    std::uint64_t written_ = 0;  // frame_checksum of all frames
    int exceptions_at_start_ = std::uncaught_exceptions();
};

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

// The frame's quantities one after the other, each [block, 3]: one exchange for all.
std::vector<double> TrajectoryWriter::blocks(const dynamics::StepView& frame) const {
    const auto owned = static_cast<std::size_t>(frame.graph.owned);
    const auto d = static_cast<std::size_t>(frame.graph.dimension);
    const std::size_t quantities = elements_.size();
    const std::size_t width = quantities * axes;
    std::vector<std::span<const double>> sources{frame.positions, frame.velocities, frame.momenta};
    if (options_.forces) sources.push_back(frame.forces);
    for (const auto& element : options_.extra) sources.push_back(element.values(frame));
    std::vector<double> rows(owned * width, 0.0);
    for (std::size_t q = 0; q < quantities; ++q)
        for (std::size_t i = 0; i < owned; ++i)
            std::copy_n(sources[q].data() + i * d, d, rows.data() + i * width + q * axes);
    const auto received = exchange_.to_block<double>(rows, width);
    const auto count = static_cast<std::size_t>(exchange_.block().size());
    std::vector<double> sorted(received.size());
    for (std::size_t q = 0; q < quantities; ++q)
        for (std::size_t i = 0; i < count; ++i)
            std::copy_n(received.data() + i * width + q * axes, axes, sorted.data() + (q * count + i) * axes);
    return sorted;
}

std::vector<int> TrajectoryWriter::image_block(const dynamics::StepView& frame) const {
    std::vector<int> rows;
    rows.reserve(frame.images.size() * axes);
    for (const auto& image : frame.images) rows.insert(rows.end(), image.begin(), image.end());
    return exchange_.to_block<int>(rows, axes);
}

void TrajectoryWriter::append_box(const dynamics::StepView& frame, const std::vector<int>& images,
                                  hdf5::Transfers& transfers) {
    std::vector<double> edges;
    if (comm_.is_root())
        for (const auto& vector : frame.box.vectors) edges.insert(edges.end(), vector.begin(), vector.end());
    transfers.add([&] {
        box_[0].resize(extents({frames_ + 1, 3, 3}));
        box_[0].write<double>(extents({frames_, 0, 0}), extents({comm_.is_root() ? 1 : 0, 3, 3}), edges);
    });
    transfers.add([&] {
        const auto block = exchange_.block();
        box_[1].resize(extents({frames_ + 1, total_, axes}));
        box_[1].write<int>(extents({frames_, block.begin, 0}), extents({1, block.size(), axes}), images);
    });
}

std::uint64_t TrajectoryWriter::frame_bytes() const {
    return static_cast<std::uint64_t>(total_) * axes *
           (elements_.size() * sizeof(double) + (periodic() ? sizeof(int) : 0));
}

void TrajectoryWriter::require_space_for_frame() const {
    if (comm_.is_root()) require_space(options_.path, frame_bytes());
}

template <hdf5::Element T>
void TrajectoryWriter::append_scalar(hdf5::DataSet& series, T value) {
    series.resize(extents({frames_ + 1}));
    const std::size_t mine = comm_.is_root() ? 1 : 0;
    series.write<T>(extents({frames_}), {mine}, std::span<const T>(&value, mine));
}

// What was flushed survives a killed run; without any flush the file could not be opened at all. A flush
// costs several frames of a small system, so they are spaced in time, by the root's clock for all ranks.
bool TrajectoryWriter::flush_is_due() {
    const bool due = comm_.is_root() && parallel::wall_time() - last_flush_ >= options_.flush_seconds;
    if (due) last_flush_ = parallel::wall_time();
    return parallel::any(comm_, due);
}

void TrajectoryWriter::observe(const dynamics::StepView& frame) {
    parallel::together(comm_, [&] { require_space_for_frame(); });
    if (options_.box) exchange_ = {comm_, total_, owned_ids(frame.graph)};
    const auto sorted = blocks(frame);
    const auto images = periodic() ? image_block(frame) : std::vector<int>{};
    const bool flush = flush_is_due();
    hdf5::Transfers transfers;
    const auto block = exchange_.block();
    const auto length = static_cast<std::size_t>(block.size()) * axes;
    for (std::size_t q = 0; q < values_.size(); ++q) {
        transfers.add([&] {
            values_[q].resize(extents({frames_ + 1, total_, axes}));
            values_[q].write<double>(extents({frames_, block.begin, 0}), extents({1, block.size(), axes}),
                                     std::span(sorted).subspan(q * length, length));
        });
    }
    transfers.add([&] { append_scalar<GlobalIndex>(step_time_[0], frame.step); });
    transfers.add([&] { append_scalar<double>(step_time_[1], frame.time); });
    transfers.add([&] { append_scalar<double>(energies_[0], frame.scalars.kinetic); });
    transfers.add([&] { append_scalar<double>(energies_[1], frame.scalars.potential); });
    if (periodic()) append_box(frame, images, transfers);
    transfers.agree(comm_);
    // Apart, since HDF5 waits for ever in a flush that fails on one rank, as it does when writing has failed.
    if (flush) parallel::together(comm_, [&] { file_->flush(); });
    written_ += frame_checksum(frames_, frame.step, frame.time);
    ++frames_;
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

}  // namespace

std::unique_ptr<dynamics::Observer> write_trajectory(const Communicator& comm,
                                                     const graph::DistributedGraph& graph,
                                                     const TrajectoryOptions& options,
                                                     const Provenance& provenance) {
    return std::make_unique<TrajectoryWriter>(comm, graph, options, provenance);
}

}  // namespace rfhgn::io
