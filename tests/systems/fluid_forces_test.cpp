#include <cmath>

#include "rfhgn/potential/switching.hpp"

#include "fluid_cases.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using namespace rfhgn::tests;

namespace {

struct Bond {
    double energy;
    double slope;  ///< dV/dr
};

/// Two particles at distance r; species a and b.
class Pair {
  public:
    explicit Pair(const systems::SystemOptions& options, int a = 0, int b = 0) : cluster_(options, 2) {
        cluster_.graph.species = {a, b};
    }
    Bond at(double r) {
        cluster_.positions = {0.3, -0.2, 0.1, 0.3 + 0.6 * r, -0.2 + 0.8 * r, 0.1};
        const auto forces = cluster_.forces();
        return {cluster_.energy(), 0.6 * forces[0] + 0.8 * forces[1]};
    }

  private:
    OpenCluster cluster_;
};

std::vector<systems::SystemOptions> all_fluids() {
    std::vector<systems::SystemOptions> all;
    for (const char* potential : {"lennard_jones", "morse", "yukawa"}) {
        for (const char* truncation : {"cut", "shifted", "smooth"}) {
            all.push_back(fluid(potential, truncation));
            all.push_back(mixture(fluid(potential, truncation)));
        }
    }
    return all;
}

double plain_energy(const std::string& potential, double epsilon, double sigma, double r) {
    if (potential == "lennard_jones")
        return 4.0 * epsilon * (std::pow(sigma / r, 12) - std::pow(sigma / r, 6));
    if (potential == "morse") return epsilon * (std::pow(1.0 - std::exp(-5.0 * (r - sigma)), 2) - 1.0);
    return epsilon * sigma / r * std::exp(-2.0 * (r - sigma));
}

}  // namespace

TEST_CASE("pair energies by hand, of every pair of species, cut, shifted and smoothly cut") {
    const std::vector<std::vector<double>> epsilon{{1.0, 1.5}, {1.5, 0.5}};
    const std::vector<std::vector<double>> sigma{{1.0, 0.8}, {0.8, 0.88}};
    const potential::Switch to_zero{2.0, 2.5};
    for (const std::string potential : {"lennard_jones", "morse", "yukawa"}) {
        for (int a = 0; a < 2; ++a) {
            for (int b = 0; b < 2; ++b) {
                const auto plain = [&](double r) {
                    return plain_energy(potential, epsilon[a][b], sigma[a][b], r);
                };
                Pair cut(mixture(fluid(potential, "cut")), a, b);
                Pair shifted(mixture(fluid(potential, "shifted")), a, b);
                Pair smooth(mixture(fluid(potential, "smooth")), a, b);
                INFO(potential << " " << a << b);
                for (const double r : {0.75, 1.01, 1.3, 1.9, 2.1, 2.4999}) {
                    CHECK(cut.at(r).energy == Approx(plain(r)).epsilon(1e-12).margin(1e-15));
                    CHECK(shifted.at(r).energy == Approx(plain(r) - plain(2.5)).epsilon(1e-12).margin(1e-15));
                    CHECK(smooth.at(r).energy ==
                          Approx(plain(r) * to_zero.value(r)).epsilon(1e-11).margin(1e-17));
                    CHECK(shifted.at(r).slope == cut.at(r).slope);
                    const double h = 1e-5;
                    const double slope = (plain(r + h) - plain(r - h)) / (2.0 * h);
                    CHECK(cut.at(r).slope == Approx(slope).epsilon(1e-6).margin(1e-7));
                }
            }
        }
    }
}

TEST_CASE("nothing acts from the cutoff on") {
    for (const auto& options : all_fluids()) {
        Pair pair(options);
        for (const double r : {2.5000001, 2.6, 2.8, 10.0, 1e4}) {
            CHECK(pair.at(r).energy == 0.0);
            CHECK(pair.at(r).slope == 0.0);
        }
    }
    CHECK(systems::System(fluid()).cutoff() == 2.5);
    const auto hamiltonian = systems::System(fluid()).force_field();
    CHECK(hamiltonian->needs().cutoff == 2.5);
}

TEST_CASE("truncation: shifted energies are continuous, smooth ones with two derivatives") {
    constexpr double below = 2.5 - 1e-6;
    for (const char* potential : {"lennard_jones", "morse", "yukawa"}) {
        CHECK(std::abs(Pair(fluid(potential, "cut")).at(below).energy) > 1e-6);
        CHECK(std::abs(Pair(fluid(potential, "shifted")).at(below).energy) < 1e-6);
        CHECK(std::abs(Pair(fluid(potential, "shifted")).at(below).slope) > 1e-6);
        Pair smooth(fluid(potential, "smooth"));
        CHECK(std::abs(smooth.at(below).energy) < 1e-16);
        CHECK(std::abs(smooth.at(below).slope) < 1e-10);
        for (const double r : {2.0, 2.5}) {  // both ends of the switch
            const double step = 1e-4;
            const double before = (smooth.at(r - step).slope - smooth.at(r - 2 * step).slope) / step;
            const double after = (smooth.at(r + 2 * step).slope - smooth.at(r + step).slope) / step;
            const double reference = (smooth.at(2.2 + step).slope - smooth.at(2.2).slope) / step;
            CHECK(std::abs(after - before) < 0.02 * std::abs(reference) + 1e-6);
        }
    }
}

TEST_CASE("forces of fluids are minus the gradient of the energy, and add up to zero") {
    for (const auto& options : all_fluids()) {
        if (options.fluid.truncation == "cut") continue;  // its energy jumps where a step crosses the cutoff
        OpenCluster cluster(options, 40);
        INFO(systems::System(options).description() << " " << options.fluid.truncation);
        const auto forces = cluster.forces();
        double worst = 0.0;
        double largest = 1.0;
        std::array<double, 3> total{};
        constexpr double step = 1e-6;
        for (std::size_t c = 0; c < forces.size(); ++c) {
            const double at = cluster.positions[c];
            cluster.positions[c] = at + step;
            const double above = cluster.energy();
            cluster.positions[c] = at - step;
            const double below = cluster.energy();
            cluster.positions[c] = at;
            worst = std::max(worst, std::abs(forces[c] + (above - below) / (2.0 * step)));
            largest = std::max(largest, std::abs(forces[c]));
            total[c % 3] += forces[c];
        }
        CHECK(worst / largest < 2e-6);
        for (const double sum : total) CHECK(std::abs(sum) < 1e-12 * largest);
    }
}

TEST_CASE("coinciding particles are seen in their forces") {
    Pair pair(fluid());
    CHECK_FALSE(std::isfinite(pair.at(0.0).slope));
}
