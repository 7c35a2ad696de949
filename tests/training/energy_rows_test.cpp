#include <cmath>
#include <numeric>

#include "rfhgn/base/random.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/potential/pair_force_field.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"
#include "rfhgn/training/pairwise/rows.hpp"

#include "support/data.hpp"
#include "support/uneven_source.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::UnevenChains;
using tests::world;

namespace {

constexpr GlobalIndex snapshots = 151;

data::TrainingSet chains(int leaves) {
    const UnevenChains source(snapshots);
    auto set = source.read_snapshots(data::owned_snapshots(world(), snapshots, leaves));
    return data::make_training_set(world(), std::move(set), leaves, 0.3, 40);
}

model::PairwiseModel trained(const data::TrainingSet& set, config::NumberOrAuto energy_weight = 0.0) {
    model::SamplingOptions sampling;
    sampling.node_width = 12;
    sampling.message_width = 20;
    training::TrainingOptions options;
    options.energy_weight = energy_weight;
    return training::train(set, sampling, options).model;
}

// Energies as `model` has them, with a constant an edge.
void give_energies(data::TrainingSet& set, const model::PairwiseModel& model, double constant) {
    const auto kinetic = model::make_kinetic_term(model);
    const auto pair = model::make_pair_term(model);
    const auto atoms = graph::atoms(set.graph, set.position);
    const auto neighbours = graph::neighbours(set.graph);
    const auto d = static_cast<std::size_t>(set.graph.dimension);
    double slope = 0;
    double found = 0;
    const std::span one_slope(&slope, 1);
    const std::span one_energy(&found, 1);
    for (double& energy : set.energy) energy = std::isfinite(energy) ? 0.0 : energy;
    for (LocalIndex i = 0; i < set.graph.owned; ++i) {
        const auto p = std::span(set.momentum).subspan(static_cast<std::size_t>(i) * d, d);
        const double squared = std::inner_product(p.begin(), p.end(), p.begin(), 0.0);
        kinetic->evaluate(atoms, i, {&squared, 1}, one_slope, one_energy);
        set.energy[static_cast<std::size_t>(set.snapshot[static_cast<std::size_t>(i)])] += found;
    }
    for (LocalIndex e = 0; e < set.graph.edge_count(); ++e) {
        const auto [first, second] = set.graph.edges[static_cast<std::size_t>(e)];
        double squared = 0;
        for (std::size_t k = 0; k < d; ++k) {
            const double apart = set.position[static_cast<std::size_t>(first) * d + k] -
                                 set.position[static_cast<std::size_t>(second) * d + k];
            squared += apart * apart;
        }
        const double distance = std::sqrt(squared);
        pair->evaluate(atoms, neighbours, e, {&distance, 1}, one_slope, one_energy);
        set.energy[static_cast<std::size_t>(set.snapshot[static_cast<std::size_t>(first)])] +=
            found + constant;
    }
}

std::unique_ptr<linalg::RowSource> energies_of(const data::TrainingData& data,
                                               const model::PairwiseModel& model) {
    return data.rows(training::row_kind(training::Target::energy, model, data.facts().dimension));
}

}  // namespace

TEST_CASE("rows of energies hold for the model that the energies are of, whatever the constant",
          "[energies]") {
    auto set = chains(8);
    const auto model = trained(set);
    give_energies(set, model, 0.7);
    const auto rows = training::energy_rows(set, model);
    const auto r_factors = linalg::factorise(world(), *rows);
    CHECK(r_factors.training.rows + r_factors.held_out.rows == snapshots);
    for (const auto* r_factor : {&r_factors.training, &r_factors.held_out}) {
        const double rhs = r_factor->squared_rhs();
        CHECK(rhs > 0);
        CHECK(r_factor->squared_residual(model.message_coefficients) < 1e-18 * rhs);
        auto other = model.message_coefficients;
        other[3] *= 1.01;
        CHECK(r_factor->squared_residual(other) > 1e-12 * rhs);
    }
}

