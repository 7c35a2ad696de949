#include "rfhgn/graph/neighbour_list.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "cutoff_edges.hpp"
#include "ghost_images.hpp"
#include "migration.hpp"
#include "recursive_bisection.hpp"

namespace rfhgn::graph {

namespace {

/// Subdomains are cut anew when the fullest rank is this much fuller than when they were cut: more than
/// chance makes it, since all wait for it in every step, and enough to be worth the moving.
double uneven(double mean) {
    return 1 + std::max(0.01, 2 / std::sqrt(std::max(mean, 1.0)));
}

constexpr std::size_t most_local = std::numeric_limits<LocalIndex>::max();

/// A reach in box coordinates: a little more than needed, so that rounding loses no ghost.
Vector3 margin_of(const Box& box, double reach) {
    const auto width = widths(box);
    Vector3 margin{};
    for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k)
        margin[k] = reach * (1 + 1e-9) / width[k];
    return margin;
}

DistributedGraph without_edges(const parallel::Communicator& comm, const Box& box, ListStyle list_style,
                               GlobalIndex total, const Particles& particles,
                               std::span<const GhostImage> ghosts) {
    parallel::together(comm, [&] {
        require(particles.id.size() + ghosts.size() <= most_local,
                Advice{"choose a smaller cutoff or more ranks"},
                "rank {} would hold {} particles and {} ghosts, more than 32-bit indices number", comm.rank(),
                particles.id.size(), ghosts.size());
    });
    std::vector<parallel::RemoteNode> places;
    places.reserve(ghosts.size());
    for (const auto& ghost : ghosts) places.push_back(ghost.place);
    const auto owned = static_cast<LocalIndex>(particles.id.size());
    DistributedGraph graph{.dimension = box.dimension,
                           .total_nodes = total,
                           .owned = owned,
                           .ghosts = static_cast<LocalIndex>(ghosts.size()),
                           .node_id = particles.id,
                           .mass = particles.mass,
                           .species = particles.species,
                           .list_style = list_style,
                           .halo = {comm, owned, places}};
    const bool shifted =
        std::any_of(ghosts.begin(), ghosts.end(), [](const auto& g) { return g.image != Image{}; });
    for (const auto& ghost : ghosts) {
        graph.node_id.push_back(ghost.id);
        graph.mass.push_back(ghost.mass);
        graph.species.push_back(ghost.species);
        if (!shifted) continue;
        const auto shift = displacement(box, ghost.image);
        graph.ghost_shift.insert(graph.ghost_shift.end(), shift.begin(), shift.begin() + box.dimension);
    }
    return graph;
}

/// Appends positions of ghosts; the same bits as update_positions would give.
void append_positions(const DistributedGraph& graph, std::span<const GhostImage> ghosts,
                      std::vector<double>& positions) {
    for (const auto& ghost : ghosts)
        positions.insert(positions.end(), ghost.position.begin(), ghost.position.begin() + graph.dimension);
    double* rows = positions.data() + graph.owned_size();
    for (std::size_t k = 0; k < graph.ghost_shift.size(); ++k) rows[k] += graph.ghost_shift[k];
}

// More is refused before memory is asked for; what a rank really holds is checked later.
void require_few_images(const Box& box, const NeighbourListOptions& options, double particles) {
    const Vector3 margin = margin_of(box, options.cutoff + options.skin);
    for (std::size_t k = 0; k < 3; ++k)
        if (box.periodic[k]) particles *= 1 + 2 * margin[k];
    require(particles <= static_cast<double>(most_local),
            Advice{"choose a smaller cutoff or look at the cell vectors of the box"},
            "a cutoff that spans the box {:.3g} times reaches more images of particles than 32-bit indices "
            "number",
            *std::max_element(margin.begin(), margin.end()));
}

/// Of particles of uniform density, with a little to spare: half of those in a ball around each. At most what
/// 32-bit indices number.
std::size_t expected_edges(const Box& box, double reach, GlobalIndex total, std::size_t particles) {
    constexpr double pi = std::numbers::pi;
    const double ball = box.dimension == 3 ? 4.0 / 3.0 * pi * std::pow(reach, 3) : pi * reach * reach;
    const double within =
        std::min(0.5 * ball * static_cast<double>(total) / volume(box), 0.5 * static_cast<double>(total));
    return static_cast<std::size_t>(
        std::min(1.05 * within * static_cast<double>(particles), static_cast<double>(most_local)));
}

void require_few(const parallel::Communicator& comm, std::size_t edges) {
    parallel::together(comm, [&] {
        require(edges <= most_local, Advice{"choose a smaller cutoff or more ranks"},
                "rank {} would hold {} edges, more than 32-bit indices number", comm.rank(), edges);
    });
}

void check_particles(const parallel::Communicator& comm, const Box& box, const Particles& particles,
                     GlobalIndex total) {
    parallel::together(comm, [&] {
        const std::size_t n = particles.id.size();
        const auto d = static_cast<std::size_t>(box.dimension);
        RFHGN_ASSERT(particles.mass.size() == n && particles.species.size() == n);
        RFHGN_ASSERT(particles.position.size() == n * d && particles.momentum.size() == n * d);
        RFHGN_ASSERT(particles.image.empty() || particles.image.size() == n);
        for (const GlobalIndex id : particles.id)
            require(id >= 0 && id < total, Advice{"number particles from 0 without gaps"},
                    "a particle has the id {}, but there are {} particles", id, total);
        const auto bad = first_unplaceable(box, particles);
        require(bad == n, Advice{"look at the positions of the input"},
                "particle {} has a position that is not finite or far outside the box",
                bad < n ? particles.id[bad] : 0);
    });
}

/// Two particles at one place would feel infinite forces.
void require_apart(const parallel::Communicator& comm, const DistributedGraph& graph,
                   std::span<const double> positions, double cutoff) {
    parallel::together(comm, [&] {
        const auto d = static_cast<std::size_t>(graph.dimension);
        for (const auto& [first, second] : graph.edges) {
            const auto a = static_cast<std::size_t>(first);
            const auto b = static_cast<std::size_t>(second);
            double squared = 0;
            for (std::size_t k = 0; k < d; ++k)
                squared += (positions[b * d + k] - positions[a * d + k]) *
                           (positions[b * d + k] - positions[a * d + k]);
            require(squared > 1e-12 * cutoff * cutoff,
                    Advice{"look at the positions, the density and the box of the input"},
                    "particles {} and {} overlap: they are {:.3g} apart", graph.node_id[a], graph.node_id[b],
                    std::sqrt(squared));
        }
    });
}

}  // namespace

