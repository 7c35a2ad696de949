#include "pair_terms.hpp"

#include <cmath>

#include "rfhgn/base/error.hpp"

namespace rfhgn::systems {

namespace {

using potential::Atoms;
using potential::Edge;
using potential::Neighbours;
using potential::PairTerm;

/// V and dV/dr for stiffness k, rest length r0 and distance r.
struct Harmonic {
    double energy(double k, double r0, double r) const { return 0.5 * k * (r - r0) * (r - r0); }
    double slope(double k, double r0, double r) const { return k * (r - r0); }
};

struct ZeroRestLength {
    double energy(double k, double, double r) const { return 0.5 * k * r * r; }
    double slope(double k, double, double r) const { return k * r; }
};

struct Quartic {
    double beta;
    double energy(double k, double r0, double r) const {
        const double s2 = (r - r0) * (r - r0);
        return k * s2 * (0.5 + 0.25 * beta * s2);
    }
    double slope(double k, double r0, double r) const {
        const double s = r - r0;
        return k * s * (1.0 + beta * s * s);
    }
};

struct Morse {
    double width;
    double energy(double depth, double r0, double r) const {
        const double rise = 1.0 - std::exp(-width * (r - r0));
        return depth * rise * rise;
    }
    double slope(double depth, double r0, double r) const {
        const double decay = std::exp(-width * (r - r0));
        return 2.0 * depth * width * decay * (1.0 - decay);
    }
};

struct SquaredDistance {
    double energy(double k, double r0, double r) const {
        const double difference = r * r - r0 * r0;
        return k * difference * difference;
    }
    double slope(double k, double r0, double r) const { return 4.0 * k * r * (r * r - r0 * r0); }
};

/// A number that is the same for all edges, or the column of the edge attributes that holds it.
struct Coefficient {
    double value;
    bool varies;
};

/// Bonds of one law; edge attributes are [stiffness, rest length] without those that do not vary.
template <class Law>
class BondTerm final : public PairTerm {
  public:
    BondTerm(Law law, Coefficient stiffness, Coefficient rest_length)
        : law_(law), stiffness_(stiffness), rest_length_(rest_length) {}

    void evaluate(const Atoms& /*atoms*/, const Neighbours& neighbours, LocalIndex first_edge,
                  std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        if (!stiffness_.varies && !rest_length_.varies) {
            const double k = stiffness_.value;
            const double r0 = rest_length_.value;
            fill(
                distance, slope, energy, [k](std::size_t) { return k; }, [r0](std::size_t) { return r0; });
            return;
        }
        const std::size_t columns = neighbours.columns();
        RFHGN_ASSERT(columns == (stiffness_.varies ? 1U : 0U) + (rest_length_.varies ? 1U : 0U));
        const double* rows = neighbours.attributes.data() + static_cast<std::size_t>(first_edge) * columns;
        fill(
            distance, slope, energy,
            [=, this](std::size_t e) { return stiffness_.varies ? rows[e * columns] : stiffness_.value; },
            [=, this](std::size_t e) {
                return rest_length_.varies ? rows[(e + 1) * columns - 1] : rest_length_.value;
            });
    }

  private:
    template <class Stiffness, class RestLength>
    void fill(std::span<const double> distance, std::span<double> slope, std::span<double> energy,
              Stiffness stiffness, RestLength rest_length) const {
        const Law law = law_;
        const std::size_t count = distance.size();
        for (std::size_t e = 0; e < count; ++e)
            slope[e] = law.slope(stiffness(e), rest_length(e), distance[e]);
        if (energy.empty()) return;
        for (std::size_t e = 0; e < count; ++e)
            energy[e] = law.energy(stiffness(e), rest_length(e), distance[e]);
    }

    Law law_;
    Coefficient stiffness_;
    Coefficient rest_length_;
};

/// V = −G m_i m_j / sqrt(r² + ε²).
class GravityTerm final : public PairTerm {
  public:
    GravityTerm(double constant, double softening) : constant_(constant), softening_(softening) {}

    void evaluate(const Atoms& atoms, const Neighbours& neighbours, LocalIndex first_edge,
                  std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        const Edge* edges = neighbours.edges.data() + first_edge;
        for (std::size_t e = 0; e < distance.size(); ++e) {
            const double masses = atoms.mass[static_cast<std::size_t>(edges[e].first)] *
                                  atoms.mass[static_cast<std::size_t>(edges[e].second)];
            const double softened = distance[e] * distance[e] + softening_ * softening_;
            const double attraction = constant_ * masses / std::sqrt(softened);
            slope[e] = attraction * distance[e] / softened;
            if (!energy.empty()) energy[e] = -attraction;
        }
    }

  private:
    double constant_;
    double softening_;
};

}  // namespace

bool uses_rest_length(const SystemOptions& options) {
    return options.potential != "zero_rest_length" && options.potential != "gravity";
}

std::unique_ptr<potential::PairTerm> make_pair_term(const SystemOptions& options) {
    const auto bonds = [&](auto law) -> std::unique_ptr<PairTerm> {
        const Coefficient stiffness{options.stiffness.low, !options.stiffness.uniform()};
        const Coefficient rest_length{options.rest_length.low,
                                      uses_rest_length(options) && !options.rest_length.uniform()};
        return std::make_unique<BondTerm<decltype(law)>>(law, stiffness, rest_length);
    };
    if (options.potential == "harmonic") return bonds(Harmonic{});
    if (options.potential == "zero_rest_length") return bonds(ZeroRestLength{});
    if (options.potential == "quartic") return bonds(Quartic{options.quartic});
    if (options.potential == "morse") return bonds(Morse{options.morse_width});
    if (options.potential == "squared_distance") return bonds(SquaredDistance{});
    RFHGN_ASSERT(options.potential == "gravity");
    return std::make_unique<GravityTerm>(options.stiffness.low, options.softening);
}

}  // namespace rfhgn::systems
