#include "residual_tests.hpp"

#include <array>
#include <cmath>

#include "regression.hpp"

namespace rfhgn::training {

namespace {

// Two columns of one kind: of particles alike, and in proportion to their masses.
struct ByMass {
    std::span<double> alike;
    std::span<double> by_mass;

    void add(std::size_t at, double value, double mass) const {
        alike[at] += value;
        by_mass[at] += mass * value;
    }
};
ByMass add_columns(Regression& regression, bool masses) {
    ByMass columns{regression.add_column(), {}};
    columns.by_mass = masses ? regression.add_column() : columns.alike;
    return columns;
}

bool masses_differ(const Residuals& of) {
    return std::ranges::adjacent_find(of.mass, std::not_equal_to{}) != of.mass.end();
}

// Velocities seen from the neighbours, and their part along bonds: drags within the system.
void add_relative_velocities(const Residuals& of, const data::TrainingSet& set, std::span<double> relative,
                             std::span<double> along) {
    const auto d = static_cast<std::size_t>(of.dimension);
    const auto owned = static_cast<LocalIndex>(of.nodes());
    for (const auto& [first, second] : set.graph.edges) {
        if (first >= owned || second >= owned) continue;  // an image
        const std::size_t a = static_cast<std::size_t>(first) * d;
        const std::size_t b = static_cast<std::size_t>(second) * d;
        std::array<double, 3> apart{};
        double squared = 0;
        double approach = 0;
        for (std::size_t k = 0; k < d; ++k) {
            apart[k] = of.position[b + k] - of.position[a + k];
            squared += apart[k] * apart[k];
            approach += apart[k] * (of.velocity[b + k] - of.velocity[a + k]);
        }
        for (std::size_t k = 0; k < d; ++k) {
            const double difference = of.velocity[b + k] - of.velocity[a + k];
            relative[a + k] += difference, relative[b + k] -= difference;
            along[a + k] += apart[k] * approach / squared, along[b + k] -= apart[k] * approach / squared;
        }
    }
}

}  // namespace

double imbalance(std::span<const double> forces, const Residuals& of) {
    const auto d = static_cast<std::size_t>(of.dimension);
    double nets = 0;
    double squares = 0;
    std::array<double, 3> net{};
    for (std::size_t i = 0; i < of.nodes(); ++i) {
        for (std::size_t k = 0; k < d; ++k) {
            net[k] += forces[i * d + k];
            squares += forces[i * d + k] * forces[i * d + k];
        }
        if (i + 1 < of.nodes() && of.snapshot[i + 1] == of.snapshot[i]) continue;
        for (double& component : net) nets += component * component, component = 0;
    }
    return squares > 0 ? std::sqrt(nets / squares) : 0;
}

double friction_share(const Residuals& of, const data::TrainingSet& set) {
    Regression regression(of.force);
    const auto own = add_columns(regression, masses_differ(of));
    const auto d = static_cast<std::size_t>(of.dimension);
    for (std::size_t i = 0; i < of.force.size(); ++i) own.add(i, of.velocity[i], of.mass[i / d]);
    const auto relative = regression.add_column();
    const auto along = regression.add_column();
    add_relative_velocities(of, set, relative, along);
    return regression.explained_share();
}

// Forces B x v; in two dimensions B points out of the plane.
double magnetic_share(const Residuals& of) {
    const auto d = static_cast<std::size_t>(of.dimension);
    if (d == 1) return 0;
    Regression regression(of.force);
    const bool masses = masses_differ(of);
    for (std::size_t axis = d == 2 ? 2 : 0; axis < 3; ++axis) {
        const auto column = add_columns(regression, masses);
        const std::size_t x = (axis + 1) % 3;
        const std::size_t y = (axis + 2) % 3;
        for (std::size_t i = 0; i < of.nodes(); ++i) {
            column.add(i * d + x, -of.velocity[i * d + y], of.mass[i]);
            column.add(i * d + y, of.velocity[i * d + x], of.mass[i]);
        }
    }
    return regression.explained_share();
}

// Constant forces and, where places are not wrapped into boxes, those that are linear and quadratic in them.
double field_share(const Residuals& of) {
    const auto d = static_cast<std::size_t>(of.dimension);
    Regression regression(of.force);
    const bool masses = masses_differ(of);
    for (std::size_t k = 0; k < d; ++k) {
        const auto constant = add_columns(regression, masses);
        for (std::size_t i = 0; i < of.nodes(); ++i) constant.add(i * d + k, 1, of.mass[i]);
        for (std::size_t a = 0; a < d && !of.periodic; ++a) {
            const auto linear = regression.add_column();
            const auto quadratic = regression.add_column();
            for (std::size_t i = 0; i < of.nodes(); ++i) {
                const double q = of.position[i * d + a];
                linear[i * d + k] = q;
                quadratic[i * d + k] = q * q;
            }
        }
    }
    return regression.explained_share();
}

}  // namespace rfhgn::training