void check(const Box& box, const NeighbourListOptions& options) {
    check(box);
    require(std::isfinite(options.cutoff) && options.cutoff > 0, Advice{"give a positive cutoff"},
            "the cutoff is {}", options.cutoff);
    require(std::isfinite(options.skin) && options.skin >= 0,
            Advice{"give a skin of 0 or more; a tenth of the cutoff is usual"}, "the skin is {}",
            options.skin);
}

GlobalIndex most_useful_ranks(const Box& box, const NeighbourListOptions& options) {
    const auto width = widths(box);
    GlobalIndex ranks = 1;
    for (std::size_t k = 0; k < static_cast<std::size_t>(box.dimension); ++k)
        ranks *=
            std::max<GlobalIndex>(1, std::llround(std::floor(width[k] / (options.cutoff + options.skin))));
    return ranks;
}

NeighbourList::NeighbourList(const parallel::Communicator& comm, const Box& box,
                             const NeighbourListOptions& options, Particles& particles)
    : comm_(comm), box_(box), options_(options) {
    check(box, options);  // the same on every rank
    total_ = parallel::sum(comm, static_cast<GlobalIndex>(particles.id.size()));
    require_few_images(box, options, static_cast<double>(total_) / comm.size());
    check_particles(comm, box, particles, total_);
    particles.image.resize(particles.id.size());
    place(particles, Cuts::fresh);
    require_apart(comm, *graph_, particles.position, options.cutoff);
}

NeighbourList::~NeighbourList() = default;
NeighbourList::NeighbourList(NeighbourList&&) noexcept = default;

bool NeighbourList::stale(std::span<const double> positions) const {
    const auto d = static_cast<std::size_t>(box_.dimension);
    const double limit = 0.25 * options_.skin * options_.skin;
    bool moved = false;
    for (std::size_t i = 0; i < made_at_.size(); i += d) {
        double squared = 0;
        for (std::size_t k = i; k < i + d; ++k)
            squared += (positions[k] - made_at_[k]) * (positions[k] - made_at_[k]);
        moved |= !(squared <= limit);  // so that numbers that are not finite count as moved
    }
    return parallel::any(comm_, moved);
}

