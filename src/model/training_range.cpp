#include "rfhgn/model/training_range.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::model {

namespace {

constexpr int distance_quantity = 0;
constexpr int momentum_quantity = 1;
constexpr int mass_quantity = 2;
constexpr int first_attribute = 3;

template <class Key, class Range>
std::map<Key, Range> united(std::map<Key, Range> ranges, const std::map<Key, Range>& others) {
    for (const auto& [key, range] : others) {
        const auto [place, is_new] = ranges.emplace(key, range);
        if (!is_new) place->second = unite(place->second, range);
    }
    return ranges;
}

// The ranges that a state is compared with. A pair that was not seen has the empty range.
class Ranges {
  public:
    explicit Ranges(const TrainingRange& training_range) : training_range_(training_range) {}

    const PairRange& pair(SpeciesPair species) {
        if (!training_range_.by_species()) return training_range_.all_pairs;
        if (pair_ && species == last_) return *pair_;  // most pairs are of the species of the one before
        const auto found = training_range_.pairs.find(species);
        last_ = species;
        return *(pair_ = found == training_range_.pairs.end() ? &unseen_pair_ : &found->second);
    }
    [[nodiscard]] const ParticleRange& particle(int species) const {
        if (!training_range_.by_species()) return training_range_.all_particles;
        const auto found = training_range_.particles.find(species);
        return found == training_range_.particles.end() ? unseen_particle_ : found->second;
    }

  private:
    const TrainingRange& training_range_;
    PairRange unseen_pair_;
    ParticleRange unseen_particle_{0, 0, 0};
    SpeciesPair last_;
    const PairRange* pair_ = nullptr;
};

// Who has a value: particles by global id, and the species whose range is asked for.
struct Holder {
    GlobalIndex first;
    GlobalIndex second;
    SpeciesPair species;
};

// Compares values with ranges and keeps the one that is farthest outside.
class Comparer {
  public:
    /// True when the value is outside.
    bool outside(int quantity, double value, double min, double max, const Holder& of) {
        if (value >= min && value <= max) return false;
        const double beyond = value > max ? value - max : min - value;
        const double unit =
            max > min ? max - min : std::max(std::fabs(value), std::numeric_limits<double>::min());
        if (beyond / unit > largest_.excess || largest_.quantity < 0)
            largest_ = {quantity, of.first, of.second, value, min, max, beyond / unit, of.species};
        return true;
    }
    /// The largest of all ranks; of equal ones the lowest rank's. *Collective.*
    Extrapolation largest(const parallel::Communicator& comm) {
        const double here = largest_.quantity < 0 ? -1.0 : largest_.excess;
        const double everywhere = parallel::max(comm, here);
        const bool mine = here >= 0 && here == everywhere;
        const int root = parallel::min(comm, mine ? comm.rank() : comm.size());
        if (root < comm.size()) parallel::broadcast(comm, std::span<Extrapolation>(&largest_, 1), root);
        return largest_;
    }

  private:
    Extrapolation largest_;
};

bool bond_outside(Comparer& comparer, Ranges& ranges, const PairwiseModel& model,
                  const graph::DistributedGraph& graph, std::size_t e, std::span<const double> positions) {
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
    const Holder bond{a, b, unordered(graph.species[first], graph.species[second])};
    const auto& range = ranges.pair(bond.species);
    bool outside =
        comparer.outside(distance_quantity, distance, range.distance_min, range.distance_max, bond);
    const auto attributes = graph.edge_attributes.row(e);
    for (std::size_t c = 0; c < range.attribute_min.size(); ++c)
        outside |= comparer.outside(first_attribute + static_cast<int>(c), attributes[c],
                                    range.attribute_min[c], range.attribute_max[c], bond);
    return outside;
}

bool particle_outside(Comparer& comparer, const Ranges& ranges, const PairwiseModel& model,
                      const graph::DistributedGraph& graph, std::size_t node,
                      std::span<const double> momenta) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    double squared = 0;
    for (std::size_t k = node * d; k < (node + 1) * d; ++k) squared += momenta[k] * momenta[k];
    const int species = graph.species[node];
    const Holder particle{graph.node_id[node], -1, {species, species}};
    const auto& range = ranges.particle(species);
    bool outside = false;
    if (!model.kinetic_known)
        outside |= comparer.outside(momentum_quantity, squared, 0.0, range.squared_momentum_max, particle);
    if (!model.kinetic_known || model.mass_input_messages)
        outside |=
            comparer.outside(mass_quantity, graph.mass[node], range.mass_min, range.mass_max, particle);
    return outside;
}

