#pragma once
/// The configuration of a data set that a rollout begins with.

#include <memory>
#include <string>

#include "rfhgn/graph/replicate.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/workflow/options.hpp"

namespace rfhgn::workflow {

/// Particles of this rank, and, where the file gives their graph, the part of it on the same particles.
struct Configuration {
    graph::Particles particles;
    graph::GraphPart graph;
};

/// What is known of it before its particles are read; the same on every rank.
class StartFile {
  public:
    /// Looks for the frame that [rollout] names. *Collective.* Throws InputError where the file has no such
    /// frame, or several and a [system] but no `frame`, and where it cannot be replicated as the deck wants.
    StartFile(const parallel::Communicator& comm, std::unique_ptr<io::DataSetReader> reader,
              const RolloutOptions& options);

    /// Of this one configuration, its copies included.
    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept { return totals_; }
    /// Of all copies; open where the graph is given.
    [[nodiscard]] const graph::Box& box() const noexcept { return box_; }
    /// For messages: "'x.h5'", "'x.h5' (frame 3, 2x2x1 times)".
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] GlobalIndex frame() const noexcept { return frame_; }
    /// *Collective.* Throws InputError where there are fewer particles than ranks.
    [[nodiscard]] Configuration read() const;

  private:
    void choose_frame(const RolloutOptions& options);
    void set_totals(const RolloutOptions& options);

    parallel::Communicator comm_;
    std::unique_ptr<io::DataSetReader> reader_;
    GlobalIndex frame_ = 0;
    std::string name_;
    graph::Box cell_;  // of the file
    GlobalIndex cell_particles_ = 0;
    graph::Copies copies_{1, 1, 1};
    data::SnapshotTotals totals_;
    graph::Box box_;
};

/// The one that [rollout] names; what of the file nobody reads is said aloud. `numbered_as`: see
/// io::DataSetReader. *Collective.* Throws like StartFile.
StartFile open_start(const parallel::Communicator& comm, const RolloutOptions& options,
                     const potential::SpeciesNames& numbered_as, const std::string& units);

}  // namespace rfhgn::workflow
