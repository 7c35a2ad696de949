#include "memory.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/data/partition.hpp"
#include "rfhgn/data/training_data.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/report/summary.hpp"
#include "rfhgn/training/trainer.hpp"

namespace rfhgn::workflow {

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;
constexpr double index = sizeof(GlobalIndex);
constexpr double real = sizeof(double);
constexpr double axes = 3;                                 // of a trajectory, whatever the dimension
constexpr double node_facts = index + real + sizeof(int);  // id, mass, species
constexpr double local_edge = sizeof(graph::Edge);
constexpr double global_edge = sizeof(graph::GlobalEdge);

/// One rank's share of a graph, in numbers of nodes, ghosts and edges.
struct Share {
    double owned = 0;
    double ghosts = 0;
    double edges = 0;
    int dimension = 3;
    int attributes = 0;
    int ranks = 1;

    [[nodiscard]] double local() const { return owned + ghosts; }
};

// A graph that is there: nodes, edges with their ids and attributes, the plan of its halo.
double graph_bytes(const Share& share) {
    constexpr double halo_plan = 2 * sizeof(parallel::RemoteNode);
    return node_facts * share.local() + halo_plan * share.ghosts +
           (local_edge + index + real * share.attributes) * share.edges;
}

// Measured on 2 to 4 ranks: both directions of every edge on their way, and PT-Scotch's graph with the
// coarser ones that it makes of it.
double partition_bytes(const Share& share) {
    return share.ranks == 1 ? 0 : 340 * share.edges + 120 * share.owned;
}

// The graph as listed beside the edges on their way: an id and two ends with rank, place, node and shift;
// then beside these the keys that put them in order. Of several ranks what leaves and what arrives are there
// at a time.
double distribute_bytes(const Share& share) {
    constexpr double placed = index + 2 * (sizeof(parallel::RemoteNode) + index + 3 * real);
    constexpr double sorting = 3 * index + local_edge + index;
    const double listed = node_facts * share.owned + (global_edge + real * share.attributes) * share.edges;
    const double moving = share.ranks == 1 ? 0 : placed * share.edges;
    return listed + 3 * index * share.owned + (placed + real * share.attributes) * share.edges +
           std::max(moving, sorting * share.edges);
}

// Positions, momenta, velocities, forces.
double simulation_bytes(const Share& share) {
    return 4 * real * share.dimension * share.local();
}

// Particles of a graph that follows from space: as they start, and on their way into cells and subdomains.
double particles_bytes(const Share& share) {
    return (node_facts + 2 * real * share.dimension) * share.owned;
}

// A neighbour list and what it leaves behind: where particles were.
double neighbour_bytes(const Share& share) {
    return (node_facts + real * share.dimension) * share.local() + local_edge * share.edges +
           real * share.dimension * share.owned + 3 * sizeof(int) * share.owned;
}

// Beside it while it is made: coordinates, cells and their order, ghosts as they travel, points by cells.
double neighbour_search_bytes(const Share& share) {
    constexpr double ghost = 2 * index + 4 * real + 4 * sizeof(int);
    return (3 * real + index) * share.owned + (index + 3 * real) * share.local() + 2 * ghost * share.ghosts;
}

// Rows of a frame in the order of the graph, on their way, and in the order of the file.
double frame_bytes(const Share& share, const RolloutOptions& options) {
    const double elements = 3 + (options.forces ? 1 : 0) + (options.uncertainty ? 1 : 0);
    const double copies = share.ranks == 1 ? 3 : 4;
    return copies * elements * axes * real * share.owned + 2 * index * share.owned;
}

// Ids and ends, their places in the file, and both on their way.
double bond_bytes(const Share& share) {
    return (3 * index + 2 * index + (share.ranks == 1 ? 3 : 5) * 2 * index) * share.edges +
           2 * index * share.owned;
}

Share share_of(const SimulatedSystem& system, const RolloutPlan& plan) {
    return {plan.subdomains.largest_owned,
            plan.subdomains.largest_halo,
            plan.most_edges,
            system.dimension,
            static_cast<int>(system.edge_attribute_names.size()),
            plan.ranks};
}

double rollout_on_given(const Share& share, const RolloutOptions& options) {
    const double start = 2 * real * share.dimension * share.local();
    const double moving =
        graph_bytes(share) + start + (options.moves_beside() ? 2 : 1) * simulation_bytes(share);
    // What the heap keeps of arrays of nodes that the set-up gave back: measured.
    const double kept = 55 * share.owned;
    const double writing = std::max(bond_bytes(share), frame_bytes(share, options));
    return std::max({partition_bytes(share), distribute_bytes(share), moving + kept + writing});
}

double rollout_in_space(const Share& share, const RolloutOptions& options) {
    const double start = particles_bytes(share);
    const double one = neighbour_bytes(share) + simulation_bytes(share);
    const double beside = options.moves_beside() ? one : 0;
    const double observers =
        options.observes ? (options.moves_beside() ? 2 : 1) * 6 * axes * real * share.owned : 0;
    const double building =
        start + particles_bytes(share) + neighbour_bytes(share) + neighbour_search_bytes(share) + beside;
    const double writing = start + one + beside + observers + frame_bytes(share, options);
    return std::max(building, writing);
}

// One system on one rank, without output.
double one_system_bytes(const SimulatedSystem& system) {
    const auto plan = plan_rollout(system, graph::ListStyle::half, 1);
    RolloutOptions silent;
    silent.force = "exact";
    const auto share = share_of(system, plan);
    if (system.follows_space)
        return particles_bytes(share) * 2 + neighbour_bytes(share) +
               std::max(neighbour_search_bytes(share), simulation_bytes(share));
    return std::max(distribute_bytes(share), graph_bytes(share) + 1.5 * simulation_bytes(share));
}

// Snapshots as arrays of all their particles.
double snapshot_bytes(const DataSize& data) {
    return (4 * real * data.dimension + real + sizeof(int)) * data.nodes +
           (global_edge + real * data.attributes) * data.edges;
}

}  // namespace

