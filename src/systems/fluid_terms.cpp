#include "fluid_terms.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "rfhgn/base/elementary.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/systems/switching.hpp"

namespace rfhgn::systems {

namespace {

using potential::Atoms;
using potential::Edge;
using potential::Neighbours;
using potential::PairTerm;

/// What a law needs to know of a pair of species.
struct Coefficients {
    double scale;
    double length;
    double shift = 0;  ///< energy at the cutoff
};

/// V = 4ε((σ/r)^12 − (σ/r)^6): scale 4ε, length σ².
struct LennardJones {
    [[nodiscard]] Coefficients coefficients(double epsilon, double sigma) const {
        return {4.0 * epsilon, sigma * sigma};
    }
    [[nodiscard]] double energy(Coefficients pair, double r) const {
        const double s2 = pair.length / (r * r);
        const double s6 = s2 * s2 * s2;
        return pair.scale * s6 * (s6 - 1.0);
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        const double inverse = 1.0 / (r * r);
        const double s2 = pair.length * inverse;
        const double s6 = s2 * s2 * s2;
        return pair.scale * s6 * (6.0 - 12.0 * s6) * (r * inverse);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double s6 = std::pow(pair.length / (r * r), 3);
        return pair.scale * s6 * (156.0 * s6 - 42.0) / (r * r);
    }
};

/// V = D((1 − e)² − 1), e = exp(−a(r − r0)): scale D, length exp(a r0).
struct MorseWell {
    double width;
    [[nodiscard]] Coefficients coefficients(double epsilon, double sigma) const {
        return {epsilon, std::exp(width * sigma)};
    }
    [[nodiscard]] double energy(Coefficients pair, double r) const {
        const double e = pair.length * exponential(-width * r);
        return pair.scale * e * (e - 2.0);
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        const double e = pair.length * exponential(-width * r);
        return 2.0 * width * pair.scale * e * (1.0 - e);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double e = pair.length * std::exp(-width * r);
        return 2.0 * width * width * pair.scale * e * (2.0 * e - 1.0);
    }
};

/// V = A exp(−κr)/r: scale A = εσ exp(κσ); pair.length is not used.
struct Yukawa {
    double screening;
    [[nodiscard]] Coefficients coefficients(double epsilon, double sigma) const {
        return {epsilon * sigma * std::exp(screening * sigma), 0.0};
    }
    [[nodiscard]] double energy(Coefficients pair, double r) const {
        return pair.scale * exponential(-screening * r) / r;
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        const double inverse = 1.0 / r;
        return -pair.scale * exponential(-screening * r) * inverse * (screening + inverse);
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double inverse = 1.0 / r;
        return pair.scale * std::exp(-screening * r) * inverse *
               (screening * screening + 2.0 * inverse * (screening + inverse));
    }
};

/// Calls use(law) with the law that the options name.
template <class Use>
auto with_law(const SystemOptions& options, Use&& use) {
    if (options.potential == "lennard_jones") return use(LennardJones{});
    if (options.potential == "morse") return use(MorseWell{options.morse_width});
    RFHGN_ASSERT(options.potential == "yukawa");
    return use(Yukawa{options.fluid.screening});
}

/// Jumps to 0 at the cutoff, or would without the shift.
struct Sharp {
    double cutoff;
    template <class Law>
    [[nodiscard]] double slope(const Law& law, Coefficients pair, double r) const {
        const double inside = law.slope(pair, r);
        return r < cutoff ? inside : 0.0;
    }
    template <class Law>
    [[nodiscard]] double energy(const Law& law, Coefficients pair, double r) const {
        const double inside = law.energy(pair, r) - pair.shift;
        return r < cutoff ? inside : 0.0;
    }
};

/// Multiplied by a switch.
struct Smooth {
    Switch to_zero;
    template <class Law>
    [[nodiscard]] double slope(const Law& law, Coefficients pair, double r) const {
        return law.slope(pair, r) * to_zero.value(r) + law.energy(pair, r) * to_zero.slope(r);
    }
    template <class Law>
    [[nodiscard]] double energy(const Law& law, Coefficients pair, double r) const {
        return law.energy(pair, r) * to_zero.value(r);
    }
};

template <class Law, class Truncation>
class FluidTerm final : public PairTerm {
  public:
    /// `table` [species, species].
    FluidTerm(Law law, Truncation truncation, double cutoff, std::size_t species,
              std::vector<Coefficients> table)
        : law_(law), truncation_(truncation), cutoff_(cutoff), species_(species), table_(std::move(table)) {}

