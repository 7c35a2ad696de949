#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::graph {

DistributionReport report(const parallel::Communicator& comm, const DistributedGraph& graph) {
    DistributionReport report;
    const GlobalIndex ends =
        GlobalIndex{graph.edge_count()} + graph.whole_edges() - 2 * GlobalIndex{graph.interior_edges};
    report.cut_edges = parallel::sum(comm, ends) / 2;
    report.largest_owned = parallel::max<GlobalIndex>(comm, graph.owned);
    report.smallest_owned = parallel::min<GlobalIndex>(comm, graph.owned);
    report.largest_halo = parallel::max<GlobalIndex>(comm, graph.ghosts);
    report.most_neighbours = parallel::max(comm, graph.halo.traffic().neighbours);
    return report;
}

}  // namespace rfhgn::graph
