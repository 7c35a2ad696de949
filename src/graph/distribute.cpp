#include <algorithm>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/parallel/redistribute.hpp"

#include "edge_placement.hpp"
#include "node_directory.hpp"

namespace rfhgn::graph {

namespace {

constexpr GlobalIndex most_local = std::numeric_limits<LocalIndex>::max();

void check_part(const parallel::Communicator& comm, const GraphPart& part, std::span<const int> owner) {
    parallel::together(comm, [&] {
        const auto nodes = static_cast<std::size_t>(part.nodes.size());
        RFHGN_ASSERT(part.mass.size() == nodes && part.species.size() == nodes && owner.size() == nodes);
        RFHGN_ASSERT(part.edge_attributes.values.size() ==
                     part.edges.size() * part.edge_attributes.columns());
        RFHGN_ASSERT(part.edge_shift.empty() ||
                     part.edge_shift.size() == part.edges.size() * static_cast<std::size_t>(part.dimension));
        RFHGN_ASSERT(
            std::all_of(owner.begin(), owner.end(), [&](int r) { return r >= 0 && r < comm.size(); }));
    });
    check_edges(comm, part);
}

/// Each node's value at its new owner, owned nodes in order of global id (ranks list consecutive ranges).
template <class T>
std::vector<T> send_nodes(const parallel::Communicator& comm, std::span<const int> owner,
                          std::span<const T> values, std::size_t width = 1) {
    std::vector<std::vector<T>> outgoing(static_cast<std::size_t>(comm.size()));
    for (std::size_t node = 0; node < owner.size(); ++node) {
        auto& to = outgoing[static_cast<std::size_t>(owner[node])];
        const auto row = values.subspan(node * width, width);
        to.insert(to.end(), row.begin(), row.end());
    }
    return parallel::redistribute(comm, std::move(outgoing));
}

void check_local_sizes(const parallel::Communicator& comm, std::size_t nodes, std::size_t edges) {
    parallel::together(comm, [&] {
        require(
            static_cast<GlobalIndex>(nodes) <= most_local && static_cast<GlobalIndex>(edges) <= most_local,
            Advice{"run on more ranks"},
            "rank {} would hold {} nodes and {} edges, more than 32-bit indices number", comm.rank(), nodes,
            edges);
    });
}

AttributeTable reorder(const AttributeTable& like, const std::vector<double>& values,
                       const std::vector<std::size_t>& position) {
    AttributeTable table{like.names, {}};
    const std::size_t columns = table.columns();
    table.values.reserve(values.size());
    for (const std::size_t from : position) {
        const double* row = values.data() + from * columns;
        table.values.insert(table.values.end(), row, row + columns);
    }
    return table;
}

/// Gives ghosts their owners' masses and species.
void update_ghost_attributes(DistributedGraph& graph) {
    const auto nodes = static_cast<std::size_t>(graph.local_nodes());
    graph.mass.resize(nodes);
    std::vector<double> species(graph.species.begin(), graph.species.end());
    species.resize(nodes);
    graph.halo.update(graph.mass, 1);
    graph.halo.update(species, 1);
    graph.species.resize(nodes);
    std::transform(species.begin(), species.end(), graph.species.begin(),
                   [](double s) { return static_cast<int>(s); });
}

parallel::HaloExchange exchange_plan(const parallel::Communicator& comm, LocalIndex owned,
                                     const std::vector<PlacedEnd>& ghosts) {
    std::vector<parallel::RemoteNode> places;
    places.reserve(ghosts.size());
    for (const auto& ghost : ghosts) places.push_back(ghost.place);
    return {comm, owned, places};
}

std::vector<double> shifts(const std::vector<PlacedEnd>& ghosts, int dimension) {
    std::vector<double> shift;
    if (std::none_of(ghosts.begin(), ghosts.end(), [](const auto& g) { return g.shifted(); })) return shift;
    for (const auto& ghost : ghosts)
        shift.insert(shift.end(), ghost.shift.begin(), ghost.shift.begin() + dimension);
    return shift;
}

}  // namespace

void begin_positions(const DistributedGraph& graph, std::span<double> positions) {
    graph.halo.begin_update(positions, graph.dimension);
}

void end_positions(const DistributedGraph& graph, std::span<double> positions) {
    graph.halo.end_update(positions, graph.dimension);
    double* ghosts = positions.data() + graph.owned_size();
    for (std::size_t k = 0; k < graph.ghost_shift.size(); ++k) ghosts[k] += graph.ghost_shift[k];
}

void update_positions(const DistributedGraph& graph, std::span<double> positions) {
    begin_positions(graph, positions);
    end_positions(graph, positions);
}

DistributedGraph distribute(const parallel::Communicator& comm, const GraphPart& part,
                            std::span<const int> owner) {
    check_part(comm, part, owner);
    std::vector<GlobalIndex> listed(owner.size());
    for (std::size_t i = 0; i < listed.size(); ++i)
        listed[i] = part.nodes.begin + static_cast<GlobalIndex>(i);
    auto node_id = send_nodes<GlobalIndex>(comm, owner, listed);
    const std::size_t owned = node_id.size();
    parallel::interruption_point(comm);

    const PlacedEdges placed = send_to_owners(comm, part, NodeDirectory(comm, part, owner));
    parallel::interruption_point(comm);
    const std::vector<PlacedEnd> ghosts = find_ghosts(placed.edges, comm.rank());
    check_local_sizes(comm, owned + ghosts.size(), placed.edges.size());
    for (const auto& ghost : ghosts) node_id.push_back(ghost.node);
    auto ordered = order_edges(placed.edges, ghosts, comm.rank(), static_cast<LocalIndex>(owned));
    parallel::interruption_point(comm);
    std::vector<GlobalIndex> edge_id;
    edge_id.reserve(ordered.position.size());
    for (const std::size_t from : ordered.position) edge_id.push_back(placed.edges[from].id);

    DistributedGraph graph{
        .dimension = part.dimension,
        .total_nodes = part.total_nodes,
        .total_edges = parallel::sum(comm, static_cast<GlobalIndex>(part.edges.size())),
        .owned = static_cast<LocalIndex>(owned),
        .ghosts = static_cast<LocalIndex>(ghosts.size()),
        .node_id = std::move(node_id),
        .mass = send_nodes<double>(comm, owner, part.mass),
        .species = send_nodes<int>(comm, owner, part.species),
        .ghost_shift = shifts(ghosts, part.dimension),
        .edges = std::move(ordered.edges),
        .interior_edges = ordered.interior,
        .edge_id = std::move(edge_id),
        .edge_attributes = reorder(part.edge_attributes, placed.attributes, ordered.position),
        .halo = exchange_plan(comm, static_cast<LocalIndex>(owned), ghosts),
    };
    update_ghost_attributes(graph);
    return graph;
}

std::vector<double> migrate(const parallel::Communicator& comm, const GraphPart& part,
                            std::span<const int> owner, const DistributedGraph& graph,
                            std::span<const double> values, int width) {
    parallel::together(comm, [&] {
        RFHGN_ASSERT(owner.size() == static_cast<std::size_t>(part.nodes.size()));
        RFHGN_ASSERT(values.size() == owner.size() * static_cast<std::size_t>(width));
    });
    auto moved = send_nodes<double>(comm, owner, values, static_cast<std::size_t>(width));
    RFHGN_ASSERT(moved.size() == static_cast<std::size_t>(graph.owned) * static_cast<std::size_t>(width));
    return moved;
}

}  // namespace rfhgn::graph
