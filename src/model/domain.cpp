#include "rfhgn/model/domain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::model {

namespace {

constexpr int distance_quantity = 0;
constexpr int momentum_quantity = 1;
constexpr int mass_quantity = 2;
constexpr int first_attribute = 3;

// Compares values with ranges and keeps the one that is farthest outside.
class Comparer {
  public:
    /// True when the value is outside.
    bool outside(int quantity, double value, double min, double max, GlobalIndex first, GlobalIndex second) {
        if (value >= min && value <= max) return false;
        const double beyond = value > max ? value - max : min - value;
        const double unit =
            max > min ? max - min : std::max(std::fabs(value), std::numeric_limits<double>::min());
        if (beyond / unit > largest_.excess || largest_.quantity < 0)
            largest_ = {quantity, first, second, value, min, max, beyond / unit};
        return true;
    }
    /// The largest of all ranks; of equal ones the lowest rank's. *Collective.*
    Excursion largest(const parallel::Communicator& comm) {
        const double here = largest_.quantity < 0 ? -1.0 : largest_.excess;
        const double everywhere = parallel::max(comm, here);
        const bool mine = here >= 0 && here == everywhere;
        const int root = parallel::min(comm, mine ? comm.rank() : comm.size());
        if (root < comm.size()) parallel::broadcast(comm, std::span<Excursion>(&largest_, 1), root);
        return largest_;
    }

  private:
    Excursion largest_;
};

bool bond_outside(Comparer& comparer, const PairwiseModel& model, const graph::DistributedGraph& graph,
                  std::size_t e, std::span<const double> positions) {
    const auto& domain = model.domain;
    const auto d = static_cast<std::size_t>(graph.dimension);
    const auto first = static_cast<std::size_t>(graph.edges[e].first);
    const auto second = static_cast<std::size_t>(graph.edges[e].second);
    double squared = 0;
    for (std::size_t k = 0; k < d; ++k) {
        const double apart = positions[first * d + k] - positions[second * d + k];
        squared += apart * apart;
    }
    const double distance = std::sqrt(squared);
    if (model.cutoff.beyond(distance)) return false;  // no message
    const auto [a, b] = std::minmax(graph.node_id[first], graph.node_id[second]);
    bool outside =
        comparer.outside(distance_quantity, distance, domain.distance_min, domain.distance_max, a, b);
    const auto attributes = graph.edge_attributes.row(e);
    for (std::size_t c = 0; c < domain.attribute_min.size(); ++c)
        outside |= comparer.outside(first_attribute + static_cast<int>(c), attributes[c],
                                    domain.attribute_min[c], domain.attribute_max[c], a, b);
    return outside;
}

bool particle_outside(Comparer& comparer, const PairwiseModel& model, const graph::DistributedGraph& graph,
                      std::size_t node, std::span<const double> momenta) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    double squared = 0;
    for (std::size_t k = node * d; k < (node + 1) * d; ++k) squared += momenta[k] * momenta[k];
    const auto id = graph.node_id[node];
    const auto& domain = model.domain;
    bool outside = false;
    if (!model.kinetic_known)
        outside |= comparer.outside(momentum_quantity, squared, 0.0, domain.squared_momentum_max, id, -1);
    if (!model.kinetic_known || model.mass_input_messages)
        outside |=
            comparer.outside(mass_quantity, graph.mass[node], domain.mass_min, domain.mass_max, id, -1);
    return outside;
}

}  // namespace

DomainReport outside_domain(const parallel::Communicator& comm, const PairwiseModel& model,
                            const graph::DistributedGraph& graph, std::span<const double> positions,
                            std::span<const double> momenta) {
    Comparer comparer;
    DomainReport report;
    const auto whole = static_cast<std::size_t>(graph.whole_edges());
    GlobalIndex halves = 0;  // an edge that two ranks hold counts by half on each
    for (std::size_t e = 0; e < graph.edges.size(); ++e)
        if (bond_outside(comparer, model, graph, e, positions)) halves += e < whole ? 2 : 1;
    for (LocalIndex i = 0; i < graph.owned; ++i)
        report.particles +=
            particle_outside(comparer, model, graph, static_cast<std::size_t>(i), momenta) ? 1 : 0;
    report.bonds = parallel::sum(comm, halves) / 2;
    report.particles = parallel::sum(comm, report.particles);
    report.largest = comparer.largest(comm);
    return report;
}

std::string describe(const Excursion& excursion, const PairwiseModel& model) {
    const std::string quantity =
        excursion.quantity == distance_quantity   ? "distance"
        : excursion.quantity == momentum_quantity ? "squared momentum"
        : excursion.quantity == mass_quantity
            ? "mass"
            : model.edge_attribute_names[static_cast<std::size_t>(excursion.quantity - first_attribute)];
    const std::string owner = excursion.second < 0
                                  ? fmt::format("particle {}", excursion.first)
                                  : fmt::format("bond {}-{}", excursion.first, excursion.second);
    return fmt::format("the {} of {} is {:.6g}, outside [{:.6g}, {:.6g}] of the training data", quantity,
                       owner, excursion.value, excursion.min, excursion.max);
}

}  // namespace rfhgn::model
