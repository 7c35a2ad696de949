#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::graph {

DistributionReport report(const parallel::Communicator& comm, const DistributedGraph& graph) {
    DistributionReport report;
    report.cut_edges = parallel::sum<GlobalIndex>(comm, graph.edge_count() - graph.interior_edges) / 2;
    report.largest_owned = parallel::max<GlobalIndex>(comm, graph.owned);
    report.smallest_owned = parallel::min<GlobalIndex>(comm, graph.owned);
    report.largest_halo = parallel::max<GlobalIndex>(comm, graph.ghosts);
    report.most_neighbours = parallel::max(comm, graph.halo.traffic().neighbours);
    return report;
}

}  // namespace rfhgn::graph