    [[nodiscard]] double cutoff() const override { return cutoff_; }

    void evaluate(const Atoms& atoms, const Neighbours& neighbours, LocalIndex first_edge,
                  std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        if (species_ == 1) {
            const Coefficients same = table_.front();
            fill(distance, slope, energy, [same](std::size_t) { return same; });
            return;
        }
        const Edge* edges = neighbours.edges.data() + first_edge;
        constexpr std::size_t batch = 128;
        std::array<double, batch> scale;
        std::array<double, batch> length;
        std::array<double, batch> shift;
        for (std::size_t begin = 0; begin < distance.size(); begin += batch) {
            const std::size_t count = std::min(batch, distance.size() - begin);
            for (std::size_t e = 0; e < count; ++e) {
                const auto& pair = coefficients(atoms, edges[begin + e]);
                scale[e] = pair.scale;
                length[e] = pair.length;
                shift[e] = pair.shift;
            }
            fill(distance.subspan(begin, count), slope.subspan(begin, count),
                 energy.empty() ? energy : energy.subspan(begin, count), [&](std::size_t e) {
                     return Coefficients{scale[e], length[e], shift[e]};
                 });
        }
    }

  private:
    [[nodiscard]] const Coefficients& coefficients(const Atoms& atoms, Edge edge) const {
        const auto a = static_cast<std::size_t>(atoms.species[static_cast<std::size_t>(edge.first)]);
        const auto b = static_cast<std::size_t>(atoms.species[static_cast<std::size_t>(edge.second)]);
        return table_[a * species_ + b];
    }

    template <class PairOf>
    void fill(std::span<const double> distance, std::span<double> slope, std::span<double> energy,
              PairOf pair_of) const {
        // Copies that no store of the loops can alias.
        const Law law = law_;
        const Truncation truncation = truncation_;
        const std::size_t count = distance.size();
        for (std::size_t e = 0; e < count; ++e) slope[e] = truncation.slope(law, pair_of(e), distance[e]);
        if (energy.empty()) return;
        for (std::size_t e = 0; e < count; ++e) energy[e] = truncation.energy(law, pair_of(e), distance[e]);
    }

    Law law_;
    Truncation truncation_;
    double cutoff_;
    std::size_t species_;
    std::vector<Coefficients> table_;
};

template <class Law>
std::vector<Coefficients> coefficient_table(const SystemOptions& options, const Law& law) {
    const auto& fluid = options.fluid;
    const auto epsilon = pair_values(fluid.epsilon, fluid.species.size(), Mixing::geometric);
    const auto sigma = pair_values(fluid.sigma, fluid.species.size(), Mixing::arithmetic);
    std::vector<Coefficients> table;
    for (std::size_t pair = 0; pair < epsilon.size(); ++pair) {
        table.push_back(law.coefficients(epsilon[pair], sigma[pair]));
        if (fluid.truncation == "shifted") table.back().shift = law.energy(table.back(), fluid.cutoff);
    }
    return table;
}

}  // namespace

std::unique_ptr<PairTerm> make_fluid_term(const SystemOptions& options) {
    const auto& fluid = options.fluid;
    return with_law(options, [&](auto law) -> std::unique_ptr<PairTerm> {
        const auto make = [&](auto truncation) -> std::unique_ptr<PairTerm> {
            return std::make_unique<FluidTerm<decltype(law), decltype(truncation)>>(
                law, truncation, fluid.cutoff, fluid.species.size(), coefficient_table(options, law));
        };
        if (fluid.truncation != "smooth") return make(Sharp{fluid.cutoff});
        return make(Smooth{{fluid.smooth_from_or_default(), fluid.cutoff}});
    });
}

std::vector<PairCurvature> fluid_curvatures(const SystemOptions& options, double r) {
    const auto& fluid = options.fluid;
    const auto sigma = pair_values(fluid.sigma, fluid.species.size(), Mixing::arithmetic);
    const double well = options.potential == "lennard_jones" ? std::pow(2.0, 1.0 / 6.0) : 1.0;
    return with_law(options, [&](auto law) {
        const auto table = coefficient_table(options, law);
        const auto at = [&](std::size_t pair, double place) {
            return place < fluid.cutoff ? law.curvature(table[pair], place) : 0.0;
        };
        std::vector<PairCurvature> found;
        for (std::size_t pair = 0; pair < table.size(); ++pair)
            found.push_back({sigma[pair] * well, at(pair, sigma[pair] * well), at(pair, r)});
        return found;
    });
}

}  // namespace rfhgn::systems
