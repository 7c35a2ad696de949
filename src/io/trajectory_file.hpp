#pragma once
/// The H5MD file of a rollout apart from its frames: how it is made, what in it does not change, and how one
/// of an earlier run is cut back. All functions are *Collective*.

#include <initializer_list>
#include <string>
#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/io/provenance.hpp"
#include "rfhgn/io/trajectory.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/parallel/row_exchange.hpp"

#include "hdf5_writer.hpp"

namespace rfhgn::io {

inline const std::string trajectory_group = "/particles/trajectory";
constexpr std::size_t trajectory_axes = 3;  ///< readers of H5MD know three dimensions only

/// Counts of particles and frames as HDF5 wants them.
inline hdf5::Extents extents(std::initializer_list<GlobalIndex> values) {
    return {values.begin(), values.end()};
}

/// Makes the file with its groups, attributes and provenance. Throws RunError without space for a first
/// frame.
hdf5::Writer make_trajectory_file(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                                  const TrajectoryOptions& options, const Provenance& provenance);

/// Opens it for writing by all ranks.
hdf5::Writer open_trajectory_file(const parallel::Communicator& comm, const std::string& path);

/// Ids, masses and species; `exchange` brings rows of owned nodes into the order of ids.
void write_constants(const parallel::Communicator& comm, hdf5::Writer& file,
                     const graph::DistributedGraph& graph, const parallel::RowExchange& exchange);

/// connectivity/bonds of a given graph, in the order of edge ids.
void write_bonds(const parallel::Communicator& comm, hdf5::Writer& file,
                 const graph::DistributedGraph& graph);

/// How many frames a series of an earlier run has places for. Throws InputError when the file is gone or
/// damaged.
GlobalIndex room_for_frames(const parallel::Communicator& comm, const std::string& path,
                            const std::string& series);

/// What is left of a trajectory: so many frames of the series, each of so many particles.
struct KeptFrames {
    std::vector<std::string> series;
    GlobalIndex frames;
    GlobalIndex particles;
    std::vector<double> checksum{};  ///< frame_checksum of all of them; empty: not known
};

/// Of what a frame has one number of, added up over frames.
std::uint64_t frame_checksum(GlobalIndex frame, GlobalIndex step, double time);

/// Leaves these frames of the file of an earlier run. Throws InputError when the file is gone or damaged, has
/// not got them, or has others, and leaves it as it is then.
void cut_back(const parallel::Communicator& comm, const std::string& path, const KeptFrames& kept);

/// Copies these frames from the file of an earlier run to another that has its series without frames. Throws
/// InputError like cut_back.
void copy_frames(const parallel::Communicator& comm, const std::string& from, const std::string& to,
                 const KeptFrames& kept);

}  // namespace rfhgn::io
