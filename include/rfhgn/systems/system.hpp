#pragma once
/// Reference systems (the ground truth): a graph, its springs or forces, masses, and initial states by seed.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/graph/box.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/potential/force_field.hpp"
#include "rfhgn/potential/law.hpp"
#include "rfhgn/systems/fluid_options.hpp"
#include "rfhgn/systems/units.hpp"

namespace rfhgn::systems {

/// The keys of a [system] table. `bind` declares them; a table that overrides another one (zero-shot,
/// rollout) is bound over a copy of the first.
///
/// Sites, with a = spacing: chain, square and cubic lattices of constant a; triangular: rows of constant a,
/// every other one moved by a/2; ring: regular polygon of side a; geometric: N random points in the cube of
/// volume N, the i-th in the i-th of N equal slabs across the first direction; complete: square or cubic grid
/// of constant a, every site moved at random by up to a/4 a component, so that no two are nearer than a/2.
/// Their boundaries are open. Node ids run along the first direction fastest, except for geometric graphs,
/// whose points ascend in it. Particles of a cutoff graph live in a box: see FluidOptions.
struct SystemOptions {
    std::string graph = "cubic";  ///< chain, ring, square, triangular, cubic, geometric, complete, cutoff
    std::vector<std::int64_t> size{
        2, 2, 2};  ///< sites per direction; one number for chain, ring, geometric, complete; unit cells
    /// 0: the graph's own (chain 1, ring 2, square 2, triangular 2, cubic 3, geometric 2, complete 2, cutoff
    /// 3)
    int dimension = 0;
    std::string potential = "harmonic";  ///< a law, see potential/registry.hpp
    /// Strength of a bond, in the meaning that the law gives it; of a law between masses for unit masses.
    config::Spread stiffness{1.0, 1.0};
    config::Spread rest_length{1.0, 1.0};  ///< length of a bond; not all laws read it
    potential::Values parameters;          ///< shared parameters of laws; the default of those left out
    double radius = 1.5;   ///< a random geometric graph joins points nearer than this; unit density of points
    double spacing = 0.0;  ///< distance of neighbouring sites; 0: the middle of rest_length
    double uniform_field = 0.0;  ///< g of a uniform field along the last direction: V = m g q_last
    double harmonic_trap = 0.0;  ///< κ of a trap about the origin: V = κ |q|²/2
    config::Spread mass{1.0, 1.0};
    std::uint64_t seed =
        1;               ///< of masses, stiffnesses, rest lengths, geometric graphs, random sites and species
    FluidOptions fluid;  ///< of a cutoff graph

    void bind(config::Section section);
    /// Records impossible combinations as problems of the deck.
    void check(const config::Section& section) const;

  private:
    void say_what_acts(const config::Section& section) const;
};

/// How initial states are drawn: displacement and momentum per component uniform in ±amplitude, keyed by
/// (seed, trajectory, node, component); the mean momentum is then subtracted when asked for. With a
/// temperature, momenta are Maxwell's instead, without total momentum, and scaled to have it exactly. The
/// same, bit for bit, on any number of ranks.
struct InitialStateOptions {
    double displacement = 0.25;
    double momentum = 0.5;
    double temperature = 0;  ///< 0: none, momenta are drawn by `momentum`
    bool zero_total_momentum = false;
    std::uint64_t seed = 1;

    void bind(config::Section section);
    /// Whether anything is drawn at all.
    [[nodiscard]] bool drawn() const { return displacement > 0 || momentum > 0 || temperature > 0; }
};

/// A reference system. Immutable; every rank holds one (its size does not grow with the number of particles).
class System {
  public:
    /// Throws InputError for impossible combinations.
    explicit System(SystemOptions options);

