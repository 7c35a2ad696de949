#include "rfhgn/model/training_range.hpp"

#include <algorithm>

namespace rfhgn::model {

namespace {

template <class Key, class Range>
std::map<Key, Range> united(std::map<Key, Range> ranges, const std::map<Key, Range>& others) {
    for (const auto& [key, range] : others) {
        const auto [place, is_new] = ranges.emplace(key, range);
        if (!is_new) place->second = unite(place->second, range);
    }
    return ranges;
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

}  // namespace rfhgn::model
