#include <algorithm>

#include <catch2/catch.hpp>

#include "rfhgn/model/many_body/prior.hpp"

#include "many_body_support.hpp"

using namespace rfhgn;
using namespace rfhgn::model::many_body;

namespace {

using tests::Crystal;

/// What rows and coefficients predict, core included.
tests::Evaluated predicted(const Model& model, const Crystal& crystal) {
    RowMaker maker(model.features);
    const auto columns = static_cast<std::size_t>(maker.columns().size());
    const std::size_t atoms = crystal.species.size();
    const std::size_t leading = 3 * atoms + 5;
    std::vector<double> energy(columns, 3.0), force(leading * columns, 3.0), virial(6 * columns, 3.0);
    const auto near = tests::rows_view(crystal, model.features.basis.cutoff + 0.5);
    maker.fill(
        crystal.species, near,
        {.energy = {energy.data(), 1}, .force = {force.data(), leading}, .virial = {virial.data(), 6}});
    const auto core = maker.core(crystal.species, near);
    tests::Evaluated result{core.energy, core.force, {}, core.virial};
    for (std::size_t k = 0; k < columns; ++k) {
        result.energy += energy[k] * model.coefficients[k];
        for (std::size_t row = 0; row < 3 * atoms; ++row)
            result.force[row] += force[k * leading + row] * model.coefficients[k];
        for (std::size_t v = 0; v < 6; ++v) result.virial[v] += virial[6 * k + v] * model.coefficients[k];
    }
    return result;
}

void check_alike(const tests::Evaluated& a, const tests::Evaluated& b, double tolerance) {
    CHECK(a.energy == Approx(b.energy).epsilon(tolerance));
    double scale = 0;
    for (const double f : b.force) scale = std::max(scale, std::fabs(f));
    for (std::size_t k = 0; k < b.force.size(); ++k)
        CHECK(a.force[k] == Approx(b.force[k]).margin(tolerance * scale).epsilon(0));
    for (std::size_t v = 0; v < 6; ++v)
        CHECK(a.virial[v] ==
              Approx(b.virial[v]).margin(tolerance * std::fabs(b.virial[0])).epsilon(tolerance));
}

}  // namespace

TEST_CASE("rows times coefficients are what the force field gives", "[many_body]") {
    for (const int species : {1, 2, 3, 4}) {
        const auto model = tests::made_up_model(species);
        const auto field = make_force_field(model);
        for (const bool periodic : {true, false}) {
            Crystal crystal = tests::made_up_crystal(9, species);
            if (!periodic) crystal.cell.clear();
            CAPTURE(species, periodic);
            check_alike(predicted(model, crystal), tests::evaluate(*field, crystal), 1e-10);
        }
    }
}

TEST_CASE("a model of some columns is the whole model with zeros", "[many_body]") {
    for (const int species : {1, 3}) {
        const auto whole = tests::made_up_model(species);
        const Columns columns = columns_of(whole.features);
        for (const bool with_neurons : {true, false}) {
            Model zeros = whole;
            Model pruned = whole;
            pruned.coefficients.clear();
            for (int k = 0; k < columns.size(); ++k) {
                const bool kept = k % 3 == 0 && (with_neurons || k < columns.first_neuron());
                if (kept) {
                    pruned.columns.push_back(k);
                    pruned.coefficients.push_back(whole.coefficients[static_cast<std::size_t>(k)]);
                } else {
                    zeros.coefficients[static_cast<std::size_t>(k)] = 0;
                }
            }
            const Crystal crystal = tests::made_up_crystal(9, species);
            check_alike(tests::evaluate(*make_force_field(pruned), crystal),
                        tests::evaluate(*make_force_field(zeros), crystal), 1e-12);
        }
    }
}

TEST_CASE("neighbourhoods are the same from pairs and from a full list", "[many_body]") {
    const Crystal crystal = tests::made_up_crystal(7, 2);
    tests::Laid laid(crystal, 3.0);
    laid.exchange.arrive();
    const auto of_list = neighbourhoods(laid.atoms(), laid.neighbours());
    const auto of_pairs = tests::rows_view(crystal, 3.0);
    REQUIRE(of_list.begin == of_pairs.begin);
    for (std::size_t i = 0; i < crystal.species.size(); ++i) {
        double a = 0;
        double b = 0;
        for (std::size_t e = of_list.begin[i]; e < of_list.begin[i + 1]; ++e) {
            a += (1 + of_list.neighbour[e]) * std::exp(of_list.vector[e][0] + 0.3 * of_list.vector[e][1]);
            b += (1 + of_pairs.neighbour[e]) * std::exp(of_pairs.vector[e][0] + 0.3 * of_pairs.vector[e][1]);
        }
        CHECK(a == Approx(b).epsilon(1e-12));
    }
}

