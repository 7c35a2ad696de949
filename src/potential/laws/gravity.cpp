#include <cmath>

#include "rfhgn/potential/form.hpp"

namespace rfhgn::potential {

namespace {

/// V = −G m_i m_j / sqrt(r² + ε²): scale G m_i m_j.
struct Attraction {
    explicit Attraction(const Values& values) : softening(values.at("softening")) {}
    double softening;

    [[nodiscard]] double energy(Coefficients pair, double r) const {
        return -(pair.scale / std::sqrt(r * r + softening * softening));
    }
    [[nodiscard]] double slope(Coefficients pair, double r) const {
        const double softened = r * r + softening * softening;
        return pair.scale / std::sqrt(softened) * r / softened;
    }
    [[nodiscard]] double curvature(Coefficients pair, double r) const {
        const double softened = r * r + softening * softening;
        return pair.scale / std::sqrt(softened) / softened * (1.0 - 3.0 * r * r / softened);
    }
    [[nodiscard]] double well(double /*length*/) const { return 0.0; }
};

}  // namespace

Law gravity() {
    return {.name = "gravity",
            .parameters = {{"softening", 0.1, Range::positive(), "length",
                            "eps of V = -G m m / sqrt(r^2 + eps^2)"}},
            .bond = {"constant of gravity", "", form<Attraction>},
            .between_masses = true};
}

}  // namespace rfhgn::potential
