#include "couplings.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "rfhgn/model/many_body/basis.hpp"

#include "harmonics.hpp"

namespace rfhgn::model::many_body {

namespace {

constexpr int polar_nodes = 12;      // exact up to degree 23 in z; products have 3 max_angular = 18
constexpr int azimuthal_nodes = 24;  // and as many angles
constexpr double negligible = 1e-10;

struct SphereNode {
    double weight;
    std::array<double, Harmonics<max_angular, double>::count> harmonic;
};

// Legendre's P_n and its derivative at z.
std::array<double, 2> legendre(int n, double z) {
    double previous = 1;
    double value = z;
    for (int k = 2; k <= n; ++k) {
        const double next = ((2 * k - 1) * z * value - (k - 1) * previous) / k;
        previous = value;
        value = next;
    }
    return {value, n * (z * value - previous) / (z * z - 1)};
}

// Gauss-Legendre in z times equal steps of the azimuth.
std::vector<SphereNode> make_nodes() {
    std::vector<SphereNode> nodes;
    for (int p = 0; p < polar_nodes; ++p) {
        double z = std::cos(std::numbers::pi * (p + 0.75) / (polar_nodes + 0.5));
        for (int newton = 0; newton < 20; ++newton) {
            const auto [value, slope] = legendre(polar_nodes, z);
            z -= value / slope;
        }
        const double slope = legendre(polar_nodes, z)[1];
        const double weight = 1 / ((1 - z * z) * slope * slope * azimuthal_nodes);
        for (int a = 0; a < azimuthal_nodes; ++a) {
            const double phi = 2 * std::numbers::pi * a / azimuthal_nodes;
            const double rho = std::sqrt(1 - z * z);
            SphereNode node{weight, {}};
            Harmonics<max_angular, double>(rho * std::cos(phi), rho * std::sin(phi), z)
                .values(node.harmonic.data());
            nodes.push_back(node);
        }
    }
    return nodes;
}

double integral(std::size_t a, std::size_t b, std::size_t c) {
    static const std::vector<SphereNode> nodes = make_nodes();
    double sum = 0;
    for (const auto& node : nodes)
        sum += node.weight * node.harmonic[a] * node.harmonic[b] * node.harmonic[c];
    return sum;
}

std::vector<CouplingEntry> make_coupling(int l1, int l2, int l3) {
    const auto place = [](int l, int m) { return static_cast<std::size_t>(l) * l + l + m; };
    std::vector<CouplingEntry> entries;
    double squares = 0;
    for (int m1 = -l1; m1 <= l1; ++m1)
        for (int m2 = -l2; m2 <= l2; ++m2)
            for (int m3 = -l3; m3 <= l3; ++m3) {
                const double value = integral(place(l1, m1), place(l2, m2), place(l3, m3));
                if (std::fabs(value) < negligible) continue;
                entries.push_back({m1, m2, m3, value});
                squares += value * value;
            }
    for (auto& entry : entries) entry.value /= std::sqrt(squares);
    return entries;
}

}  // namespace

bool couple(int l1, int l2, int l3) {
    return (l1 + l2 + l3) % 2 == 0 && l3 <= l1 + l2 && l3 >= std::abs(l1 - l2);
}

const std::vector<CouplingEntry>& Couplings::of(int l1, int l2, int l3) {
    const std::array<int, 3> key{l1, l2, l3};
    const auto found = known_.find(key);
    if (found != known_.end()) return found->second;
    return known_.emplace(key, make_coupling(l1, l2, l3)).first->second;
}

}  // namespace rfhgn::model::many_body
