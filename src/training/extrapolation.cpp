#include "rfhgn/training/extrapolation.hpp"

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::training {

namespace {

// The largest of all ranks; of equal ones the lowest rank's.
void share_largest(const parallel::Communicator& comm, model::Extrapolation& largest) {
    const double here = largest.quantity < 0 ? -1.0 : largest.excess;
    const double everywhere = parallel::max(comm, here);
    const bool mine = here >= 0 && here == everywhere;
    const int root = parallel::min(comm, mine ? comm.rank() : comm.size());
    if (root < comm.size()) parallel::broadcast(comm, std::span<model::Extrapolation>(&largest, 1), root);
}

}  // namespace

model::ExtrapolationReport outside_range(const parallel::Communicator& comm, const model::Model& model,
                                         const graph::DistributedGraph& graph,
                                         std::span<const double> positions, std::span<const double> momenta) {
    auto report = parallel::together(comm, [&] {
        return model.extrapolation(graph::atoms(graph, positions, momenta), graph::neighbours(graph));
    });
    report.half_bonds = parallel::sum(comm, report.half_bonds);
    report.particles = parallel::sum(comm, report.particles);
    share_largest(comm, report.largest);
    return report;
}

}  // namespace rfhgn::training