double start_up_bytes(int ranks) {
    // Measured: what HDF5 and MPI-IO take with the first files, and MPI for each neighbour on a node.
    constexpr double files = 3 * mebibyte;
    constexpr double neighbour = 2.2 * mebibyte;
    constexpr int most_neighbours = 16;
    return report::peak_memory_mib() * mebibyte + files + neighbour * std::min(ranks - 1, most_neighbours);
}

double rollout_bytes(const SimulatedSystem& system, const RolloutOptions& options, const RolloutPlan& plan) {
    const auto share = share_of(system, plan);
    return system.follows_space ? rollout_in_space(share, options) : rollout_on_given(share, options);
}

double generate_bytes(const SimulatedSystem& system, const GenerateOptions& options, int ranks) {
    const auto trajectories =
        static_cast<double>(parallel::block_range(options.trajectories, ranks, 0).size());
    const auto snapshots = trajectories * static_cast<double>(options.frames);
    const auto nodes = static_cast<double>(system.nodes);
    const double edges = system.follows_space ? 0 : plan_rollout(system, graph::ListStyle::half, 1).edges;
    const DataSize mine{snapshots * nodes, snapshots * edges, snapshots, system.dimension,
                        static_cast<int>(system.edge_attribute_names.size())};
    // An array grows by copying itself into one of twice the size: all but the last pages of both are there.
    const double growing = 0.7 * snapshot_bytes(mine);
    return snapshot_bytes(mine) + std::max(growing, one_system_bytes(system));
}

bool is_streamed(const data::StreamOptions& options, const DataSize& data, int ranks) {
    data::SnapshotTotals totals;
    totals.nodes = static_cast<GlobalIndex>(data.nodes);
    totals.edges = static_cast<GlobalIndex>(data.edges);
    totals.dimension = data.dimension;
    totals.edge_attribute_names.resize(static_cast<std::size_t>(data.attributes));
    const bool large = data::data_bytes(totals, ranks) > options.data_memory * mebibyte;
    return options.stream == "always" || (options.stream == "auto" && large);
}

double training_bytes(const Options& options, const DataSize& data, int ranks) {
    const auto& training = options.train.training;
    DataSize mine = data;
    mine.nodes /= ranks;
    mine.edges /= ranks;
    const bool streamed = is_streamed(training.data, data, ranks);
    if (streamed) {
        // A batch of nodes and edges, and the index of the snapshots.
        const double part = std::min(1.0, 262144.0 / std::max(1.0, mine.nodes + mine.edges));
        mine.nodes *= part;
        mine.edges *= part;
    }
    const Share share{mine.nodes, 0, mine.edges, data.dimension, data.attributes, 1};
    const double set = snapshot_bytes(mine);
    const double laid_out = set + graph_bytes(share) + 3 * sizeof(int) * mine.nodes;
    const double columns = training::widest_problem(options.model) + 1.0;
    const double rows = data.nodes / ranks * (1 - training.held_out) * data.dimension * columns * real;
    const auto& solver = training.least_squares;
    const bool kept =
        solver.rows == "keep" || (solver.rows == "auto" && rows <= solver.row_memory * mebibyte);
    // On its way up the tree there is an R factor a level of each role; the spectrum takes a dozen more, and
    // rows are gathered for both roles before they are folded in. Measured: twice that, for both problems.
    // Each target beside forces has a tree of its own, and an R factor of each role to the end.
    const double leaves =
        data::leaf_count(static_cast<GlobalIndex>(data.nodes), data.dimension, static_cast<int>(columns));
    const double levels = std::log2(std::max(1.0, leaves / ranks)) + 1;
    const int beside =
        (training.energy_weight.positive() ? 1 : 0) + (training.virial_weight.positive() ? 1 : 0);
    const double r_factors = 2 * (12 + 2 * levels + 8 + beside * (2 * levels + 4)) * columns * columns * real;
    const double solving = r_factors + (kept ? rows : 0);
    // Batches are laid out while R factors grow.
    if (streamed) return set + distribute_bytes(share) + solving;
    return std::max(set + distribute_bytes(share), laid_out + solving);
}

}  // namespace rfhgn::workflow
