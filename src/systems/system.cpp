#include "rfhgn/systems/system.hpp"

#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/potential/external_field.hpp"
#include "rfhgn/potential/pair_force_field.hpp"
#include "rfhgn/systems/thermal_momenta.hpp"

#include "law_options.hpp"
#include "pair_terms.hpp"
#include "system_problems.hpp"
#include "topology.hpp"
#include "unit_cells.hpp"

namespace rfhgn::systems {

namespace {

SystemOptions checked(SystemOptions options) {
    const auto problems = find_problems(options);
    if (!problems.empty()) {
        throw InputError(fmt::format("{}: {}", problems.front().key, problems.front().message),
                         "change the [system] table of the deck");
    }
    return options;
}

double draw(const config::Spread& spread, double uniform) {
    return spread.low + (spread.high - spread.low) * uniform;
}

/// Keyed by the two nodes, so that a spring is the same however edges are numbered.
void append_attributes(const SystemOptions& options, const graph::GlobalEdge& edge,
                       graph::AttributeTable& table) {
    const auto drawn =
        CounterRandom(options.seed, Stream::spring)
            .uniform2(static_cast<std::uint64_t>(edge.first), static_cast<std::uint64_t>(edge.second));
    for (const auto& name : table.names) {
        table.values.push_back(name == "stiffness" ? draw(options.stiffness, drawn[0])
                                                   : draw(options.rest_length, drawn[1]));
    }
}

/// Uniform integers in [−2³¹, 2³¹) keyed by node and trajectory: their sums are exact, in any order.
class SignedDraws {
  public:
    SignedDraws(std::uint64_t seed, Stream stream, std::int64_t trajectory)
        : random_(seed, stream), trajectory_(static_cast<std::uint64_t>(trajectory)) {}

    [[nodiscard]] std::array<std::int64_t, 3> operator()(GlobalIndex node) const {
        const auto words = random_.words(static_cast<std::uint64_t>(node), trajectory_);
        constexpr std::int64_t half = std::int64_t{1} << 31;
        return {words[0] - half, words[1] - half, words[2] - half};
    }
    /// Brings a draw to [−1, 1).
    static double scaled(double draw) { return std::ldexp(draw, -31); }

