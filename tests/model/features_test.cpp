#include "rfhgn/model/pairwise/features.hpp"

#include <cmath>

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

constexpr double step = 1e-5;

model::EdgeInputs shifted(model::EdgeInputs edges, double by) {
    for (double& r : edges.distance) r += by;
    return edges;
}

std::vector<double> features(std::size_t points, int width, const auto& fill) {
    std::vector<double> values(points * static_cast<std::size_t>(width));
    fill(model::FeatureMatrix{values.data(), points});
    return values;
}

model::EdgeInputs some_edges() {
    return {{0.7, 0.9, 1.0, 1.2, 1.4},
            {0.5, 1.0, 1.5, 2.0, 0.8},
            {1.0, 2.0, 0.5, 1.0, 1.5},
            {0.5, 1.0, 2.0, 1.0, 0.7},
            {}};
}

}  // namespace

TEST_CASE("message slopes are the derivatives of message values", "[features]") {
    systems::SystemOptions options;
    options.stiffness = {0.5, 2.0};
    options.mass = {0.5, 2.0};
    const auto placed = tests::Placed::make(tests::world(), options);
    for (const int edge_width : {0, 7}) {
        for (const bool masses : {false, true}) {
            for (const char* activation : {"tanh", "sigmoid", "softplus", "sine"}) {
                model::SamplingOptions sampling;
                sampling.activation = activation;
                sampling.edge_width = edge_width;
                sampling.message_width = 9;
                sampling.message_masses = masses;
                const auto model = tests::made_up_model(tests::world(), placed, sampling);
                CAPTURE(edge_width, masses, activation);
                const auto edges = some_edges();
                const auto slope =
                    features(5, 9, [&](auto out) { model::message_slopes(model, edges, out); });
                const auto up = features(
                    5, 9, [&](auto out) { model::message_values(model, shifted(edges, step), out); });
                const auto down = features(
                    5, 9, [&](auto out) { model::message_values(model, shifted(edges, -step), out); });
                for (std::size_t k = 0; k < slope.size(); ++k)
                    CHECK(slope[k] == Approx((up[k] - down[k]) / (2 * step)).margin(1e-8).epsilon(1e-7));
            }
        }
    }
}

TEST_CASE("messages that see masses do not change when an edge is turned around", "[features]") {
    systems::SystemOptions options;
    options.mass = {0.5, 2.0};
    const auto placed = tests::Placed::make(tests::world(), options);
    model::SamplingOptions sampling;
    sampling.message_masses = true;
    sampling.edge_width = 4;
    sampling.message_width = 6;
    const auto model = tests::made_up_model(tests::world(), placed, sampling);
    auto edges = some_edges();
    edges.attributes.clear();
    const auto forward = features(5, 6, [&](auto out) { model::message_slopes(model, edges, out); });
    std::swap(edges.first_mass, edges.second_mass);
    const auto backward = features(5, 6, [&](auto out) { model::message_slopes(model, edges, out); });
    for (std::size_t k = 0; k < forward.size(); ++k) CHECK(forward[k] == Approx(backward[k]).epsilon(1e-14));
}

TEST_CASE("kinetic slopes are the derivatives of kinetic values, which vanish at rest", "[features]") {
    systems::SystemOptions options;
    options.mass = {0.5, 2.0};
    const auto placed = tests::Placed::make(tests::world(), options);
    model::SamplingOptions sampling;
    sampling.node_width = 6;
    const auto model = tests::made_up_model(tests::world(), placed, sampling);
    REQUIRE(model.mass_input);
    model::NodeInputs nodes{{0.1, 0.5, 1.0}, {0.6, 1.0, 1.9}};
    const auto values = [&](double by) {
        model::NodeInputs moved = nodes;
        for (double& p2 : moved.squared_momentum) p2 += by;
        return features(3, 6, [&](auto out) { model::kinetic_values(model, moved, out); });
    };
    const auto slope = features(3, 6, [&](auto out) { model::kinetic_slopes(model, nodes, out); });
    const auto up = values(step);
    const auto down = values(-step);
    for (std::size_t k = 0; k < slope.size(); ++k)
        CHECK(slope[k] == Approx((up[k] - down[k]) / (2 * step)).margin(1e-8).epsilon(1e-7));
    nodes.squared_momentum.assign(3, 0.0);
    for (const double value : values(0.0)) CHECK(value == 0.0);
}
