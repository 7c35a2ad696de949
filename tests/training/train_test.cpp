#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"

#include "support/data.hpp"
#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

systems::SystemOptions lattice(const char* potential) {
    systems::SystemOptions options;
    options.potential = potential;
    return options;
}

training::VectorFieldError on_large_lattice(const model::PairwiseModel& model, systems::SystemOptions options,
                                            std::vector<std::int64_t> size) {
    options.size = std::move(size);
    const auto placed = tests::Placed::make(tests::world(), options);
    const auto learned = model::make_force_field(model, placed.graph.edge_attributes.names);
    const auto exact = placed.system.force_field();
    return training::vector_field_error(tests::world(), placed.graph, *learned, *exact, placed.positions,
                                        placed.momenta);
}

}  // namespace

TEST_CASE("harmonic, quartic and Morse springs are learned from 8 particles and hold on 512", "[train]") {
    for (const char* potential : {"harmonic", "quartic", "morse"}) {
        for (const char* sampler : {"swim", "elm"}) {
            CAPTURE(potential, sampler);
            model::SamplingOptions sampling;
            sampling.sampler = sampler;
            const auto set = tests::training_set(tests::world(), lattice(potential), 100, 64);
            const auto result = training::train(set, sampling, {});
            CHECK(result.held_out.mse <= 1e-10);
            CHECK(result.held_out.nodes == 20 * 8);
            const auto large = on_large_lattice(result.model, lattice(potential), {8, 8, 8});
            CHECK(large.relative_force <= 1e-5);
            CHECK(large.relative_velocity <= 1e-5);
            CHECK(result.message.columns == 64);
            CHECK(result.message.rows == 80 * 24);
            CHECK(result.message.condition > 1.0);
        }
    }
}

TEST_CASE("learned energies are right on a larger lattice", "[train]") {
    const auto set = tests::training_set(tests::world(), lattice("harmonic"), 100, 64);
    const auto model = training::train(set, {}, {}).model;
    auto options = lattice("harmonic");
    options.size = {5, 5, 5};
    const auto placed = tests::Placed::make(tests::world(), options);
    const auto energy = [&](const potential::ForceField& hamiltonian) {
        return parallel::sum(tests::world(),
                             graph::kinetic_energy(hamiltonian, placed.graph, placed.momenta) +
                                 graph::potential_energy(hamiltonian, placed.graph, placed.positions));
    };
    CHECK(energy(*model::make_force_field(model, {})) ==
          Approx(energy(*placed.system.force_field())).epsilon(1e-6));
}

TEST_CASE("the same seed gives the same model on any number of ranks", "[train]") {
    model::SamplingOptions sampling;
    sampling.node_width = 24;
    sampling.message_width = 24;
    const auto many =
        training::train(tests::training_set(tests::world(), lattice("quartic"), 80, 24), sampling, {}).model;
    const auto one =
        training::train(tests::training_set(parallel::Communicator::self(), lattice("quartic"), 80, 24),
                        sampling, {})
            .model;
    CHECK(many.message.weights == one.message.weights);
    CHECK(many.node.biases == one.node.biases);
    auto options = lattice("quartic");
    options.size = {4, 4, 4};
    const auto placed = tests::Placed::make(tests::world(), options);
    const auto difference =
        training::vector_field_error(tests::world(), placed.graph, *model::make_force_field(many, {}),
                                     *model::make_force_field(one, {}), placed.positions, placed.momenta);
    CHECK(difference.relative_force <= 1e-9);
    CHECK(difference.relative_velocity <= 1e-9);
}

TEST_CASE("one model spans springs of many stiffnesses and particles of many masses", "[train]") {
    auto options = lattice("harmonic");
    options.size = {3, 3, 3};
    options.stiffness = {0.5, 2.0};
    options.mass = {0.5, 2.0};
    model::SamplingOptions sampling;
    sampling.node_width = 96;
    sampling.message_width = 128;
    const auto result = training::train(tests::training_set(tests::world(), options, 30, 128), sampling, {});
    CHECK(result.model.edge_attribute_names == std::vector<std::string>{"stiffness"});
    CHECK(result.held_out.relative_force <= 1e-3);
    options.seed = 5;  // other springs and masses from the same ranges
    CHECK(on_large_lattice(result.model, options, {5, 5, 5}).relative_force <= 1e-2);
    // Forces leave a function of the stiffness open in V; it is fixed where springs have little energy.
    options.size = {5, 5, 5};
    const auto placed = tests::Placed::make(tests::world(), options);
    const auto energy = [&](const potential::ForceField& hamiltonian) {
        return parallel::sum(tests::world(),
                             graph::kinetic_energy(hamiltonian, placed.graph, placed.momenta) +
                                 graph::potential_energy(hamiltonian, placed.graph, placed.positions));
    };
    CHECK(energy(*model::make_force_field(result.model, placed.graph.edge_attributes.names)) ==
          Approx(energy(*placed.system.force_field())).epsilon(1e-2));
}

TEST_CASE("a known kinetic energy leaves only the potential to learn", "[train]") {
    model::SamplingOptions sampling;
    sampling.kinetic = "known";
    const auto result =
        training::train(tests::training_set(tests::world(), lattice("harmonic"), 60, 64), sampling, {});
    CHECK(result.kinetic.columns == 0);
    CHECK(result.held_out.relative_velocity <= 1e-15);
    CHECK(result.held_out.relative_force <= 1e-6);
}

TEST_CASE("an edge encoder can be learned through", "[train]") {
    model::SamplingOptions sampling;
    sampling.edge_width = 16;
    const auto result =
        training::train(tests::training_set(tests::world(), lattice("morse"), 100, 64), sampling, {});
    CHECK(result.held_out.relative_force <= 1e-4);
}
