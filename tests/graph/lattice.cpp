#include "lattice.hpp"

#include "rfhgn/base/random.hpp"

namespace rfhgn::tests {

std::vector<graph::GlobalEdge> lattice_edges(GlobalIndex length) {
    std::vector<graph::GlobalEdge> edges;
    for (GlobalIndex node = 0; node < length * length * length; ++node) {
        if (node % length + 1 < length) edges.push_back({node, node + 1});
        if (node / length % length + 1 < length) edges.push_back({node, node + length});
        if (node / (length * length) + 1 < length) edges.push_back({node, node + length * length});
    }
    return edges;
}

graph::GraphPart lattice_part(const parallel::Communicator& comm, GlobalIndex length, Listing listing) {
    const auto share = [&](GlobalIndex total) {
        if (listing == Listing::blocks) return parallel::block_range(total, comm.size(), comm.rank());
        return comm.rank() + 1 == comm.size() ? parallel::Range{0, total} : parallel::Range{0, 0};
    };
    const auto all_edges = lattice_edges(length);
    const auto edges = share(static_cast<GlobalIndex>(all_edges.size()));
    graph::GraphPart part;
    part.total_nodes = length * length * length;
    part.nodes = share(part.total_nodes);
    part.first_edge_id = edges.begin;
    part.edge_attributes.names = {"id", "ends"};
    for (GlobalIndex node = part.nodes.begin; node < part.nodes.end; ++node) {
        part.mass.push_back(lattice_mass(node));
        part.species.push_back(lattice_species(node));
    }
    for (GlobalIndex e = edges.begin; e < edges.end; ++e) {
        const auto edge = all_edges[static_cast<std::size_t>(e)];
        part.edges.push_back(edge);
        part.edge_attributes.values.push_back(static_cast<double>(e));
        part.edge_attributes.values.push_back(static_cast<double>(edge.first) +
                                              static_cast<double>(edge.second) / 1000.0);
    }
    return part;
}

std::vector<int> random_owners(const parallel::Communicator& comm, const graph::GraphPart& part, int but) {
    const CounterRandom random(17, Stream::topology);
    std::vector<int> owner;
    for (GlobalIndex node = part.nodes.begin; node < part.nodes.end; ++node) {
        const auto ranks = static_cast<std::uint64_t>(comm.size() - (but >= 0 ? 1 : 0));
        const int drawn = static_cast<int>(random.below(ranks, static_cast<std::uint64_t>(node)));
        owner.push_back(but >= 0 && drawn >= but ? drawn + 1 : drawn);
    }
    return owner;
}

}  // namespace rfhgn::tests
