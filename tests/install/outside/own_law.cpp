// own_law DISTANCE...: a pair law that this program brings, and energy and force of it on two bonded
// particles at these distances, from a system that a deck describes.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <rfhgn/base/error.hpp>
#include <rfhgn/config/deck.hpp>
#include <rfhgn/graph/evaluation.hpp>
#include <rfhgn/parallel/session.hpp>
#include <rfhgn/potential/form.hpp>
#include <rfhgn/potential/registry.hpp>
#include <rfhgn/systems/system.hpp>

namespace {

using namespace rfhgn;
using potential::Coefficients;

/// V = -k l^2/2 log(1 - ((r - r0)/l)^2): a spring that ends at the extent l.
struct FiniteSpring {
    explicit FiniteSpring(const potential::Values& values) : extent(values.at("extent")) {}
    double extent;

    double energy(Coefficients pair, double r) const {
        const double s = (r - pair.length) / extent;
        return -0.5 * pair.scale * extent * extent * std::log1p(-s * s);
    }
    double slope(Coefficients pair, double r) const {
        const double s = (r - pair.length) / extent;
        return pair.scale * extent * s / (1.0 - s * s);
    }
    double curvature(Coefficients pair, double r) const {
        const double s = (r - pair.length) / extent;
        return pair.scale * (1.0 + s * s) / ((1.0 - s * s) * (1.0 - s * s));
    }
    double well(double length) const { return length; }
};

constexpr const char* deck_text = R"([system]
graph = "chain"
size = 2
dimension = 3
potential = "finite_spring"
stiffness = 3.0
rest_length = 1.0
extent = 0.5
)";

systems::System system_of_deck() {
    config::Deck deck(deck_text, "own_law");
    systems::SystemOptions options;
    options.bind(deck.section("system"));
    options.check(deck.section("system"));
    deck.finish();
    return systems::System(options);
}

void run(int argc, char** argv) {
    potential::add_law({.name = "finite_spring",
                        .parameters = {{"extent", 1.5, potential::Range::positive(), "length",
                                        "l of V = -k l^2/2 log(1 - ((r - r0)/l)^2)"}},
                        .bond = {"of a spring", "of a spring", potential::form<FiniteSpring>}});
    const parallel::Session session;
    const auto self = parallel::Communicator::self();
    const auto system = system_of_deck();
    const auto part = system.graph_part(self);
    const auto graph = graph::distribute(self, part, graph::keep_owners(self, part));
    const auto field = system.force_field();
    for (int i = 1; i < argc; ++i) {
        std::vector<double> positions(graph.state_size());
        positions[3] = std::atof(argv[i]);
        std::vector<double> forces(graph.state_size());
        graph::add_forces(*field, graph, positions, forces);
        std::printf("%.17g %.17g\n", graph::potential_energy(*field, graph, positions), forces[3]);
    }
    std::printf("%.17g\n", system.largest_stable_step());
}

}  // namespace

int main(int argc, char** argv) {
    try {
        run(argc, argv);
    } catch (const rfhgn::Error& error) {
        std::fprintf(stderr, "own_law: %s; %s\n", error.what(), error.advice().c_str());
        return static_cast<int>(error.code());
    }
}
