#pragma once
/// Edges of snapshots in boxes: all pairs, and pairs of periodic images, that are nearer than a model's
/// cutoff.

#include <memory>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::data {

/// Finds the edges of whole snapshots, consecutive over ranks; their boxes stay. *Collective.*
/// Throws InputError on all ranks alike for a cutoff or positions that find_neighbours does not take.
void add_edges(const parallel::Communicator& comm, SnapshotSet& set, double cutoff);

/// `data` with edges where it has boxes; any other data set as it is. Edges are found anew whenever snapshots
/// are read, so that no rank holds more of them than it asks for; of whole snapshots (see leaves.hpp), a rank
/// may read those of its leaves only. Counts all edges once. *Collective.* Throws InputError when there are
/// boxes but no cutoff.
std::unique_ptr<SnapshotSource> with_edges(const parallel::Communicator& comm,
                                           std::unique_ptr<SnapshotSource> data, double cutoff, int leaves);

}  // namespace rfhgn::data
