#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/model/pairwise/pairwise_model.hpp"

namespace rfhgn::model {

namespace {

constexpr int distance_quantity = 0;
constexpr int momentum_quantity = 1;
constexpr int mass_quantity = 2;
constexpr int first_attribute = 3;

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
    [[nodiscard]] const Extrapolation& largest() const noexcept { return largest_; }

  private:
    Extrapolation largest_;
};

bool bond_outside(Comparer& comparer, Ranges& ranges, const PairwiseModel& model,
                  const potential::Atoms& atoms, const potential::Neighbours& neighbours, std::size_t e) {
    const auto d = static_cast<std::size_t>(atoms.dimension);
    const auto first = static_cast<std::size_t>(neighbours.edges[e].first);
    const auto second = static_cast<std::size_t>(neighbours.edges[e].second);
    double squared = 0;
    for (std::size_t k = 0; k < d; ++k) {
        const double apart = atoms.position[first * d + k] - atoms.position[second * d + k];
        squared += apart * apart;
    }
    const double distance = std::sqrt(squared);
    if (model.cutoff.beyond(distance)) return false;  // no message
    const auto [a, b] = std::minmax(atoms.id[first], atoms.id[second]);
    const Holder bond{a, b, unordered(atoms.species[first], atoms.species[second])};
    const auto& range = ranges.pair(bond.species);
    bool outside =
        comparer.outside(distance_quantity, distance, range.distance_min, range.distance_max, bond);
    const auto attributes = neighbours.row(e);
    for (std::size_t c = 0; c < range.attribute_min.size(); ++c)
        outside |= comparer.outside(first_attribute + static_cast<int>(c), attributes[c],
                                    range.attribute_min[c], range.attribute_max[c], bond);
    return outside;
}

bool particle_outside(Comparer& comparer, const Ranges& ranges, const PairwiseModel& model,
                      const potential::Atoms& atoms, std::size_t node) {
    const auto d = static_cast<std::size_t>(atoms.dimension);
    double squared = 0;
    for (std::size_t k = node * d; k < (node + 1) * d; ++k) squared += atoms.momentum[k] * atoms.momentum[k];
    const int species = atoms.species[node];
    const Holder particle{atoms.id[node], -1, {species, species}};
    const auto& range = ranges.particle(species);
    bool outside = false;
    if (!model.kinetic_known)
        outside |= comparer.outside(momentum_quantity, squared, 0.0, range.squared_momentum_max, particle);
    if (!model.kinetic_known || model.mass_input_messages)
        outside |=
            comparer.outside(mass_quantity, atoms.mass[node], range.mass_min, range.mass_max, particle);
    return outside;
}

// "", " for the species 1", " for the species 0-1".
std::string whose(const Extrapolation& extrapolation, const TrainingRange& training_range) {
    if (training_range.particles.size() < 2) return "";
    return " for the species " + (extrapolation.second < 0 ? std::to_string(extrapolation.species.first)
                                                           : model::describe(extrapolation.species));
}

}  // namespace

TrainingRange within(const Cutoff& cutoff, TrainingRange training_range) {
    if (cutoff.none()) return training_range;
    training_range.all_pairs.distance_max = cutoff.radius;
    std::erase_if(training_range.pairs,
                  [&](const auto& pair) { return cutoff.beyond(pair.second.distance_min); });
    for (auto& [species, range] : training_range.pairs) range.distance_max = cutoff.radius;
    return training_range;
}

std::string PairwiseModel::unseen() const {
    if (cutoff.none()) return "";  // who meets whom is given
    std::vector<std::string> unseen;
    for (auto a = training_range.particles.begin(); a != training_range.particles.end(); ++a)
        for (auto b = a; b != training_range.particles.end(); ++b)
            if (!training_range.pairs.contains({a->first, b->first}))
                unseen.push_back(model::describe(SpeciesPair{a->first, b->first}));
    if (unseen.empty()) return "";
    return fmt::format(
        "the training data never show particles of the species {} nearer than the cutoff {:g}: there is no "
        "force between them, and systems in which they can meet are refused",
        fmt::join(unseen, " and "), cutoff.radius);
}

ExtrapolationReport PairwiseModel::extrapolation(const potential::Atoms& atoms,
                                                 const potential::Neighbours& neighbours) const {
    Comparer comparer;
    Ranges ranges(training_range);
    ExtrapolationReport report;
    const auto whole = static_cast<std::size_t>(neighbours.whole);
    for (std::size_t e = 0; e < neighbours.edges.size(); ++e)
        if (bond_outside(comparer, ranges, *this, atoms, neighbours, e))
            report.half_bonds += e < whole ? 2 : 1;
    for (LocalIndex i = 0; i < atoms.owned; ++i)
        report.particles +=
            particle_outside(comparer, ranges, *this, atoms, static_cast<std::size_t>(i)) ? 1 : 0;
    report.largest = comparer.largest();
    return report;
}

std::string PairwiseModel::describe(const Extrapolation& extrapolation) const {
    const std::string quantity =
        extrapolation.quantity == distance_quantity   ? "distance"
        : extrapolation.quantity == momentum_quantity ? "squared momentum"
        : extrapolation.quantity == mass_quantity
            ? "mass"
            : edge_attribute_names[static_cast<std::size_t>(extrapolation.quantity - first_attribute)];
    const std::string owner = extrapolation.second < 0
                                  ? fmt::format("particle {}", extrapolation.first)
                                  : fmt::format("bond {}-{}", extrapolation.first, extrapolation.second);
    return fmt::format("the {} of {} is {:.6g}, outside [{:.6g}, {:.6g}] of the training data{}", quantity,
                       owner, extrapolation.value, extrapolation.min, extrapolation.max,
                       whose(extrapolation, training_range));
}

}  // namespace rfhgn::model
