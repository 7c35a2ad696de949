#include "rfhgn/model/many_body/basis.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/species.hpp"

#include "lanes.hpp"

namespace rfhgn::model::many_body {

namespace {

constexpr int grid_points = 400;
constexpr int max_radial = 16;
constexpr int vector_length = static_cast<int>(lane_count);

double length(std::span<const double> v) {
    double sum = 0;
    for (const double x : v) sum += x * x;
    return std::sqrt(sum);
}

// Takes the parts along rows that are there already out of `direction` and appends it, of length √species.
// False where nothing is left of it.
bool append_orthogonal(std::vector<double>& rows, std::vector<double> direction) {
    const std::size_t count = direction.size();
    const double before = length(direction);
    for (int twice = 0; twice < 2; ++twice)
        for (std::size_t at = 0; at < rows.size(); at += count) {
            double along = 0;
            for (std::size_t s = 0; s < count; ++s) along += rows[at + s] * direction[s];
            along /= static_cast<double>(count);
            for (std::size_t s = 0; s < count; ++s) direction[s] -= along * rows[at + s];
        }
    const double left = length(direction);
    if (!(left > 1e-8 * before)) return false;
    const double scale = std::sqrt(static_cast<double>(count)) / left;
    for (const double x : direction) rows.push_back(scale * x);
    return true;
}

std::vector<double> cosine(std::size_t species, std::size_t k) {
    std::vector<double> row(species);
    for (std::size_t s = 0; s < species; ++s)
        row[s] = std::cos(std::numbers::pi * (static_cast<double>(s) + 0.5) * static_cast<double>(k) /
                          static_cast<double>(species));
    return row;
}

Embedding with_costs(std::size_t species) {
    Embedding embedding;
    embedding.vectors.clear();
    if (species == 2) {
        embedding.cost3 = embedding.cost4 = {0, 0};
        embedding.central = 2;
    } else if (species > 2) {
        embedding.cost3 = {0, 1, 2};
        embedding.cost4 = {0, 3};
        embedding.central = 3;
    }
    return embedding;
}

void check_embedding(const Embedding& embedding, std::size_t species) {
    const Advice advice{"take default_embedding or embedding_along"};
    require(embedding.vectors.size() == species * species, advice,
            "an embedding of {} species has {} x {} numbers, not {}", species, species, species,
            embedding.vectors.size());
    for (const auto& cost : {embedding.cost3, embedding.cost4})
        require(cost.size() <= species && std::ranges::all_of(cost, [](int c) { return c >= 0; }), advice,
                "costs of channels are not negative, and there are no more of them than species");
    require(embedding.central >= 1 && embedding.central <= static_cast<int>(species), advice,
            "{} central vectors for {} species", embedding.central, species);
}

}  // namespace

InnerSwitch inner_switch(double shortest_distance) {
    // Of switches that reach into the data, or end long before them, the former cost accuracy where the data
    // are thin, and the latter leave a range in which features extrapolate: silicon's dimer had traps of 10
    // eV. Two per cent nearer than ever before is still a matter of the features.
    return {.from = 0.84 * shortest_distance, .to = 0.98 * shortest_distance};
}

std::size_t Embedding::species() const {
    return static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(vectors.size()))));
}

int Embedding::channels() const noexcept {
    return static_cast<int>(std::max({std::size_t{1}, cost3.size(), cost4.size()}));
}

Embedding default_embedding(std::size_t species) {
    return embedding_along(species, {});
}

Embedding embedding_along(std::size_t species, std::span<const double> directions) {
    require(species >= 1 && directions.size() % species == 0, {},
            "directions of an embedding have one number for each of {} species", species);
    Embedding embedding = with_costs(species);
    append_orthogonal(embedding.vectors, cosine(species, 0));
    for (std::size_t k = 0; k < directions.size() / species; ++k) {
        const auto row = directions.subspan(k * species, species);
        require(append_orthogonal(embedding.vectors, {row.begin(), row.end()}),
                Advice{"give directions that tell species apart"},
                "direction {} of the embedding depends on those before it", k + 1);
    }
    // One of the cosines depends on the directions given for each of these, whichever it is.
    for (std::size_t k = 1; k < species && embedding.vectors.size() < species * species; ++k)
        append_orthogonal(embedding.vectors, cosine(species, k));
    return embedding;
}

void check(const Basis& basis) {
    require(
        std::isfinite(basis.cutoff) && basis.shortest_distance > 0 && basis.cutoff > basis.shortest_distance,
        Advice{"set a cutoff beyond the first neighbours"},
        "the cutoff is {}, the shortest distance of the data {}", basis.cutoff, basis.shortest_distance);
    require(basis.cutoff_exponent >= 2 && basis.cutoff_exponent <= 8, Advice{"take 2, 3 or 4"},
            "the cutoff exponent is {}, not 2 to 8", basis.cutoff_exponent);
    require(basis.radial >= 1 && basis.radial <= max_radial, {}, "{} radial functions, not 1 to {}",
            basis.radial, max_radial);
    require(basis.angular >= 0 && basis.angular <= max_angular, {}, "the largest l is {}, not 0 to {}",
            basis.angular, max_angular);
    require(!basis.species.empty() &&
                std::ranges::adjacent_find(basis.species, std::greater_equal<>()) == basis.species.end(),
            {}, "species are ascending, without repetition, and at least one");
    check_embedding(basis.embedding, basis.species.size());
    const auto pairs = static_cast<std::size_t>(SpeciesPairs(basis.species).pairs());
    require(basis.inner.empty() || basis.inner.size() == pairs, {},
            "{} inner switches for {} pairs of species", basis.inner.size(), pairs);
    for (const auto& inner : basis.inner)
        require(inner.to == 0 || (inner.from >= 0 && inner.from < inner.to && inner.to < basis.cutoff), {},
                "an inner switch rises from {} to {}, the cutoff is {}", inner.from, inner.to, basis.cutoff);
}

std::vector<double> radial_mixing(const Basis& basis) {
    const int n = basis.radial;
    Eigen::MatrixXd functions(grid_points, n);
    const double spacing = (basis.cutoff - basis.shortest_distance) / (grid_points - 1);
    for (int q = 0; q < grid_points; ++q) {
        const double r = basis.shortest_distance + spacing * q;
        const double t = 2 * r / basis.cutoff - 1;
        const double x = r / basis.cutoff;
        double previous = t;
        double chebyshev = 1;
        for (int m = 0; m < n; ++m) {
            functions(q, m) = r * std::pow(std::max(0.0, 1 - x * x), basis.cutoff_exponent) * chebyshev /
                              std::sqrt(grid_points);
            const double next = 2 * t * chebyshev - previous;
            previous = chebyshev;
            chebyshev = next;
        }
    }
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(functions);
    const Eigen::MatrixXd r = qr.matrixQR().topRows(n).triangularView<Eigen::Upper>();
    Eigen::MatrixXd mixing = r.triangularView<Eigen::Upper>().solve(Eigen::MatrixXd::Identity(n, n));
    for (int k = 0; k < n; ++k)
        if (mixing(k, k) < 0) mixing.col(k) *= -1;
    return {mixing.data(), mixing.data() + mixing.size()};
}

DensityLayout::DensityLayout(const Basis& basis)
    : radial((basis.radial + vector_length - 1) / vector_length * vector_length),
      harmonics((basis.angular + 1) * (basis.angular + 1)),
      channels(basis.embedding.channels()),
      species(static_cast<int>(basis.species.size())) {}

}  // namespace rfhgn::model::many_body
