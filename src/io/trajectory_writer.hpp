#pragma once
/// The observer that writes trajectories: what it sets up is in trajectory.cpp, what it does with a frame in
/// trajectory_frames.cpp.

#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "rfhgn/io/trajectory.hpp"
#include "rfhgn/parallel/row_exchange.hpp"

#include "hdf5_writer.hpp"
#include "trajectory_file.hpp"

namespace rfhgn::io {

using parallel::Communicator;

inline std::span<const GlobalIndex> owned_ids(const graph::DistributedGraph& graph) {
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

}  // namespace rfhgn::io
