#include <algorithm>
#include <array>
#include <cmath>

#include "regression.hpp"
#include "residual_tests.hpp"

namespace rfhgn::training {

namespace {

constexpr std::size_t most_bonds = 200;
constexpr std::size_t columns_of_bond = 3;  // a force, and what it gains with the length and its square

struct Bond {
    std::size_t first;  // nodes of the set
    std::size_t second;
    std::size_t number;  // within its snapshot
};

// Bonds of all snapshots, numbered alike in each; empty where the graphs differ.
std::vector<Bond> numbered(const data::TrainingSet& set) {
    const auto& edges = set.graph.edges;  // sorted by their first ends
    std::vector<Bond> bonds;
    LocalIndex base = 0;
    std::size_t in_snapshot = 0;
    std::size_t first_graph = 0;
    for (std::size_t e = 0; e < edges.size(); ++e) {
        const auto [a, b] = edges[e];
        const LocalIndex begin = set.snapshot_begin(a);
        if (begin != base) {
            if (base == 0) first_graph = in_snapshot;
            if (in_snapshot != first_graph) return {};
            base = begin, in_snapshot = 0;
        }
        if (base > 0) {
            if (in_snapshot >= first_graph) return {};
            const auto& same = edges[in_snapshot];
            if (same.first != a - begin || same.second != b - begin) return {};
        }
        bonds.push_back({static_cast<std::size_t>(a), static_cast<std::size_t>(b), in_snapshot++});
    }
    return bonds;
}

// Columns of forces along bonds: of each bond its own, or of all the same.
double share_along(const Residuals& of, const std::vector<Bond>& bonds, std::size_t kinds, double length) {
    Regression regression(of.force);
    std::vector<std::span<double>> columns;
    for (std::size_t c = 0; c < kinds * columns_of_bond; ++c) columns.push_back(regression.add_column());
    const auto d = static_cast<std::size_t>(of.dimension);
    for (const auto& [first, second, number] : bonds) {
        std::array<double, 3> apart{};
        for (std::size_t k = 0; k < d; ++k)
            apart[k] = of.position[second * d + k] - of.position[first * d + k];
        const double r = std::hypot(apart[0], apart[1], apart[2]);
        double pull = 1;
        for (std::size_t c = 0; c < columns_of_bond; ++c, pull *= r - length)
            for (std::size_t k = 0; k < d; ++k) {
                auto& column = columns[number % kinds * columns_of_bond + c];
                column[first * d + k] += pull * apart[k] / r;
                column[second * d + k] -= pull * apart[k] / r;
            }
    }
    return regression.explained_share();
}

double mean_length(const Residuals& of, const std::vector<Bond>& bonds) {
    const auto d = static_cast<std::size_t>(of.dimension);
    double sum = 0;
    for (const auto& bond : bonds) {
        double squared = 0;
        for (std::size_t k = 0; k < d; ++k) {
            const double apart = of.position[bond.second * d + k] - of.position[bond.first * d + k];
            squared += apart * apart;
        }
        sum += std::sqrt(squared);
    }
    return sum / static_cast<double>(bonds.size());
}

}  // namespace

double bond_share(const Residuals& of, const data::TrainingSet& set) {
    if (!set.box.empty()) return 0;
    const auto bonds = numbered(set);
    if (bonds.empty()) return 0;
    const std::size_t kinds = 1 + std::ranges::max(bonds, {}, &Bond::number).number;
    if (kinds > most_bonds || kinds < 2) return 0;
    const double length = mean_length(of, bonds);
    return std::max(0.0, share_along(of, bonds, kinds, length) - share_along(of, bonds, 1, length));
}

}  // namespace rfhgn::training
