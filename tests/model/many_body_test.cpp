#include <algorithm>
#include <numeric>

#include <catch2/catch.hpp>

#include "many_body_support.hpp"

using namespace rfhgn;
using namespace rfhgn::model::many_body;

namespace {

using tests::Crystal;
using tests::Vector;

double energy(const potential::ForceField& field, const Crystal& crystal) {
    return tests::evaluate(field, crystal).energy;
}

/// Fourth-order difference quotient of f at 0.
double slope_at_zero(double step, const auto& f) {
    return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
}

Crystal dimer(double r, int first = 0, int second = 0) {
    return {.cell = {}, .position = {{0.1, 0.2, 0.3}, {0.1, 0.2, 0.3 + r}}, .species = {first, second}};
}

Crystal cluster(int species) {
    Crystal crystal = tests::made_up_crystal(9, species);
    crystal.cell.clear();
    return crystal;
}

double largest(const std::vector<double>& values) {
    double most = 0;
    for (const double v : values) most = std::max(most, std::fabs(v));
    return most;
}

}  // namespace

TEST_CASE("forces are the derivatives of the energy", "[many_body]") {
    for (const int species : {1, 2, 3}) {
        const auto field = make_force_field(tests::made_up_model(species));
        const Crystal crystal = tests::made_up_crystal(8, species);
        const auto at = tests::evaluate(*field, crystal);
        const double scale = largest(at.force);
        CAPTURE(species, scale);
        for (const std::size_t atom : {0, 3, 7})
            for (std::size_t k = 0; k < 3; ++k) {
                const double expected = -slope_at_zero(1e-3, [&](double by) {
                    Crystal moved = crystal;
                    moved.position[atom][k] += by;
                    return energy(*field, moved);
                });
                CHECK(at.force[3 * atom + k] == Approx(expected).margin(1e-7 * scale).epsilon(0));
            }
    }
}

TEST_CASE("the virial is the derivative of the energy by a strain", "[many_body]") {
    constexpr std::size_t pairs[6][2] = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}};
    for (const int species : {1, 3}) {
        const auto field = make_force_field(tests::made_up_model(species));
        const Crystal crystal = tests::made_up_crystal(8, species);
        const auto at = tests::evaluate(*field, crystal);
        for (std::size_t v = 0; v < 6; ++v) {
            const double expected = -slope_at_zero(1e-3, [&](double by) {
                Crystal strained = crystal;
                std::array<Vector, 3> map{{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
                map[pairs[v][0]][pairs[v][1]] += by;
                strained.deform(map);
                return energy(*field, strained);
            });
            const double margin = 1e-7 * std::fabs(at.virial[0]);
            CHECK(at.virial[v] == Approx(expected).margin(margin).epsilon(1e-7));
            double shares = 0;
            for (const auto& share : at.virial_of) shares += share[v];
            CHECK(shares == Approx(at.virial[v]).epsilon(1e-12).margin(1e-5 * margin));
        }
        CHECK(std::accumulate(at.of_atom.begin(), at.of_atom.end(), 0.0) == Approx(at.energy).epsilon(1e-12));
    }
}

TEST_CASE("energies do not change when all atoms are moved, turned, mirrored or renumbered", "[many_body]") {
    const auto field = make_force_field(tests::made_up_model(3));
    const Crystal crystal = cluster(3);
    const double expected = energy(*field, crystal);
    Crystal moved = crystal;
    for (auto& q : moved.position) q[1] += 12.5;
    CHECK(energy(*field, moved) == Approx(expected).epsilon(1e-12));
    Crystal turned = crystal;
    const double c = std::cos(0.7);
    const double s = std::sin(0.7);
    turned.deform({{{c, -s, 0}, {s, c, 0}, {0, 0, 1}}});
    turned.deform({{{1, 0, 0}, {0, c, s}, {0, -s, c}}});
    CHECK(energy(*field, turned) == Approx(expected).epsilon(1e-11));
    Crystal mirrored = crystal;
    mirrored.deform({{{-1, 0, 0}, {0, 1, 0}, {0, 0, 1}}});
    CHECK(energy(*field, mirrored) == Approx(expected).epsilon(1e-12));
    Crystal renumbered = crystal;
    std::ranges::reverse(renumbered.position);
    std::ranges::reverse(renumbered.species);
    CHECK(energy(*field, renumbered) == Approx(expected).epsilon(1e-12));
}

TEST_CASE("energies are extensive, and an atom alone has its offset", "[many_body]") {
    const auto model = tests::made_up_model(2);
    const auto field = make_force_field(model);
    const Crystal crystal = tests::made_up_crystal(6, 2);
    Crystal twice = crystal;
    for (std::size_t i = 0; i < crystal.position.size(); ++i) {
        twice.position.push_back(crystal.image(i, {0, 0, 1}));
        twice.species.push_back(crystal.species[i]);
    }
    for (auto& x : twice.cell[2]) x *= 2;
    CHECK(energy(*field, twice) == Approx(2 * energy(*field, crystal)).epsilon(1e-12));
    for (const int s : {0, 1}) {
        const double alone = energy(*field, {.cell = {}, .position = {{0, 0, 0}}, .species = {s}});
        CHECK(alone == Approx(model.coefficients[static_cast<std::size_t>(s)]).epsilon(1e-11));
        CHECK(energy(*field, dimer(3.7, s, s)) == Approx(2 * alone).epsilon(1e-13));
    }
}

TEST_CASE("nothing jumps at the cutoff", "[many_body]") {
    for (const int exponent : {2, 3}) {
        const auto field = make_force_field(tests::made_up_model(1, 20, exponent));
        const double cutoff = field->needs().cutoff;
        const auto force = [&](double r) { return tests::evaluate(*field, dimer(r)).force[2]; };
        const double scale = std::fabs(force(0.7 * cutoff));
        const double e = 1e-6;
        CHECK(energy(*field, dimer(cutoff - e)) == Approx(energy(*field, dimer(cutoff + e))).epsilon(1e-10));
        CHECK(force(cutoff + e) == 0);
        CHECK(std::fabs(force(cutoff - e)) < 1e-4 * scale);
        if (exponent > 2) CHECK(std::fabs(force(cutoff - e) / e) < 1e-3 * scale);
    }
}

TEST_CASE("atoms that come too close repel each other ever more strongly", "[many_body]") {
    for (const int species : {1, 3}) {
        const auto field = make_force_field(tests::made_up_model(species));
        double before = tests::evaluate(*field, dimer(1.1, 0, species - 1)).energy;
        for (double r = 1.05; r > 0.3; r -= 0.05) {
            const double now = energy(*field, dimer(r, 0, species - 1));
            CHECK(now > before);
            before = now;
        }
    }
}

TEST_CASE("equal input gives equal bits", "[many_body]") {
    const auto model = tests::made_up_model(2);
    CHECK(model.coefficients == tests::made_up_model(2).coefficients);
    CHECK(model.features.neurons.weights == tests::made_up_model(2).features.neurons.weights);
    const auto field = make_force_field(model);
    const Crystal crystal = tests::made_up_crystal(8, 2);
    const auto once = tests::evaluate(*field, crystal);
    tests::evaluate(*field, cluster(2));
    const auto again = tests::evaluate(*field, crystal);
    CHECK(once.energy == again.energy);
    CHECK(once.force == again.force);
    CHECK(once.virial == again.virial);
}

TEST_CASE("a species that the model does not know is refused", "[many_body]") {
    const auto field = make_force_field(tests::made_up_model(2));
    CHECK_THROWS_WITH(energy(*field, dimer(2, 0, 5)), Catch::Contains("species 5"));
}
