#pragma once
/// Edges of a subdomain: pairs of its particles, and of particles and ghosts, within reach.

#include <cstdint>
#include <span>
#include <vector>

#include "rfhgn/graph/distributed_graph.hpp"

#include "cell_grid.hpp"

namespace rfhgn::graph {

/// Points in the order of their cells.
struct CellPoints {
    std::vector<std::int64_t> cell;               ///< ascending
    std::array<std::vector<double>, 3> position;  ///< by component, a little longer than `cell`
};

/// Positions [n, d] by component; cells [n] are those of the points, ascending.
CellPoints cell_points(std::vector<std::int64_t> cells, std::span<const double> positions, int dimension);

/// A growing list of edges whose memory is not set before it is written.
class EdgeList {
  public:
    /// Writes over `storage`, which only lends its memory.
    explicit EdgeList(std::vector<Edge> storage) : edges_(std::move(storage)) {}

    /// Asks for memory for so many, which spares growing and the copies that come with it. What is not
    /// written takes no memory.
    void expect(std::size_t count) { edges_.reserve(count); }

    /// Where the next `most` edges may be written; `advance` says how many were.
    Edge* room(std::size_t most) {
        if (edges_.size() < used_ + most) edges_.resize(used_ + most + spare);
        return edges_.data() + used_;
    }
    void advance(std::size_t written) noexcept { used_ += written; }
    [[nodiscard]] std::size_t size() const noexcept { return used_; }
    [[nodiscard]] std::vector<Edge> take() && {
        edges_.resize(used_);
        return std::move(edges_);
    }

  private:
    static constexpr std::size_t spare = 4096;
    std::vector<Edge> edges_;
    std::size_t used_ = 0;
};

/// Appends pairs of owned points nearer than sqrt(squared_reach), each once, sorted.
void append_interior_edges(const CellGrid& grid, const CellPoints& owned, double squared_reach,
                           EdgeList& edges);
/// Appends pairs of owned points and ghosts, whose indices follow those of the owned ones; sorted.
void append_cut_edges(const CellGrid& grid, const CellPoints& owned, const CellPoints& ghosts,
                      double squared_reach, EdgeList& edges);

}  // namespace rfhgn::graph