  private:
    CounterRandom random_;
    std::uint64_t trajectory_;
};

std::array<double, 3> mean_draw(const parallel::Communicator& comm, std::span<const GlobalIndex> owned,
                                GlobalIndex nodes, const SignedDraws& draws) {
    std::array<std::int64_t, 3> total{0, 0, 0};
    for (const GlobalIndex node : owned) {
        const auto drawn = draws(node);
        for (std::size_t k = 0; k < 3; ++k) total[k] += drawn[k];
    }
    parallel::sum<std::int64_t>(comm, total);
    std::array<double, 3> mean{};
    for (std::size_t k = 0; k < 3; ++k) mean[k] = static_cast<double>(total[k]) / static_cast<double>(nodes);
    return mean;
}

}  // namespace

System::System(SystemOptions options) : options_(checked(std::move(options))) {
    dimension_ = options_.dimension > 0 ? options_.dimension : find_graph_kind(options_.graph)->own_dimension;
    if (follows_space()) {
        nodes_ = fluid_particles(options_);
        box_ = fluid_box(options_, dimension_);
        units_ = units_of(options_.fluid.units);
        return;
    }
    nodes_ = std::accumulate(options_.size.begin(), options_.size.end(), GlobalIndex{1}, std::multiplies<>());
    box_.dimension = dimension_;
}

System System::in_box(const graph::Box& box, GlobalIndex particles) const {
    RFHGN_ASSERT(follows_space() && box.dimension == dimension_);
    System other = *this;
    other.box_ = box;
    other.nodes_ = particles;
    return other;
}

double System::cutoff() const noexcept {
    return follows_space() ? options_.fluid.cutoff : std::numeric_limits<double>::infinity();
}

int System::species_count() const noexcept {
    return follows_space() ? static_cast<int>(options_.fluid.species.size()) : 1;
}

std::vector<GlobalIndex> System::species_counts() const {
    return follows_space() ? fluid_species_counts(options_) : std::vector<GlobalIndex>{nodes_};
}

config::Spread System::mass_of(int species) const {
    const auto& of_species = options_.fluid.masses;
    if (follows_space() && !of_species.empty()) {
        const double mass = units_.mass * of_species[static_cast<std::size_t>(species)];
        return {mass, mass};
    }
    return {units_.mass * options_.mass.low, units_.mass * options_.mass.high};
}

std::string System::description() const {
    if (follows_space())
        return fmt::format("{} {}{}, {} to {}", options_.fluid.lattice, fmt::join(options_.size, "x"),
                           dimension_ == 3 ? "" : fmt::format(" in {}D", dimension_), options_.potential,
                           options_.fluid.cutoff);
    const bool own = dimension_ == find_graph_kind(options_.graph)->own_dimension;
    return fmt::format("{} {}{}, {}{}{}", options_.graph, fmt::join(options_.size, "x"),
                       own ? "" : fmt::format(" in {}D", dimension_), options_.potential,
                       law_of(options_)->between_masses ? "" : " springs", has_field() ? " in a field" : "");
}

std::vector<std::string> System::edge_attribute_names() const {
    std::vector<std::string> names;
    if (follows_space()) return names;
    if (!options_.stiffness.uniform()) names.emplace_back("stiffness");
    if (!options_.rest_length.uniform() && uses_rest_length(options_)) names.emplace_back("rest_length");
    return names;
}

graph::GraphPart System::graph_part(const parallel::Communicator& comm) const {
    graph::GraphPart part;
    part.dimension = dimension_;
    part.total_nodes = nodes_;
    part.nodes = parallel::block_range(nodes_, comm.size(), comm.rank());
    const CounterRandom masses(options_.seed, Stream::mass);
    for (GlobalIndex node = part.nodes.begin; node < part.nodes.end; ++node) {
        const int species = follows_space() ? fluid_species(options_, node) : 0;
        const auto& of_species = options_.fluid.masses;
        part.species.push_back(species);
        part.mass.push_back(units_.mass *
                            (follows_space() && !of_species.empty()
                                 ? of_species[static_cast<std::size_t>(species)]
                                 : draw(options_.mass, masses.uniform(static_cast<std::uint64_t>(node)))));
    }
    if (follows_space()) return part;
    part.edges = edges_above(options_, dimension_, part.nodes);
    part.first_edge_id = parallel::exclusive_sum(comm, static_cast<GlobalIndex>(part.edges.size()));
    part.edge_attributes.names = edge_attribute_names();
    for (const auto& edge : part.edges) append_attributes(options_, edge, part.edge_attributes);
    return part;
}

void System::site(GlobalIndex node, std::span<double> position) const {
    RFHGN_ASSERT(position.size() == static_cast<std::size_t>(dimension_));
    if (follows_space())
        fluid_site(options_, box_, node, position);
    else
        site_position(options_, node, position);
}

void System::initial_state(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                           const InitialStateOptions& options, std::int64_t trajectory,
                           std::span<double> positions, std::span<double> momenta) const {
    RFHGN_ASSERT(graph.dimension == dimension_);
    initial_state(comm, graph.node_id, graph.mass, graph.owned, options, trajectory, positions, momenta);
}

void System::initial_state(const parallel::Communicator& comm, std::span<const GlobalIndex> id,
                           std::span<const double> mass, LocalIndex owned, const InitialStateOptions& options,
                           std::int64_t trajectory, std::span<double> positions,
                           std::span<double> momenta) const {
    const auto d = static_cast<std::size_t>(dimension_);
    RFHGN_ASSERT(positions.size() == id.size() * d && momenta.size() == positions.size());
    const SignedDraws displacements(options.seed, Stream::position, trajectory);
    for (std::size_t i = 0; i < id.size(); ++i) {
        const auto displacement = displacements(id[i]);
        site(id[i], positions.subspan(i * d, d));
        for (std::size_t k = 0; k < d; ++k)
            positions[i * d + k] +=
                options.displacement * SignedDraws::scaled(static_cast<double>(displacement[k]));
    }
    if (options.temperature > 0) {
        const ThermalDraw draw{options.seed, trajectory, units_.boltzmann * options.temperature, nodes_};
        thermal_momenta(comm, draw, id, mass, owned, dimension_, momenta);
        return;
    }
    const SignedDraws draws(options.seed, Stream::momentum, trajectory);
    std::array<double, 3> mean{};
    if (options.zero_total_momentum)
        mean = mean_draw(comm, id.first(static_cast<std::size_t>(owned)), nodes_, draws);
    for (std::size_t i = 0; i < id.size(); ++i) {
        const auto drawn = draws(id[i]);
        for (std::size_t k = 0; k < d; ++k)
            momenta[i * d + k] =
                options.momentum * SignedDraws::scaled(static_cast<double>(drawn[k]) - mean[k]);
    }
}

std::unique_ptr<potential::ForceField> System::force_field() const {
    auto pairs = std::make_unique<potential::PairForceField>(
        std::make_unique<potential::NewtonianKineticTerm>(), make_pair_term(options_));
    if (!has_field()) return pairs;
    std::vector<std::unique_ptr<potential::ForceField>> terms;
    terms.push_back(std::move(pairs));
    terms.push_back(potential::make_force_field({options_.uniform_field, options_.harmonic_trap}));
    return potential::sum(std::move(terms));
}

}  // namespace rfhgn::systems
