#pragma once
/// V(r) of a pair of particles, for single distances and for batches of edges. Local; knows neither decks nor
/// graphs.

#include <array>
#include <cstddef>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rfhgn::potential {

/// What a pair function needs to know of a pair, prepared once from the pair's strength and length.
struct Coefficients {
    double scale;
    double length;
    double shift = 0;  ///< energy at the cutoff, which a shifted truncation takes away
};

/// Coefficients of a batch of edges, edge by edge.
struct CoefficientBatch {
    static constexpr std::size_t size = 128;
    alignas(64) std::array<double, size> scale;
    alignas(64) std::array<double, size> length;
    alignas(64) std::array<double, size> shift;
};

/// How a pair function ends at the cutoff.
struct Truncation {
    enum class Kind {
        none,   ///< acts at all distances
        sharp,  ///< jumps to 0, by nothing where the coefficients have a shift
        smooth  ///< multiplied by a Switch
    };
    Kind kind = Kind::none;
    double smooth_from = 0;
    double cutoff = std::numeric_limits<double>::infinity();
};

/// Loops over the edges of a batch: a law and a truncation, compiled together.
class PairKernel {
  public:
    virtual ~PairKernel() = default;
    /// slope[e] = dV/dr at distance[e] and, unless `energy` is empty, energy[e] = V, of equal pairs. Spans of
    /// one length that do not overlap.
    virtual void evaluate(const Coefficients& same, std::span<const double> distance, std::span<double> slope,
                          std::span<double> energy) const = 0;
    /// The same of pairs of coefficients of their own; at most CoefficientBatch::size edges.
    virtual void evaluate(const CoefficientBatch& each, std::span<const double> distance,
                          std::span<double> slope, std::span<double> energy) const = 0;
    /// The same where scale and length hold strengths and lengths; without a shift.
    virtual void evaluate_unprepared(const CoefficientBatch& each, std::span<const double> distance,
                                     std::span<double> slope, std::span<double> energy) const = 0;
};

/// A parameter whose value a law cannot work with.
struct Mistake {
    std::string parameter;
    std::string message;  ///< begins with the value
};

/// A law whose shared parameters are given, in the form that it has for bonds or for fluids.
class PairFunction {
  public:
    virtual ~PairFunction() = default;

    /// Of a pair of this strength and length.
    [[nodiscard]] virtual Coefficients coefficients(double strength, double length) const = 0;

    [[nodiscard]] virtual double energy(const Coefficients& pair, double r) const = 0;
    /// dV/dr.
    [[nodiscard]] virtual double slope(const Coefficients& pair, double r) const = 0;
    /// d²V/dr².
    [[nodiscard]] virtual double curvature(const Coefficients& pair, double r) const = 0;
    /// Distance at which the energy of a pair of this length is least; infinite where it falls everywhere.
    [[nodiscard]] virtual double well(double length) const = 0;
    /// Parameters that do not go with pairs of this length; empty when all is well.
    [[nodiscard]] virtual std::vector<Mistake> mistakes(double length) const = 0;

    [[nodiscard]] virtual std::unique_ptr<PairKernel> kernel(const Truncation& truncation) const = 0;
};

/// Work that parts a pair from distance r for good; infinite for springs, below 0 where particles repel.
[[nodiscard]] double work_to_part(const PairFunction& function, const Coefficients& pair, double r);

}  // namespace rfhgn::potential
