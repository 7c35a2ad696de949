#include "rfhgn/io/trajectory.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/version.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/row_exchange.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "file_system.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io {

using hdf5::Extents;
using parallel::Communicator;

namespace {

constexpr std::size_t axes = 3;  // readers of H5MD know three dimensions only
const std::string particles = "/particles/trajectory";

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
    file.group(particles + "/box");
    file.attribute(particles + "/box", "dimension", static_cast<int>(axes));
    std::vector<std::string> boundary(axes, "none");
    for (std::size_t k = 0; options.box && k < axes; ++k)
        if (options.box->periodic[k]) boundary[k] = "periodic";
    file.fixed_text(particles + "/box", "boundary", boundary, false);
    hdf5::write_provenance(file, "/parameters/provenance", provenance);
    file.close();
}

hdf5::Writer open_file(const Communicator& comm, const std::string& path) {
    return parallel::together(
        comm, [&] { return hdf5::Writer::open_parallel(comm, path, hdf5::Readers::from_1_10); });
}

hdf5::Writer make_file(const Communicator& comm, const graph::DistributedGraph& graph,
                       const TrajectoryOptions& options, const Provenance& provenance) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        const auto nodes = static_cast<std::uint64_t>(graph.total_nodes);
        require_space(options.path, nodes * 120 + static_cast<std::uint64_t>(graph.total_edges) * 16 + 65536);
        write_header(options, provenance);
    });
    return open_file(comm, options.path);
}

// The root alone cuts the series of an earlier run back to the frames of a checkpoint: data sets that shrink
// in a parallel file lose the first value that is written to them next.
void cut_back(const std::string& path, const std::vector<std::string>& series, GlobalIndex frames) {
    require(std::filesystem::exists(path), cannot_go_on, "'{}' is gone", path);
    auto file = hdf5::Writer::open(path, hdf5::Readers::from_1_10);
    for (const auto& name : series) {
        auto data_set = file.open_data_set(name);
        auto found = data_set.extents();
        require(!found.empty() && found[0] >= static_cast<hsize_t>(frames), cannot_go_on,
                "{}: {} has not got the {} frames that were there at the checkpoint", path, name, frames);
        found[0] = static_cast<hsize_t>(frames);
        data_set.resize(found);
    }
    file.close();
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

Extents extents(std::initializer_list<GlobalIndex> values) {
    return {values.begin(), values.end()};
}

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

    [[nodiscard]] std::int64_t interval() const override { return options_.interval; }
    void observe(const dynamics::Frame& frame) override;
    void finish() override;
    void save(const graph::DistributedGraph& graph, dynamics::SavedState& state) override;
    void restore(const graph::DistributedGraph& graph, const dynamics::SavedState& state) override;

  private:
    void write_constants(const graph::DistributedGraph& graph);
    void write_bonds(const graph::DistributedGraph& graph);
    template <hdf5::Element T>
    void write_rows(const std::string& name, const parallel::RowExchange& exchange,
                    const std::vector<T>& values, GlobalIndex columns);
    template <hdf5::Element T>
    [[nodiscard]] hdf5::DataSet series(const std::string& name, std::vector<GlobalIndex> row,
                                       std::vector<GlobalIndex> chunk);
    [[nodiscard]] std::vector<std::string> series_names() const;
    void open_series();
    void link_series();
    [[nodiscard]] GlobalIndex most_frames() const;
    [[nodiscard]] std::vector<double> blocks(const dynamics::Frame& frame) const;
    // With edges MDAnalysis takes a box as periodic whatever `boundary` says, so that open ones have none.
    [[nodiscard]] bool periodic() const noexcept { return options_.box && !options_.box->open(); }
    [[nodiscard]] std::vector<int> image_block(const dynamics::Frame& frame) const;
    void append_box(const dynamics::Frame& frame, const std::vector<int>& images);
    [[nodiscard]] std::uint64_t frame_bytes() const;
    void require_space_for_frame() const;
    [[nodiscard]] bool flush_is_due();
    template <hdf5::Element T>
    void append_scalar(hdf5::DataSet& series, T value);

    Communicator comm_;
    TrajectoryOptions options_;
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
    int exceptions_at_start_ = std::uncaught_exceptions();
};

TrajectoryWriter::TrajectoryWriter(const Communicator& comm, const graph::DistributedGraph& graph,
                                   const TrajectoryOptions& options, const Provenance& provenance)
    : comm_(comm),
      options_(options),
      total_(graph.total_nodes),
      exchange_(comm, graph.total_nodes, owned_ids(graph)),
      elements_{"position", "velocity", "momentum"} {
    if (options.forces) elements_.emplace_back("force");
    for (const auto& element : options.extra) elements_.push_back(element.name);
    if (options.resume) return;
    file_ = make_file(comm, graph, options, provenance);
    most_frames_ = most_frames();
    parallel::together(comm, [&] {
        open_series();
        link_series();
    });
    write_constants(graph);
    if (graph.total_edges > 0 && !options.box) write_bonds(graph);
    parallel::together(comm, [&] { file_->flush(); });
}

// Closing is collective. While an error unwinds, other ranks may not come along; what was flushed is whole as
// it is.
TrajectoryWriter::~TrajectoryWriter() {
    if (std::uncaught_exceptions() <= exceptions_at_start_) return;
    for (auto* group : {&values_, &step_time_, &energies_, &box_})
        for (auto& data_set : *group) data_set.abandon();
    if (file_) file_->abandon();
}

