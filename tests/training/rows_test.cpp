#include "rfhgn/training/pairwise/rows.hpp"

#include <cmath>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"
#include "rfhgn/training/pairwise/reference_sample.hpp"

#include "support/data.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

model::PairwiseModel sampled(const data::TrainingSet& set, const model::SamplingOptions& options) {
    const std::vector<char> use(static_cast<std::size_t>(set.graph.owned), 1);
    const auto sample = training::reference_sample(set.comm, set.graph, set.position, set.momentum, use);
    return model::sample_model(sample, options, set.graph.dimension, set.graph.edge_attributes.names);
}

struct Produced {
    std::vector<double> values;  // all rows of this rank, [rows][columns + 1]
    GlobalIndex training = 0;
    GlobalIndex held_out = 0;
};

Produced produce_all(const linalg::RowSource& source) {
    Produced all;
    const int width = source.columns() + 1;
    for (auto leaf = source.owned_leaves().begin; leaf < source.owned_leaves().end; ++leaf) {
        for (int b = 0; b < source.blocks(static_cast<int>(leaf)); ++b) {
            const auto rows = source.rows(static_cast<int>(leaf), b);
            // A leading dimension larger than the rows, filled with a value that must not survive.
            const LocalIndex leading = rows + 3;
            std::vector<double> block(static_cast<std::size_t>(leading * width), 1e300);
            source.produce(static_cast<int>(leaf), b, {block.data(), rows, source.columns(), leading});
            for (LocalIndex r = 0; r < rows; ++r)
                for (int c = 0; c < width; ++c)
                    all.values.push_back(block[static_cast<std::size_t>(c * leading + r)]);
            (source.role(static_cast<int>(leaf), b) == linalg::RowRole::training ? all.training
                                                                                 : all.held_out) += rows;
        }
    }
    return all;
}

// Zᵀ Z and Zᵀ u do not depend on the order of rows: a fingerprint to compare rank counts and formulas.
std::vector<double> normal_equations(const parallel::Communicator& comm, const Produced& rows, int columns) {
    const auto width = static_cast<std::size_t>(columns) + 1;
    std::vector<double> gram(width * width, 0.0);
    for (std::size_t r = 0; r < rows.values.size(); r += width)
        for (std::size_t a = 0; a < width; ++a)
            for (std::size_t b = 0; b < width; ++b)
                gram[a * width + b] += rows.values[r + a] * rows.values[r + b];
    parallel::sum(comm, std::span<double>(gram));
    return gram;
}

systems::SystemOptions varied() {
    systems::SystemOptions options;
    options.size = {3, 2, 2};
    options.stiffness = {0.5, 2.0};
    options.mass = {0.5, 2.0};
    return options;
}

}  // namespace

TEST_CASE("rows do not depend on the number of ranks", "[rows]") {
    model::SamplingOptions sampling;
    sampling.node_width = 5;
    sampling.message_width = 6;
    sampling.edge_width = 3;
    const auto many = tests::training_set(tests::world(), varied(), 40, 6);
    const auto one = tests::training_set(parallel::Communicator::self(), varied(), 40, 6);
    const auto model = sampled(many, sampling);
    const auto message = produce_all(*training::message_rows(many, model));
    const auto kinetic = produce_all(*training::kinetic_rows(many, model));
    CHECK(parallel::sum(tests::world(), message.training) == 32 * 12 * 3);
    CHECK(parallel::sum(tests::world(), message.held_out) == 8 * 12 * 3);
    CHECK(parallel::sum(tests::world(), kinetic.training) == 32 * 12);
    const auto a = normal_equations(tests::world(), message, 6);
    const auto b = normal_equations(one.comm, produce_all(*training::message_rows(one, model)), 6);
    for (std::size_t k = 0; k < a.size(); ++k) CHECK(a[k] == Approx(b[k]).epsilon(1e-11).margin(1e-12));
}

TEST_CASE("a message row times coefficients is minus the learned force", "[rows]") {
    model::SamplingOptions sampling;
    sampling.message_width = 6;
    const auto set = tests::training_set(tests::world(), varied(), 10, 6, 0.0);
    auto model = sampled(set, sampling);
    for (int m = 0; m < 6; ++m) model.message_coefficients.push_back(0.2 * m - 0.5);
    model.kinetic_coefficients.assign(static_cast<std::size_t>(model.node.width), 0.1);
    const auto hamiltonian = model::make_force_field(model, set.graph.edge_attributes.names);
    std::vector<double> force(set.position.size(), 0.0);
    graph::add_forces(*hamiltonian, set.graph, set.position, force);
    const auto rows = produce_all(*training::message_rows(set, model));
    REQUIRE(rows.values.size() == static_cast<std::size_t>(set.graph.owned) * 3 * 7);
    for (std::size_t r = 0; r < rows.values.size() / 7; ++r) {
        double product = 0;
        for (std::size_t m = 0; m < 6; ++m) product += rows.values[7 * r + m] * model.message_coefficients[m];
        CHECK(product == Approx(-force[r]).margin(1e-12));
        CHECK(rows.values[7 * r + 6] == -set.force[r]);
    }
}

TEST_CASE("one compressed kinetic row says what the d rows of a node say", "[rows]") {
    model::SamplingOptions sampling;
    sampling.node_width = 4;
    const auto set = tests::training_set(tests::world(), varied(), 10, 4, 0.0);
    const auto model = sampled(set, sampling);
    const auto rows = produce_all(*training::kinetic_rows(set, model));
    // All d rows: 2 p_k ∂Φ/∂|p|² against dq_k/dt.
    Produced full;
    for (std::size_t i = 0; i < static_cast<std::size_t>(set.graph.owned); ++i) {
        const double* p = &set.momentum[3 * i];
        const double norm = std::sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
        for (std::size_t k = 0; k < 3; ++k) {
            for (std::size_t m = 0; m < 4; ++m) full.values.push_back(rows.values[5 * i + m] * p[k] / norm);
            full.values.push_back(set.velocity[3 * i + k]);
        }
    }
    const auto a = normal_equations(tests::world(), rows, 4);
    const auto b = normal_equations(tests::world(), full, 4);
    for (std::size_t k = 0; k < a.size(); ++k) CHECK(a[k] == Approx(b[k]).epsilon(1e-11));
}