void NeighbourList::rebuild(std::vector<double>& positions, std::vector<double>& momenta,
                            std::vector<Image>& images, Cuts cuts) {
    const auto owned = static_cast<std::ptrdiff_t>(graph_->owned);
    positions.resize(graph_->owned_size());
    momenta.resize(graph_->owned_size());
    Particles particles{{graph_->node_id.begin(), graph_->node_id.begin() + owned},
                        {graph_->mass.begin(), graph_->mass.begin() + owned},
                        {graph_->species.begin(), graph_->species.begin() + owned},
                        std::move(positions),
                        std::move(momenta),
                        std::move(images)};
    parallel::together(comm_, [&] {
        const auto bad = first_unplaceable(box_, particles);
        require<RunError>(bad == particles.id.size(), Advice{"use a smaller dt"},
                          "particle {} has a position that is not finite or far outside the box",
                          bad < particles.id.size() ? particles.id[bad] : 0);
    });
    ++counts_.rebuilds;
    place(particles, cuts);
    positions = std::move(particles.position);
    momenta = std::move(particles.momentum);
    images = std::move(particles.image);
}

void NeighbourList::place(Particles& particles, Cuts cuts) {
    auto coordinates = wrap(box_, particles);
    const double mean = static_cast<double>(total_) / comm_.size();
    const auto fullness = [&] {
        return static_cast<double>(
                   parallel::max<GlobalIndex>(comm_, static_cast<GlobalIndex>(particles.id.size()))) /
               std::max(mean, 1.0);
    };
    if (cuts_ && cuts == Cuts::keep) send_to_owners(comm_, *cuts_, particles, coordinates);
    if (!cuts_ || cuts == Cuts::fresh || fullness() > uneven(mean) * even_) {
        cuts_ = std::make_unique<RecursiveBisection>(comm_, box_, coordinates);
        ++counts_.bisections;
        send_to_owners(comm_, *cuts_, particles, coordinates);
        even_ = fullness();
    }
    make_graph(particles, coordinates);
}

void NeighbourList::make_graph(Particles& particles, std::vector<Vector3>& coordinates) {
    const double reach = options_.cutoff + options_.skin;
    const Vector3 margin = margin_of(box_, reach);
    const CellGrid grid(box_, widened(bounding_region(coordinates), margin), reach);
    auto cells = sort_particles(grid, particles, coordinates);
    made_at_ = particles.position;
    auto ghosts = gather_ghosts(comm_, box_, *cuts_, options_.list_style, margin, particles, coordinates);
    auto ghost_cells = sort_ghosts(grid, box_, ghosts);
    EdgeList edges(graph_ ? std::move(graph_->edges) : std::vector<Edge>{});
    if (!graph_) edges.expect(expected_edges(box_, reach, total_, particles.id.size()));
    graph_.emplace(without_edges(comm_, box_, options_.list_style, total_, particles, ghosts));

    append_positions(*graph_, ghosts, particles.position);
    particles.momentum.resize(graph_->state_size());
    const auto places = std::span<const double>(particles.position);
    const auto owned = cell_points(std::move(cells), places.first(graph_->owned_size()), box_.dimension);
    const auto outside =
        cell_points(std::move(ghost_cells), places.subspan(graph_->owned_size()), box_.dimension);
    append_interior_edges(grid, owned, reach * reach, edges);
    const std::size_t interior = edges.size();
    append_cut_edges(grid, owned, outside, reach * reach, edges);
    require_few(comm_, edges.size());
    graph_->interior_edges = static_cast<LocalIndex>(interior);
    graph_->edges = std::move(edges).take();
    count(*graph_);
}

// An edge that two ranks hold counts by half on each.
void NeighbourList::count(DistributedGraph& graph) const {
    std::array<GlobalIndex, 2> sums{graph.owned, GlobalIndex{graph.edge_count()} + graph.whole_edges()};
    parallel::sum(comm_, std::span<GlobalIndex>(sums));
    RFHGN_ASSERT(sums[0] == total_);
    graph.total_edges = sums[1] / 2;
}

}  // namespace rfhgn::graph