TEST_CASE("R factors with rows of energies have the same bits on any ranks, streamed or not", "[energies]") {
    const auto set = chains(16);
    const auto model = trained(set);
    const auto alone = data::stream(parallel::Communicator::self(), std::make_unique<UnevenChains>(snapshots),
                                    16, 0.3, {40, 300});
    const auto streamed =
        data::stream(world(), std::make_unique<UnevenChains>(snapshots), 16, 0.3, {40, 300});
    const auto expected = linalg::factorise(parallel::Communicator::self(), *energies_of(*alone, model));
    for (const auto& found : {linalg::factorise(world(), *training::energy_rows(set, model)),
                              linalg::factorise(world(), *energies_of(*streamed, model))}) {
        CHECK(found.training.rows == expected.training.rows);
        CHECK(found.training.values == expected.training.values);
        CHECK(found.held_out.values == expected.held_out.values);
    }
    training::TrainingOptions options;
    options.energy_weight = 2.0;
    options.least_squares.lsqr_iterations = 0;
    model::SamplingOptions sampling;
    sampling.node_width = 12;
    sampling.message_width = 20;
    const auto a = training::train(*alone, sampling, options).model;
    const auto b = training::train(*streamed, sampling, options).model;
    const auto c = training::train(set, sampling, options).model;
    CHECK(a.message_coefficients == b.message_coefficients);
    CHECK(a.message_coefficients == c.message_coefficients);
    CHECK(a.message_coefficients != model.message_coefficients);
}

TEST_CASE("other units of energy and force change the coefficients by their factor alone", "[energies]") {
    const auto in = [&](double unit) {
        auto scaled = tests::training_set(world(), {}, 60, 20);
        for (auto* values : {&scaled.force, &scaled.velocity, &scaled.energy})
            for (double& value : *values) value *= unit;
        scaled.known_energy *= unit;
        return trained(scaled, 0.5);
    };
    const auto one = in(1.0);
    const auto other = in(1024.0);
    for (std::size_t i = 0; i < one.message_coefficients.size(); ++i)
        CHECK(other.message_coefficients[i] == 1024.0 * one.message_coefficients[i]);
    CHECK(other.energy_per_edge == Approx(1024.0 * one.energy_per_edge).epsilon(1e-9));
}

TEST_CASE("exact energies beside noisy forces make forces better", "[energies]") {
    systems::SystemOptions options;
    options.potential = "quartic";
    const CounterRandom random(7, Stream::noise);
    const auto force_error = [&](config::NumberOrAuto weight) {
        auto set = tests::training_set(world(), options, 200, 20);
        const auto exact = set.force;
        const auto d = static_cast<std::size_t>(set.graph.dimension);
        for (std::size_t k = 0; k < exact.size(); ++k)
            set.force[k] +=
                0.1 * random.normal2(static_cast<std::uint64_t>(set.graph.node_id[k / d]), k % d)[0];
        const auto model = trained(set, weight);
        set.force = exact;
        const auto hamiltonian = model::make_force_field(model, set.graph.edge_attributes.names);
        return training::vector_field_error(set, *hamiltonian, linalg::RowRole::held_out).relative_force;
    };
    const double forces_alone = force_error(0);
    const double some = force_error(30);
    const double much = force_error(1000);
    const double chosen = force_error(config::NumberOrAuto::chosen());
    CAPTURE(forces_alone, some, much, chosen);
    CHECK(some < 0.8 * forces_alone);
    CHECK(much < 0.5 * forces_alone);
    CHECK(chosen < 0.5 * forces_alone);
}

TEST_CASE("a training that goes on with energies is that on all data, as is merging two", "[energies]") {
    const auto set = chains(8);
    model::SamplingOptions sampling;
    sampling.node_width = 12;
    sampling.message_width = 20;
    training::TrainingOptions options;
    options.energy_weight = 2.0;
    options.keep_factor = true;
    const auto first = training::train(set, sampling, options);
    const auto& kept = first.r_factors.value();
    CHECK(kept.by_target.size() == 3);
    CHECK(kept.weights.at(training::Target::energy) == linalg::Weight{2.0});
    const auto both = training::train_layers(*data::borrow(set), first.model, options, &kept);
    const auto merged = training::solve_layers(world(), first.model, training::merge(kept, kept), options);
    CHECK(both.message.targets.at(1).rows == 2 * first.message.targets.at(1).rows);
    for (std::size_t k = 0; k < both.model.message_coefficients.size(); ++k)
        CHECK(merged.model.message_coefficients[k] == Approx(both.model.message_coefficients[k])
                                                          .epsilon(1e-6)
                                                          .margin(1e-6 * both.message.largest_coefficient));
    CHECK(merged.message.targets.at(1).weight.value == 2.0);
}

TEST_CASE("rows of energies need energies, and whole snapshots", "[energies]") {
    auto set = chains(8);
    for (double& energy : set.energy) energy = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH(trained(set, 1.0), Catch::Contains("no snapshot of the data has a known energy"));
    systems::SystemOptions large;
    large.size = {8, 8, 8};
    const auto cut = tests::training_set(world(), large, 2, 20);
    CHECK_THROWS_WITH(trained(cut, 1.0),
                      Catch::Contains("rows of whole snapshots need at least 16 of them, but there are 2"));
}
