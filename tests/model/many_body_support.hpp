#pragma once
/// Atoms in a periodic cell, as force fields see them and as rows see them, and made-up many-body models.

#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <vector>

#include "rfhgn/base/random.hpp"
#include "rfhgn/model/many_body/force_field.hpp"
#include "rfhgn/model/many_body/neighbourhoods.hpp"
#include "rfhgn/model/many_body/rows.hpp"
#include "rfhgn/model/many_body/sampling.hpp"

namespace rfhgn::tests {

using Vector = std::array<double, 3>;

inline double uniform(std::uint64_t a, std::uint64_t b, double low = 0, double high = 1) {
    return CounterRandom(7, Stream::position).uniform(low, high, a, b);
}

/// A cell with edges as rows; none for an open cluster.
struct Crystal {
    std::vector<Vector> cell;
    std::vector<Vector> position;
    std::vector<int> species;

    [[nodiscard]] Vector image(std::size_t atom, const std::array<int, 3>& shift) const {
        Vector q = position[atom];
        for (std::size_t e = 0; e < cell.size(); ++e)
            for (std::size_t k = 0; k < 3; ++k) q[k] += shift[e] * cell[e][k];
        return q;
    }
    /// q → (1 + strain) q, of the cell too.
    void deform(const std::array<Vector, 3>& map) {
        const auto apply = [&](Vector& q) {
            Vector out{};
            for (std::size_t a = 0; a < 3; ++a)
                for (std::size_t b = 0; b < 3; ++b) out[a] += map[a][b] * q[b];
            q = out;
        };
        for (auto& q : position) apply(q);
        for (auto& q : cell) apply(q);
    }
};

/// All neighbours of every atom, images too.
struct Seen {
    std::size_t first;
    std::size_t second;
    std::array<int, 3> shift;
    Vector vector;
};
inline std::vector<Seen> all_neighbours(const Crystal& crystal, double reach) {
    std::vector<Seen> found;
    const int most = crystal.cell.empty() ? 0 : 3;
    for (std::size_t i = 0; i < crystal.position.size(); ++i)
        for (std::size_t j = 0; j < crystal.position.size(); ++j)
            for (int a = -most; a <= most; ++a)
                for (int b = -most; b <= most; ++b)
                    for (int c = -most; c <= most; ++c) {
                        const Vector q = crystal.image(j, {a, b, c});
                        Vector v{};
                        double squared = 0;
                        for (std::size_t k = 0; k < 3; ++k) {
                            v[k] = q[k] - crystal.position[i][k];
                            squared += v[k] * v[k];
                        }
                        if (i == j && a == 0 && b == 0 && c == 0) continue;
                        if (squared < reach * reach) found.push_back({i, j, {a, b, c}, v});
                    }
    return found;
}

inline model::many_body::Neighbourhoods rows_view(const Crystal& crystal, double reach) {
    std::vector<model::many_body::PairVector> pairs;
    for (const auto& seen : all_neighbours(crystal, reach))
        if (seen.first < seen.second || (seen.first == seen.second && seen.shift > std::array<int, 3>{}))
            pairs.push_back(
                {static_cast<LocalIndex>(seen.first), static_cast<LocalIndex>(seen.second), seen.vector});
    return model::many_body::neighbourhoods(crystal.position.size(), pairs);
}

/// Sends forces of images to the atoms that they are images of; their positions come late.
class ImageExchange final : public potential::Exchange {
  public:
    std::vector<std::size_t> owner;  // [ghosts]
    std::vector<double> late;        // [ghosts, 3]
    std::vector<double>* position = nullptr;
    std::size_t owned = 0;
    int arrivals = 0;

    void arrive() override {
        std::copy(late.begin(), late.end(), position->begin() + static_cast<std::ptrdiff_t>(3 * owned));
        ++arrivals;
    }
    void sum(std::span<double> values, int width) override {
        const auto w = static_cast<std::size_t>(width);
        for (std::size_t g = 0; g < owner.size(); ++g)
            for (std::size_t k = 0; k < w; ++k) values[w * owner[g] + k] += values[w * (owned + g) + k];
    }
};

/// A crystal with images as ghosts and its full neighbour list.
struct Laid {
    std::vector<double> position, mass;
    std::vector<int> species;
    std::vector<GlobalIndex> id;
    std::vector<potential::Edge> edges;
    LocalIndex interior = 0;
    ImageExchange exchange;

    Laid(const Crystal& crystal, double reach) {
        exchange.owned = crystal.position.size();
        for (std::size_t i = 0; i < exchange.owned; ++i) add(crystal, i, crystal.position[i]);
        std::map<std::array<int, 4>, LocalIndex> ghost;
        std::vector<potential::Edge> cut;
        for (const auto& seen : all_neighbours(crystal, reach)) {
            const auto first = static_cast<LocalIndex>(seen.first);
            if (seen.shift == std::array<int, 3>{}) {
                if (seen.first < seen.second) edges.push_back({first, static_cast<LocalIndex>(seen.second)});
                continue;
            }
            const std::array<int, 4> key{static_cast<int>(seen.second), seen.shift[0], seen.shift[1],
                                         seen.shift[2]};
            const auto [at, added] = ghost.emplace(key, static_cast<LocalIndex>(mass.size()));
            if (added) {
                const Vector q = crystal.image(seen.second, seen.shift);
                add(crystal, seen.second, q);
                exchange.owner.push_back(seen.second);
                exchange.late.insert(exchange.late.end(), q.begin(), q.end());
            }
            cut.push_back({first, at->second});
        }
        interior = static_cast<LocalIndex>(edges.size());
        edges.insert(edges.end(), cut.begin(), cut.end());
        exchange.position = &position;
        hide_ghosts();
    }
    Laid(const Laid&) = delete;
    Laid& operator=(const Laid&) = delete;