    [[nodiscard]] const SystemOptions& options() const noexcept { return options_; }
    [[nodiscard]] int dimension() const noexcept { return dimension_; }
    [[nodiscard]] GlobalIndex nodes() const noexcept { return nodes_; }
    /// True for cutoff graphs: particles live in box(), and edges follow from where they are.
    [[nodiscard]] bool follows_space() const noexcept { return options_.graph == "cutoff"; }
    /// The cell of a cutoff graph; open for others.
    [[nodiscard]] const graph::Box& box() const noexcept { return box_; }
    /// The same fluid with other particles in another box, whose state comes from elsewhere: site() and
    /// initial_state() are then of no use. Of cutoff graphs only.
    [[nodiscard]] System in_box(const graph::Box& box, GlobalIndex particles) const;
    /// Particles farther apart do not interact; infinite for given graphs.
    [[nodiscard]] double cutoff() const noexcept;
    [[nodiscard]] double skin() const noexcept { return options_.fluid.skin_or_default(); }
    [[nodiscard]] const Units& units() const noexcept { return units_; }
    /// Species are numbered from 0.
    [[nodiscard]] int species_count() const noexcept;
    /// Particles of each species [species_count()]. Not of in_box(), whose particles come from elsewhere.
    [[nodiscard]] std::vector<GlobalIndex> species_counts() const;
    /// Least and largest mass that particles of a species may have.
    [[nodiscard]] config::Spread mass_of(int species) const;
    /// One line, e.g. "cubic 16x16x16, harmonic springs".
    [[nodiscard]] std::string description() const;
    /// Edge attributes that the data set shows to the model: those that differ from edge to edge (stiffness,
    /// rest_length), always in this order; empty for uniform springs.
    [[nodiscard]] std::vector<std::string> edge_attribute_names() const;

    /// The part of the graph on nodes block_range(nodes(), comm.size(), comm.rank()); generated without any
    /// array of global size. Edge ids are the same on any rank count. Of a cutoff graph, whose edges follow
    /// from the positions, nodes, masses and species only. *Collective* (edge numbering).
    [[nodiscard]] graph::GraphPart graph_part(const parallel::Communicator& comm) const;

    /// Site of a node at rest, [dimension].
    void site(GlobalIndex node, std::span<double> position) const;
    /// State of trajectory `trajectory`: fills positions and momenta [owned + ghosts, dimension] of the
    /// graph's nodes. *Collective* when total momentum is removed.
    void initial_state(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                       const InitialStateOptions& options, std::int64_t trajectory,
                       std::span<double> positions, std::span<double> momenta) const;

    /// The same for particles by id, `id` and `mass` [n], of which the first `owned` are this rank's and all
    /// ranks' are all particles; positions (not wrapped into the box) and momenta [n, dimension].
    void initial_state(const parallel::Communicator& comm, std::span<const GlobalIndex> id,
                       std::span<const double> mass, LocalIndex owned, const InitialStateOptions& options,
                       std::int64_t trajectory, std::span<double> positions, std::span<double> momenta) const;

    /// True when energies change as the system is moved or turned as a whole.
    [[nodiscard]] bool has_field() const noexcept {
        return options_.uniform_field != 0 || options_.harmonic_trap != 0;
    }
    /// The exact Hamiltonian; reads masses and edge attributes from the graph.
    [[nodiscard]] std::unique_ptr<potential::ForceField> force_field() const;
    /// Leapfrog's limit 2/ω_max for small motion about rest, with ω_max² <= κ min(2 z, N) / m_min from above
    /// (the largest eigenvalue of a graph Laplacian): κ is the largest V'' at rest, z the largest degree, N
    /// the number of nodes. A geometric graph's z is estimated (mean + 6 standard deviations). Laws between
    /// masses: two of the largest masses that swing through each other, for gravity ω² = 2 G m_max / ε³.
    /// Large amplitudes of nonlinear bonds need less. A cutoff graph: twelve neighbours (six in the plane) in
    /// the wells of their pair energies (at their length where there is no well), or as near as the initial
    /// sites where that is nearer. Infinite without edges.
    [[nodiscard]] double largest_stable_step() const;
    /// Beyond this step leapfrog fails for certain: 2/ω of a motion that states as these have, from below.
    /// Springs: two bound particles that swing against each other, or the stiffest wave of a uniform lattice.
    /// Laws between masses: two neighbours at their first distance, with no regard to how near orbits come.
    /// Fluids whose sites touch: twelve neighbours in the softest of the wells; else those at the first
    /// distance. Infinite where nothing is certain: bonds that may be broken, orbits that are not bound,
    /// particles out of reach.
    [[nodiscard]] double certainly_unstable_step(const InitialStateOptions& initial) const;

  private:
    SystemOptions options_;
    int dimension_ = 3;
    GlobalIndex nodes_ = 0;
    graph::Box box_;
    Units units_;
};

}  // namespace rfhgn::systems
