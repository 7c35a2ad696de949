#pragma once
/// What training data covered, and where a state leaves it: there a learned model extrapolates.

#include <map>
#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/model/species.hpp"

namespace rfhgn::model {

/// What training data covered of pairs of particles.
struct PairRange {
    double distance_min = 0, distance_max = 0;
    std::vector<double> attribute_min{};  ///< [edge attributes]; empty when not known (older files)
    std::vector<double> attribute_max{};
    friend bool operator==(const PairRange&, const PairRange&) = default;
};

/// What training data covered of single particles.
struct ParticleRange {
    double squared_momentum_max = 0;
    double mass_min = 1, mass_max = 1;
    friend bool operator==(const ParticleRange&, const ParticleRange&) = default;
};

/// What the training data covered; a rollout outside is extrapolation. A species or a pair of species that is
/// not listed was never seen. Nothing is listed where species are not told apart, and in older files: then
/// the ranges of all together are those of each.
struct TrainingRange {
    PairRange all_pairs;
    ParticleRange all_particles;
    std::map<SpeciesPair, PairRange> pairs{};
    std::map<int, ParticleRange> particles{};

    [[nodiscard]] bool by_species() const noexcept { return !particles.empty(); }
    friend bool operator==(const TrainingRange&, const TrainingRange&) = default;
};

/// What both cover.
PairRange unite(const PairRange& a, const PairRange& b);
ParticleRange unite(const ParticleRange& a, const ParticleRange& b);
/// Of species one by one where both are.
TrainingRange unite(const TrainingRange& a, const TrainingRange& b);

/// A value outside its range; of a bond `first` and `second` are the global ids of its ends, of a particle
/// second is −1.
struct Extrapolation {
    int quantity = -1;  ///< 0 distance, 1 squared momentum, 2 mass, 3 + c edge attribute c; −1: none
    GlobalIndex first = -1;
    GlobalIndex second = -1;
    double value = 0;
    double min = 0;
    double max = 0;
    double excess = 0;    ///< distance from the range in units of its length (of |value| where that is zero)
    SpeciesPair species;  ///< whose range it is; of a particle both are the same
};

/// Of one process, or over all.
struct ExtrapolationReport {
    GlobalIndex half_bonds = 0;  ///< whose distance or attributes are outside; an edge that two processes
                                 ///< hold counts once on each, others twice
    GlobalIndex particles = 0;   ///< whose squared momentum or mass is outside
    Extrapolation largest;       ///< by excess

    [[nodiscard]] GlobalIndex bonds() const noexcept { return half_bonds / 2; }
    [[nodiscard]] bool outside() const noexcept { return half_bonds > 0 || particles > 0; }
};

}  // namespace rfhgn::model
