#include <algorithm>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "file_system.hpp"
#include "trajectory_writer.hpp"

namespace rfhgn::io {

namespace {

constexpr auto axes = trajectory_axes;

}  // namespace

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

}  // namespace rfhgn::io