    /// A force field that reads ghosts before they arrive gets no number.
    void hide_ghosts() {
        std::fill(position.begin() + static_cast<std::ptrdiff_t>(3 * exchange.owned), position.end(),
                  std::numeric_limits<double>::quiet_NaN());
    }
    [[nodiscard]] potential::Atoms atoms() const {
        return {.owned = static_cast<LocalIndex>(exchange.owned),
                .ghosts = static_cast<LocalIndex>(exchange.owner.size()),
                .mass = mass,
                .species = species,
                .id = id,
                .position = position};
    }
    [[nodiscard]] potential::Neighbours neighbours() const { return {.edges = edges, .interior = interior}; }

  private:
    void add(const Crystal& crystal, std::size_t of, const Vector& at) {
        position.insert(position.end(), at.begin(), at.end());
        mass.push_back(1);
        species.push_back(crystal.species[of]);
        id.push_back(static_cast<GlobalIndex>(of));
    }
};

struct Evaluated {
    double energy = 0;
    std::vector<double> force;    // [owned, 3]
    std::vector<double> of_atom;  // [owned]
    potential::Virial virial{};
    std::vector<potential::Virial> virial_of{};  // [owned]
};
inline Evaluated evaluate(const potential::ForceField& field, const Crystal& crystal, double skin = 0.4) {
    Laid laid(crystal, field.needs().cutoff + skin);
    Evaluated result;
    result.force.resize(3 * laid.mass.size());
    result.of_atom.resize(laid.mass.size());
    result.virial_of.resize(laid.mass.size());
    field.compute(laid.atoms(), laid.neighbours(), laid.exchange,
                  {.force = result.force,
                   .potential = &result.energy,
                   .energy_per_atom = result.of_atom,
                   .virial = &result.virial,
                   .virial_per_atom = result.virial_of});
    result.force.resize(3 * laid.exchange.owned);
    result.virial_of.resize(laid.exchange.owned);
    result.of_atom.resize(laid.exchange.owned);
    return result;
}

/// A skewed cell that is smaller than twice the cutoff; at least 1.5 between atoms.
inline Crystal made_up_crystal(std::size_t atoms, int species) {
    Crystal crystal;
    crystal.cell = {{5.1, 0.2, 0.0}, {-0.4, 4.9, 0.3}, {0.3, 0.1, 5.4}};
    for (std::uint64_t attempt = 0; crystal.position.size() < atoms; ++attempt) {
        Vector q{};
        for (std::size_t e = 0; e < 3; ++e) {
            const double part = uniform(attempt, e);
            for (std::size_t k = 0; k < 3; ++k) q[k] += part * crystal.cell[e][k];
        }
        crystal.position.push_back(q);
        crystal.species.push_back(static_cast<int>(crystal.position.size()) % species);
        bool crowded = false;
        for (const auto& seen : all_neighbours(crystal, 1.5))
            crowded = crowded || seen.first + 1 == crystal.position.size();
        if (!crowded) continue;
        crystal.position.pop_back();
        crystal.species.pop_back();
    }
    return crystal;
}

inline model::many_body::Basis made_up_basis(int species, int exponent = 2) {
    model::many_body::Basis basis{.cutoff = 3.6,
                                  .cutoff_exponent = exponent,
                                  .radial = 5,
                                  .angular = 3,
                                  .degree3 = 7,
                                  .degree4 = 6,
                                  .shortest_distance = 1.6};
    basis.species.clear();
    for (int s = 0; s < species; ++s) basis.species.push_back(s);
    basis.embedding = model::many_body::default_embedding(basis.species.size());
    // Some pairs lie within the switch and feel the core.
    basis.inner.assign(static_cast<std::size_t>(species * (species + 1) / 2), {.from = 1.1, .to = 1.9});
    return basis;
}

/// Sampled on a crystal; coefficients are random numbers, such that all columns matter about alike.
inline model::many_body::Model made_up_model(int species, int neurons = 20, int exponent = 2) {
    using namespace model::many_body;
    Model made;
    Features& features = made.features;
    features.basis = made_up_basis(species, exponent);
    std::vector<double> charges;
    for (int s = 0; s < species; ++s) charges.push_back(10.0 + 4 * s);
    features.core = core_repulsion(features.basis, charges);
    const auto crystal = made_up_crystal(10, species);
    RowMaker maker(features);
    const std::size_t invariants = maker.invariants().size();
    std::vector<double> sample(invariants * crystal.species.size());
    const auto near = rows_view(crystal, features.basis.cutoff);
    maker.invariants(crystal.species, near, sample.data(), crystal.species.size());
    sample_neurons(features, {.invariants = sample, .species = crystal.species},
                   {.neurons = neurons, .directions = 6});
    RowMaker all(features);
    const auto columns = static_cast<std::size_t>(all.columns().size());
    std::vector<double> energy(columns);
    all.fill(crystal.species, near, {.energy = {energy.data(), 1}});
    for (std::size_t k = 0; k < columns; ++k)
        made.coefficients.push_back(uniform(1000 + k, 0, -1, 1) / (0.1 + std::fabs(energy[k])));
    return made;
}

}  // namespace rfhgn::tests
