#pragma once
/// Space shared out over ranks: recursive bisection of box coordinates.

#include <span>
#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/graph/box.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "cell_grid.hpp"

namespace rfhgn::graph {

/// A tree of cuts whose leaves are the ranks' subdomains. Each cut halves the ranks of a subdomain, across
/// the longest side of its particles, so that both halves get their share of particles. Every rank knows the
/// tree: its size is the number of ranks.
class RecursiveBisection {
  public:
    /// `points` are box coordinates of this rank's particles. A function of all ranks' points together and
    /// the number of ranks alone. *Collective.*
    RecursiveBisection(const parallel::Communicator& comm, const Box& box, std::span<const Vector3> points);

    /// The rank whose subdomain holds a point; every point has one.
    [[nodiscard]] int owner(const Vector3& point) const noexcept;
    [[nodiscard]] int dimension() const noexcept { return dimension_; }
    /// The subdomain of a rank: from 0 to 1 along periodic vectors, without end along others, unless cut.
    [[nodiscard]] const Region& region(int rank) const { return regions_[static_cast<std::size_t>(rank)]; }

  private:
    struct Node {
        int first_rank = 0;
        int last_rank = 1;  // one past
        Region region;
        std::size_t axis = 0;
        double cut = 0;
        std::size_t below = 0;  // children; 0: a leaf
        std::size_t above = 0;

        [[nodiscard]] int ranks() const noexcept { return last_rank - first_rank; }
    };
    void cut_level(const parallel::Communicator& comm, const Vector3& width, std::span<const Vector3> points,
                   std::span<std::size_t> node_of, std::size_t begin);
    void split(std::size_t node);

    int dimension_;
    std::vector<Node> nodes_;
    std::vector<Region> regions_;
};

}  // namespace rfhgn::graph