template <hdf5::Element T>
void TrajectoryWriter::write_rows(const std::string& name, const parallel::RowExchange& exchange,
                                  const std::vector<T>& values, GlobalIndex columns) {
    const auto total = parallel::sum(comm_, exchange.block().size());
    const auto block =
        exchange.to_block<T>(values, static_cast<std::size_t>(std::max<GlobalIndex>(columns, 1)));
    parallel::together(comm_, [&] {
        const bool table = columns > 0;
        const auto rows = exchange.block();
        file_->data_set<T>(name, table ? extents({total, columns}) : extents({total}))
            .template write<T>(table ? extents({rows.begin, 0}) : extents({rows.begin}),
                               table ? extents({rows.size(), columns}) : extents({rows.size()}), block);
    });
}

void TrajectoryWriter::write_constants(const graph::DistributedGraph& graph) {
    const auto owned = static_cast<std::ptrdiff_t>(graph.owned);
    const auto own = [owned](const auto& values) {
        return std::vector(values.begin(), values.begin() + owned);
    };
    write_rows(particles + "/id", exchange_, own(graph.node_id), 0);
    write_rows(particles + "/mass", exchange_, own(graph.mass), 0);
    write_rows(particles + "/species", exchange_, own(graph.species), 0);
}

void TrajectoryWriter::write_bonds(const graph::DistributedGraph& graph) {
    const auto bonds = own_bonds(graph);
    write_rows("/connectivity/bonds", parallel::RowExchange(comm_, graph.total_edges, bonds.ids), bonds.ends,
               2);
    parallel::together(comm_, [&] { file_->reference("/connectivity/bonds", "particles_group", particles); });
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
    for (const auto& element : elements_) names.push_back(fmt::format("{}/{}/value", particles, element));
    const auto first = fmt::format("{}/{}", particles, elements_[0]);
    names.insert(names.end(), {first + "/step", first + "/time", "/observables/kinetic_energy/value",
                               "/observables/potential_energy/value"});
    if (periodic()) names.insert(names.end(), {particles + "/box/edges/value", particles + "/image/value"});
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
    const auto first = particles + "/" + elements_[0];
    std::vector<std::string> linked{"/observables/kinetic_energy", "/observables/potential_energy"};
    for (std::size_t i = 1; i < elements_.size(); ++i) linked.push_back(particles + "/" + elements_[i]);
    if (periodic()) linked.insert(linked.end(), {particles + "/box/edges", particles + "/image"});
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
}

void TrajectoryWriter::restore(const graph::DistributedGraph& /*graph*/, const dynamics::SavedState& state) {
    frames_ = static_cast<GlobalIndex>(state.number("frames"));
    parallel::together(comm_, [&] {
        if (comm_.is_root()) cut_back(options_.path, series_names(), frames_);
    });
    file_ = open_file(comm_, options_.path);
    parallel::together(comm_, [&] { open_series(); });
}

// The frame's quantities one after the other, each [block, 3]: one exchange for all.
std::vector<double> TrajectoryWriter::blocks(const dynamics::Frame& frame) const {
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

std::vector<int> TrajectoryWriter::image_block(const dynamics::Frame& frame) const {
    std::vector<int> rows;
    rows.reserve(frame.images.size() * axes);
    for (const auto& image : frame.images) rows.insert(rows.end(), image.begin(), image.end());
    return exchange_.to_block<int>(rows, axes);
}

void TrajectoryWriter::append_box(const dynamics::Frame& frame, const std::vector<int>& images) {
    std::vector<double> edges;
    if (comm_.is_root())
        for (const auto& vector : frame.box.vectors) edges.insert(edges.end(), vector.begin(), vector.end());
    box_[0].resize(extents({frames_ + 1, 3, 3}));
    box_[0].write<double>(extents({frames_, 0, 0}), extents({comm_.is_root() ? 1 : 0, 3, 3}), edges);
    const auto block = exchange_.block();
    box_[1].resize(extents({frames_ + 1, total_, axes}));
    box_[1].write<int>(extents({frames_, block.begin, 0}), extents({1, block.size(), axes}), images);
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

void TrajectoryWriter::observe(const dynamics::Frame& frame) {
    parallel::together(comm_, [&] { require_space_for_frame(); });
    if (options_.box) exchange_ = {comm_, total_, owned_ids(frame.graph)};
    const auto sorted = blocks(frame);
    const auto images = periodic() ? image_block(frame) : std::vector<int>{};
    const bool flush = flush_is_due();
    parallel::together(comm_, [&] {
        const auto block = exchange_.block();
        const auto length = static_cast<std::size_t>(block.size()) * axes;
        for (std::size_t q = 0; q < values_.size(); ++q) {
            values_[q].resize(extents({frames_ + 1, total_, axes}));
            values_[q].write<double>(extents({frames_, block.begin, 0}), extents({1, block.size(), axes}),
                                     std::span(sorted).subspan(q * length, length));
        }
        append_scalar<GlobalIndex>(step_time_[0], frame.step);
        append_scalar<double>(step_time_[1], frame.time);
        append_scalar<double>(energies_[0], frame.scalars.kinetic);
        append_scalar<double>(energies_[1], frame.scalars.potential);
        if (periodic()) append_box(frame, images);
        if (flush) file_->flush();
    });
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
