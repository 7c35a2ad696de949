#include "training_range_reducer.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "rfhgn/model/training_range.hpp"

#include "united.hpp"

namespace rfhgn::training {

namespace {

constexpr std::size_t node_extremes = 3;

void raise(double& extreme, double value) {
    extreme = std::max(extreme, value);
}

template <class Key>
std::vector<double>& extremes_of(std::map<Key, std::vector<double>>& all, const Key& key, std::size_t size) {
    auto& extremes = all[key];
    if (extremes.empty()) extremes.assign(size, -std::numeric_limits<double>::infinity());
    return extremes;
}

// Of every key that any rank has.
template <class Key>
std::map<Key, std::vector<double>> reduced(const parallel::Communicator& comm,
                                           std::map<Key, std::vector<double>> all, std::size_t size) {
    std::set<Key> here;
    for (const auto& [key, extremes] : all) here.insert(key);
    std::vector<double> joined;
    for (const auto& key : united(comm, here)) {
        const auto& extremes = extremes_of(all, key, size);
        joined.insert(joined.end(), extremes.begin(), extremes.end());
    }
    parallel::max(comm, std::span<double>(joined));
    auto from = joined.begin();
    for (auto& [key, extremes] : all) {
        std::copy_n(from, size, extremes.begin());
        from += static_cast<std::ptrdiff_t>(size);
    }
    return all;
}

model::ParticleRange particle_range(const std::vector<double>& extremes) {
    return {extremes[0], -extremes[2], extremes[1]};
}

model::PairRange pair_range(const std::vector<double>& extremes) {
    model::PairRange range{-extremes[1], extremes[0]};
    for (std::size_t k = 2; k < extremes.size(); k += 2) {
        range.attribute_max.push_back(extremes[k]);
        range.attribute_min.push_back(-extremes[k + 1]);
    }
    return range;
}

}  // namespace

TrainingRangeReducer::TrainingRangeReducer(std::size_t attributes, bool by_species)
    : attributes_(attributes), by_species_(by_species) {}

void TrainingRangeReducer::node(int species, double squared_momentum, double mass) {
    auto& extremes = extremes_of(nodes_, by_species_ ? species : 0, node_extremes);
    raise(extremes[0], squared_momentum);
    raise(extremes[1], mass);
    raise(extremes[2], -mass);
}

void TrainingRangeReducer::edge(model::SpeciesPair species, double distance,
                                std::span<const double> attributes) {
    auto& extremes = extremes_of(edges_, by_species_ ? species : model::SpeciesPair{}, 2 + 2 * attributes_);
    raise(extremes[0], distance);
    raise(extremes[1], -distance);
    for (std::size_t c = 0; c < attributes.size(); ++c) {
        raise(extremes[2 + 2 * c], attributes[c]);
        raise(extremes[3 + 2 * c], -attributes[c]);
    }
}

model::TrainingRange TrainingRangeReducer::reduce(const parallel::Communicator& comm) const {
    model::TrainingRange training_range;
    for (const auto& [species, extremes] : reduced(comm, nodes_, node_extremes))
        training_range.particles.emplace(species, particle_range(extremes));
    for (const auto& [species, extremes] : reduced(comm, edges_, 2 + 2 * attributes_))
        training_range.pairs.emplace(species, pair_range(extremes));
    for (const auto& [species, range] : training_range.particles)
        training_range.all_particles = species == training_range.particles.begin()->first
                                           ? range
                                           : unite(training_range.all_particles, range);
    for (const auto& [species, range] : training_range.pairs)
        training_range.all_pairs =
            species == training_range.pairs.begin()->first ? range : unite(training_range.all_pairs, range);
    if (by_species_) return training_range;
    return {std::move(training_range.all_pairs), training_range.all_particles};
}

}  // namespace rfhgn::training
