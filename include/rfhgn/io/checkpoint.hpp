#pragma once
/// Checkpoints: all that a run needs to go on, particles by global id, so that it may go on on any number of
/// ranks. A checkpoint is written aside, read back and compared (Open MPI's collective writes lose data on a
/// full disk without a message), sealed with a checksum, forced to disk and renamed; only then an older one
/// goes. The newest two stay.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rfhgn/dynamics/saved_state.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/io/provenance.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

/// Checkpoints of one run are FOLDER/STEM-<step>.h5.
struct CheckpointPlace {
    std::string folder;
    std::string stem;
};

/// The array of values that marks a checkpoint as of an equilibration: how many steps that has.
inline constexpr const char* equilibration_steps = "equilibration_steps";

struct Checkpoint {
    std::int64_t step = 0;
    GlobalIndex particles = 0;                    ///< of the whole system; their ids are 0 .. particles - 1
    std::map<std::string, std::string> settings;  ///< what must not change, each value one line
    dynamics::SavedState state;
};

/// `ids` are the global ids of this rank's particles, in the order of the state's rows. *Collective.* Throws
/// RunError on all ranks when there is no space or the file is not what was to be written; earlier
/// checkpoints are then untouched.
void write_checkpoint(const parallel::Communicator& comm, const CheckpointPlace& place,
                      const Checkpoint& checkpoint, std::span<const GlobalIndex> ids,
                      const Provenance& provenance);

struct FoundCheckpoint {
    std::string path;
    std::optional<Checkpoint> checkpoint;  ///< rows are block_range(particles, ranks, rank), by id
    std::vector<std::string> damaged;      ///< newer ones that had to be passed over, and why
};

/// The newest checkpoint that is whole; none where there are no files of this place. The same on every rank,
/// rows aside. *Collective.* Throws InputError when there are files but none of them is whole.
FoundCheckpoint read_newest_checkpoint(const parallel::Communicator& comm, const CheckpointPlace& place);

/// From rows in blocks by id to those of the particles `ids` that this rank owns. *Collective.*
dynamics::SavedState to_owners(const parallel::Communicator& comm, const dynamics::SavedState& blocks,
                               GlobalIndex particles, std::span<const GlobalIndex> ids);

/// Throws InputError that lists what differs between a checkpoint's settings and those of this run. Local.
void require_same_settings(const FoundCheckpoint& found, const std::map<std::string, std::string>& settings);

/// Files of this place by their names, unfinished ones too. Local.
std::vector<std::string> checkpoint_files(const CheckpointPlace& place);
/// Whether a file of such a name is a checkpoint or R factor that rfhgn wrote, by its seal, or the beginning
/// of one: only those may be removed. Local.
bool is_own_file(const std::string& path);
/// Removes them, or all but the newest. *Collective.*
void remove_checkpoints(const parallel::Communicator& comm, const CheckpointPlace& place);
void keep_last_checkpoint(const parallel::Communicator& comm, const CheckpointPlace& place);

}  // namespace rfhgn::io
