#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "rfhgn/base/elementary.hpp"
#include "rfhgn/potential/form.hpp"

namespace rfhgn::potential {

namespace {

/// V = ε σ/r exp(−κ (r − σ)) = A exp(−κ r)/r: scale A = ε σ exp(κ σ); the length is not used.
struct Repulsion {
    explicit Repulsion(const Values& values) : screening(values.at("screening")) {}
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
    [[nodiscard]] double well(double /*length*/) const { return std::numeric_limits<double>::infinity(); }
    [[nodiscard]] std::vector<Mistake> mistakes(double length) const {
        if (screening * length < 600) return {};  // exp(κ σ) is finite
        return {{"screening", fmt::format("{} is too strong for sigma {}", screening, length)}};
    }
};

}  // namespace

Law yukawa() {
    return {.name = "yukawa",
            .parameters = {{"screening", 1.0, Range::positive(), "1/length",
                            "kappa of V = epsilon sigma/r exp(-kappa (r - sigma))"}},
            .fluid = {"energy at sigma", "where the energy is epsilon", form<Repulsion>}};
}

}  // namespace rfhgn::potential