TEST_CASE("the sizes of the basis are those that are documented", "[many_body]") {
    Basis basis;
    const std::vector<std::pair<int, int>> sizes{{8, 314}, {9, 396}, {11, 654}};
    for (const auto& [degree4, expected] : sizes) {
        basis.degree4 = degree4;
        CHECK(make_invariants(basis).size() == static_cast<std::size_t>(expected));
    }
}

TEST_CASE("radial functions are orthonormal and nested", "[many_body]") {
    Basis basis;
    const auto mixing = radial_mixing(basis);
    const auto n = static_cast<std::size_t>(basis.radial);
    std::vector<double> product(n * n);
    for (int q = 0; q < 400; ++q) {
        const double r = basis.shortest_distance + (basis.cutoff - basis.shortest_distance) * q / 399;
        std::vector<double> g(n);
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t m = 0; m < n; ++m)
                g[k] += mixing[k * n + m] * r * std::pow(1 - std::pow(r / basis.cutoff, 2), 2) *
                        std::cos(static_cast<double>(m) * std::acos(std::min(1.0, 2 * r / basis.cutoff - 1)));
        for (std::size_t k = 0; k < n * n; ++k) product[k] += g[k / n] * g[k % n] / 400;
    }
    for (std::size_t k = 0; k < n * n; ++k) {
        CHECK(product[k] == Approx(k / n == k % n ? 1 : 0).margin(1e-9));
        if (k % n > k / n) CHECK(mixing[k] == 0);
    }
}

TEST_CASE("an embedding is orthogonal and begins with the average atom", "[many_body]") {
    const std::vector<double> group{1, -1, 1, -0.5};
    for (const auto& embedding :
         {default_embedding(1), default_embedding(2), default_embedding(5), embedding_along(4, group)}) {
        const std::size_t count = embedding.species();
        for (std::size_t a = 0; a < count; ++a)
            for (std::size_t b = 0; b < count; ++b) {
                double product = 0;
                for (std::size_t s = 0; s < count; ++s) product += embedding.at(a, s) * embedding.at(b, s);
                CHECK(product == Approx(a == b ? static_cast<double>(count) : 0).margin(1e-12));
                CHECK(embedding.at(0, b) == Approx(1));
            }
    }
    const std::vector<double> equal{1, 1, 1};
    CHECK_THROWS(embedding_along(3, equal));
}

TEST_CASE("the prior holds down columns by degree and by species", "[many_body]") {
    const auto model = tests::made_up_model(3);
    const auto info = describe_columns(model.features);
    const auto factor = prior_factors(model.features);
    const Columns columns = columns_of(model.features);
    REQUIRE(factor.size() == static_cast<std::size_t>(columns.size()));
    for (std::size_t k = 0; k < factor.size(); ++k) {
        if (info[k].kind != ColumnInfo::Kind::invariant || info[k].factors == 1) continue;
        const double expected = std::pow(1.0 + info[k].degree, 2) *
                                std::pow(10.0, info[k].species_factors + (info[k].central > 0));
        CHECK(factor[k] == Approx(expected));
    }
    CHECK(factor.front() == 1e-3);
    CHECK(factor.back() == 10);
    for (const double flat : prior_factors(model.features, flat_prior())) CHECK((flat == 1 || flat == 1e-3));
}

TEST_CASE("inner switches end where data do, or where nuclei repel each other", "[many_body]") {
    const double never = std::numeric_limits<double>::infinity();
    // Hot like pairs and a cold unlike one of tungsten and niobium.
    const auto hot = inner_switches(std::vector<double>{2.1, 2.6, 2.2}, std::vector<double>{41, 74});
    CHECK(hot[0].to == Approx(0.98 * 2.1));
    CHECK(hot[1].to == Approx(0.98 * 2.15));
    CHECK(hot[2].to == Approx(0.98 * 2.2));
    // Cold silicon at its bond length; what was never met is as another pair.
    const auto cold = inner_switches(std::vector<double>{2.35, never, never}, std::vector<double>{14, 14});
    for (const auto& inner : cold) {
        CHECK(inner.to == Approx(0.98 * 1.82).margin(0.03));
        CHECK(inner.from == Approx(0.84 / 0.98 * inner.to));
    }
    CHECK_THROWS(inner_switches(std::vector<double>{never}, std::vector<double>{14}));
}
