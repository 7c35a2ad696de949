#include "rfhgn/model/many_body/neighbourhoods.hpp"

#include <unordered_map>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model::many_body {

namespace {

/// Both directions of pairs, sorted by centre.
class Collector {
  public:
    explicit Collector(std::size_t atoms) { result_.begin.assign(atoms + 1, 0); }

    void count(LocalIndex centre) { ++result_.begin[static_cast<std::size_t>(centre) + 1]; }
    void counted() {
        for (std::size_t i = 1; i < result_.begin.size(); ++i) result_.begin[i] += result_.begin[i - 1];
        next_ = result_.begin;
        result_.neighbour.resize(result_.begin.back());
        result_.vector.resize(result_.begin.back());
    }
    void put(LocalIndex centre, LocalIndex neighbour, const std::array<double, 3>& vector) {
        const std::size_t at = next_[static_cast<std::size_t>(centre)]++;
        result_.neighbour[at] = neighbour;
        result_.vector[at] = vector;
    }
    Neighbourhoods take() && { return std::move(result_); }

  private:
    Neighbourhoods result_;
    std::vector<std::size_t> next_;
};

std::array<double, 3> opposite(const std::array<double, 3>& v) {
    return {-v[0], -v[1], -v[2]};
}

/// The owned atom that each atom is, or is an image of.
std::vector<LocalIndex> owners(const potential::Atoms& atoms) {
    std::unordered_map<GlobalIndex, LocalIndex> of_id;
    std::vector<LocalIndex> owner(static_cast<std::size_t>(atoms.size()));
    for (LocalIndex i = 0; i < atoms.size(); ++i) {
        const auto n = static_cast<std::size_t>(i);
        if (i < atoms.owned) {
            owner[n] = i;
            if (!atoms.id.empty()) of_id.emplace(atoms.id[n], i);
            continue;
        }
        const auto found = atoms.id.empty() ? of_id.end() : of_id.find(atoms.id[n]);
        require(found != of_id.end(), Advice{"lay out whole systems on one process"},
                "the atom that ghost {} is an image of is not owned here", i);
        owner[n] = found->second;
    }
    return owner;
}

}  // namespace

Neighbourhoods neighbourhoods(std::size_t atoms, std::span<const PairVector> pairs) {
    Collector collector(atoms);
    for (const auto& pair : pairs) {
        collector.count(pair.first);
        collector.count(pair.second);
    }
    collector.counted();
    for (const auto& pair : pairs) {
        collector.put(pair.first, pair.second, pair.vector);
        collector.put(pair.second, pair.first, opposite(pair.vector));
    }
    return std::move(collector).take();
}

Neighbourhoods neighbourhoods(const potential::Atoms& atoms, const potential::Neighbours& neighbours) {
    require(atoms.dimension == 3, {}, "a many-body potential knows three dimensions, not {}",
            atoms.dimension);
    require(neighbours.full || neighbours.interior == neighbours.size(), {},
            "a many-body potential needs a full neighbour list");
    const auto owner = owners(atoms);
    const auto ends = [&](const auto& use) {
        for (const auto& edge : neighbours.edges) {
            if (edge.first < atoms.owned) use(edge.first, edge.second);
            if (edge.second < atoms.owned) use(edge.second, edge.first);
        }
    };
    Collector collector(static_cast<std::size_t>(atoms.owned));
    ends([&](LocalIndex centre, LocalIndex /*neighbour*/) { collector.count(centre); });
    collector.counted();
    ends([&](LocalIndex centre, LocalIndex neighbour) {
        std::array<double, 3> vector{};
        for (std::size_t k = 0; k < 3; ++k)
            vector[k] = atoms.position[3 * static_cast<std::size_t>(neighbour) + k] -
                        atoms.position[3 * static_cast<std::size_t>(centre) + k];
        collector.put(centre, owner[static_cast<std::size_t>(neighbour)], vector);
    });
    return std::move(collector).take();
}

}  // namespace rfhgn::model::many_body
