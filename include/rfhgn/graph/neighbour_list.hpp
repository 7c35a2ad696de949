#pragma once
/// A graph that follows from where particles are: all pairs nearer than a cutoff, over ranks.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "rfhgn/graph/box.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::graph {

class RecursiveBisection;

struct NeighbourListOptions {
    double cutoff = 2.5;  ///< pairs nearer than this are always edges; pairs beyond cutoff + skin never
    double skin = 0.3;    ///< how much farther edges reach, so that they last until someone moved half of it
    ListStyle list_style = ListStyle::half;
};

/// Throws InputError unless the box encloses something, the cutoff is finite and positive and the skin finite
/// and not negative.
void check(const Box& box, const NeighbourListOptions& options);

/// Particles of this rank. Ids are permanent and, over all ranks, 0 .. N - 1, each once.
struct Particles {
    std::vector<GlobalIndex> id;
    std::vector<double> mass;
    std::vector<int> species;
    std::vector<double> position;  ///< [particles, d]
    std::vector<double> momentum;  ///< [particles, d]
    /// [particles]; empty for none. A particle's path has led to position + displacement(box, image).
    std::vector<Image> image;
};

/// Keeps a DistributedGraph up to date with moving particles. Ranks own subdomains of the box (recursive
/// bisection with equal numbers of particles, each cut across the longest side), whose particles are sorted
/// by cells. Ghosts, images included, are all within cutoff + skin of the subdomain, whoever owns them, in a
/// half list only those of subdomains above it: subdomains may be thinner than that, at the price of more
/// ghosts. One subdomain is above another if its lower corner comes later, by the first coordinate that
/// differs. In an open box lower subdomains so hold the pairs across cuts, no more of them than both do in a
/// full list. Edges have no attributes and no `edge_id`; those longer than the cutoff are of no meaning, and
/// pair terms must be zero there. Between rebuilds the graph is fixed and particles may leave the box.
///
/// Owners, order, ghosts and edges after construction and after rebuild(..., Cuts::fresh) are a function of
/// the particles (ids and wrapped positions) and the number of ranks alone, so that a run that starts from a
/// written state repeats one that went on from it.
class NeighbourList {
  public:
    /// Sends `particles` to their owners. On return they are this rank's, wrapped into the box, in the order
    /// of graph(), positions and momenta [owned + ghosts, d]; of ghosts positions are up to date, momenta 0.
    /// *Collective.* Throws InputError when options, ids or positions make no sense, or when two particles
    /// are at the same place.
    NeighbourList(const parallel::Communicator& comm, const Box& box, const NeighbourListOptions& options,
                  Particles& particles);
    ~NeighbourList();
    NeighbourList(NeighbourList&&) noexcept;

    /// The address stays the same; the content changes in rebuild.
    [[nodiscard]] const DistributedGraph& graph() const noexcept { return *graph_; }
    [[nodiscard]] const Box& box() const noexcept { return box_; }
    [[nodiscard]] const NeighbourListOptions& options() const noexcept { return options_; }

    /// Whether someone moved more than half the skin since the edges were made, on any rank. *Collective.*
    [[nodiscard]] bool stale(std::span<const double> positions) const;

    enum class Cuts { keep, fresh };
    /// Wraps particles, moves them to the ranks of their subdomains, and finds ghosts and edges anew. The
    /// arrays are this rank's state in the order of graph() before and after, as the constructor leaves them.
    /// Subdomains are kept unless they are to be fresh or have become uneven. *Collective.* Throws RunError
    /// for positions that are not finite or too far out to be wrapped.
    void rebuild(std::vector<double>& positions, std::vector<double>& momenta, std::vector<Image>& images,
                 Cuts cuts = Cuts::keep);

    /// How often rebuild was called, and how often with new subdomains.
    struct Counts {
        std::int64_t rebuilds = 0;
        std::int64_t bisections = 0;
    };
    [[nodiscard]] const Counts& counts() const noexcept { return counts_; }

  private:
    void place(Particles& particles, Cuts cuts);
    void make_graph(Particles& particles, std::vector<Vector3>& coordinates);
    void count(DistributedGraph& graph) const;

    parallel::Communicator comm_;
    Box box_;
    NeighbourListOptions options_;
    GlobalIndex total_ = 0;
    std::unique_ptr<RecursiveBisection> cuts_;
    double even_ = 1;  // most particles on a rank over the mean, when the subdomains were cut
    std::optional<DistributedGraph> graph_;
    std::vector<double> made_at_;  // positions of owned particles when the edges were made
    Counts counts_;
};

/// Ranks that can share the box so that no subdomain is thinner than cutoff + skin: with more, every particle
/// has copies on several ranks and there is little to gain.
GlobalIndex most_useful_ranks(const Box& box, const NeighbourListOptions& options);

}  // namespace rfhgn::graph
