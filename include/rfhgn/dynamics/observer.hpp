#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rfhgn/dynamics/saved_state.hpp"
#include "rfhgn/graph/box.hpp"
#include "rfhgn/graph/distributed_graph.hpp"

namespace rfhgn::dynamics {

/// Scalars of one instant, summed over ranks.
struct Scalars {
    double kinetic = 0;
    double potential = 0;
    std::array<double, 3> momentum{};          ///< total
    std::array<double, 3> angular_momentum{};  ///< about the origin; in 2D only [2] is meaningful
};

/// One instant of a rollout. Arrays are [owned + ghosts, dimension] in the node order of the graph.
struct StepView {
    std::int64_t step;
    double time;
    const graph::DistributedGraph& graph;
    std::span<const double> positions;
    std::span<const double> momenta;
    std::span<const double> velocities;  ///< ∂H/∂p of what moves the system; owned part valid
    std::span<const double> forces;      ///< owned part valid
    const Scalars& scalars;
    std::span<const graph::Image> images{};  ///< [owned] on a cutoff graph: see unwrapped_positions
    graph::Box box{};                        ///< open on a given graph
    double cutoff = 0;  ///< all pairs nearer than this are edges of the graph; 0 when it is given
};

/// Where the paths of owned particles have led, [owned, dimension]: positions without wrapping.
std::vector<double> unwrapped_positions(const StepView& frame);
std::vector<double> unwrapped_positions(const graph::DistributedGraph& graph,
                                        std::span<const double> positions,
                                        std::span<const graph::Image> images, const graph::Box& box);

/// Looks at a rollout from outside: trajectory files, CSV, progress. `observe` is *Collective* and is called
/// at steps that are multiples of `interval()` (step 0 included) and at the last step. An observer that adds
/// up or keeps anything must give it to `save` and take it back in `restore`: after a restart it goes on as
/// if nothing had happened.
class Observer {
  public:
    virtual ~Observer() = default;
    /// Under which checkpoints keep what it saves: unlike that of any other observer of a simulation.
    [[nodiscard]] virtual std::string name() const = 0;
    [[nodiscard]] virtual std::int64_t interval() const = 0;
    virtual void observe(const StepView& frame) = 0;
    /// After the last step, or where a run stops early. *Collective.*
    virtual void finish() {}
    /// Adds to an empty state what has been gathered so far; files are brought to disk. Sums that ranks keep
    /// by themselves are summed here. *Collective.*
    virtual void save(const graph::DistributedGraph& /*graph*/, SavedState& /*state*/) {}
    /// What `save` left, particles in the order of `graph`; before the first `observe`. *Collective.*
    virtual void restore(const graph::DistributedGraph& /*graph*/, const SavedState& /*state*/) {}
    /// Whether a run that goes on from a checkpoint without a state of this name may have it from there on:
    /// `restore` is then not called. Of others such a checkpoint does not fit.
    [[nodiscard]] virtual bool may_begin_late() const { return false; }
};

}  // namespace rfhgn::dynamics