// "", " for the species 1", " for the species 0-1".
std::string whose(const Extrapolation& extrapolation, const TrainingRange& training_range) {
    if (training_range.particles.size() < 2) return "";
    return " for the species " + (extrapolation.second < 0 ? std::to_string(extrapolation.species.first)
                                                           : model::describe(extrapolation.species));
}

}  // namespace

PairRange unite(const PairRange& a, const PairRange& b) {
    PairRange range{std::min(a.distance_min, b.distance_min), std::max(a.distance_max, b.distance_max)};
    if (a.attribute_min.size() != b.attribute_min.size()) return range;  // not known of one of them
    for (std::size_t c = 0; c < a.attribute_min.size(); ++c) {
        range.attribute_min.push_back(std::min(a.attribute_min[c], b.attribute_min[c]));
        range.attribute_max.push_back(std::max(a.attribute_max[c], b.attribute_max[c]));
    }
    return range;
}

ParticleRange unite(const ParticleRange& a, const ParticleRange& b) {
    return {std::max(a.squared_momentum_max, b.squared_momentum_max), std::min(a.mass_min, b.mass_min),
            std::max(a.mass_max, b.mass_max)};
}

TrainingRange unite(const TrainingRange& a, const TrainingRange& b) {
    TrainingRange training_range{unite(a.all_pairs, b.all_pairs), unite(a.all_particles, b.all_particles)};
    if (!a.by_species() || !b.by_species()) return training_range;
    training_range.pairs = united(a.pairs, b.pairs);
    training_range.particles = united(a.particles, b.particles);
    return training_range;
}

TrainingRange within(const Cutoff& cutoff, TrainingRange training_range) {
    if (cutoff.none()) return training_range;
    training_range.all_pairs.distance_max = cutoff.radius;
    std::erase_if(training_range.pairs,
                  [&](const auto& pair) { return cutoff.beyond(pair.second.distance_min); });
    for (auto& [species, range] : training_range.pairs) range.distance_max = cutoff.radius;
    return training_range;
}

std::string describe_unseen_pairs(const PairwiseModel& model) {
    if (model.cutoff.none()) return "";  // who meets whom is given
    const auto& training_range = model.training_range;
    std::vector<std::string> unseen;
    for (auto a = training_range.particles.begin(); a != training_range.particles.end(); ++a)
        for (auto b = a; b != training_range.particles.end(); ++b)
            if (!training_range.pairs.contains({a->first, b->first}))
                unseen.push_back(describe(SpeciesPair{a->first, b->first}));
    if (unseen.empty()) return "";
    return fmt::format(
        "the training data never show particles of the species {} nearer than the cutoff {:g}: there is no "
        "force between them, and systems in which they can meet are refused",
        fmt::join(unseen, " and "), model.cutoff.radius);
}

ExtrapolationReport outside_range(const parallel::Communicator& comm, const PairwiseModel& model,
                                  const graph::DistributedGraph& graph, std::span<const double> positions,
                                  std::span<const double> momenta) {
    Comparer comparer;
    Ranges ranges(model.training_range);
    ExtrapolationReport report;
    const auto whole = static_cast<std::size_t>(graph.whole_edges());
    GlobalIndex halves = 0;  // an edge that two ranks hold counts by half on each
    for (std::size_t e = 0; e < graph.edges.size(); ++e)
        if (bond_outside(comparer, ranges, model, graph, e, positions)) halves += e < whole ? 2 : 1;
    for (LocalIndex i = 0; i < graph.owned; ++i)
        report.particles +=
            particle_outside(comparer, ranges, model, graph, static_cast<std::size_t>(i), momenta) ? 1 : 0;
    report.bonds = parallel::sum(comm, halves) / 2;
    report.particles = parallel::sum(comm, report.particles);
    report.largest = comparer.largest(comm);
    return report;
}

std::string describe(const Extrapolation& extrapolation, const PairwiseModel& model) {
    const std::string quantity =
        extrapolation.quantity == distance_quantity   ? "distance"
        : extrapolation.quantity == momentum_quantity ? "squared momentum"
        : extrapolation.quantity == mass_quantity
            ? "mass"
            : model.edge_attribute_names[static_cast<std::size_t>(extrapolation.quantity - first_attribute)];
    const std::string owner = extrapolation.second < 0
                                  ? fmt::format("particle {}", extrapolation.first)
                                  : fmt::format("bond {}-{}", extrapolation.first, extrapolation.second);
    return fmt::format("the {} of {} is {:.6g}, outside [{:.6g}, {:.6g}] of the training data{}", quantity,
                       owner, extrapolation.value, extrapolation.min, extrapolation.max,
                       whose(extrapolation, model.training_range));
}

}  // namespace rfhgn::model
