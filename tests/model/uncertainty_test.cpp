#include "rfhgn/model/uncertainty.hpp"

#include <cmath>

#include <Eigen/Dense>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"
#include "rfhgn/graph/evaluation.hpp"

#include "support/models.hpp"
#include "support/world.hpp"

using namespace rfhgn;

namespace {

model::Posterior made_up_posterior(int width, std::uint64_t seed, double ridge_noise) {
    const CounterRandom random(seed, Stream::noise);
    const auto n = static_cast<std::size_t>(width);
    model::Posterior posterior{0.01, ridge_noise, std::vector<double>(n * n, 0.0), {}};
    for (std::size_t c = 0; c < n; ++c) {
        for (std::size_t r = 0; r < c; ++r) posterior.factor[c * n + r] = random.uniform(-0.5, 0.5, c, r);
        posterior.factor[c * n + c] = random.uniform(0.5, 2.0, c, c) * (c % 2 == 0 ? 1 : -1);
        posterior.damping.push_back(random.uniform(0.1, 0.5, c, c + 1));
    }
    return posterior;
}

double dense_deviation(const model::Posterior& posterior, const Eigen::VectorXd& z) {
    const auto n = z.size();
    const Eigen::Map<const Eigen::MatrixXd> factor(posterior.factor.data(), n, n);
    const Eigen::MatrixXd inverse = (factor.transpose() * factor).inverse();
    const Eigen::Map<const Eigen::VectorXd> damping(posterior.damping.data(), n);
    const double variance = posterior.noise * posterior.noise;
    const double excess = std::max(0.0, posterior.ridge_noise * posterior.ridge_noise - variance);
    const Eigen::MatrixXd square = damping.cwiseAbs2().asDiagonal();
    const Eigen::MatrixXd covariance = variance * inverse + excess * (inverse * square * inverse);
    return std::sqrt(z.dot(covariance * z));
}

// Edge by edge, on a graph that one rank holds: [nodes, 3].
std::vector<double> dense_force_deviations(const model::PairwiseModel& model, const tests::Placed& placed) {
    const auto& graph = placed.graph;
    const int width = model.message.width;
    Eigen::MatrixXd rows = Eigen::MatrixXd::Zero(3 * graph.owned, width);
    for (LocalIndex e = 0; e < graph.edge_count(); ++e) {
        const auto& ends = graph.edges[static_cast<std::size_t>(e)];
        const Eigen::Map<const Eigen::Vector3d> a(
            &placed.positions[static_cast<std::size_t>(3 * ends.first)]);
        const Eigen::Map<const Eigen::Vector3d> b(
            &placed.positions[static_cast<std::size_t>(3 * ends.second)]);
        const double distance = (a - b).norm();
        Eigen::RowVectorXd slope(width);
        model::message_slopes(model,
                              model::edge_inputs(model, graph::atoms(graph, placed.positions),
                                                 graph::neighbours(graph), e, std::span(&distance, 1)),
                              {slope.data(), 1});
        for (int k = 0; k < 3; ++k) {
            rows.row(3 * ends.first + k) += (a(k) - b(k)) / distance * slope;
            rows.row(3 * ends.second + k) -= (a(k) - b(k)) / distance * slope;
        }
    }
    std::vector<double> deviations;
    for (Eigen::Index r = 0; r < rows.rows(); ++r)
        deviations.push_back(dense_deviation(model.message_posterior, rows.row(r)));
    return deviations;
}

std::vector<double> dense_velocity_deviations(const model::PairwiseModel& model,
                                              const tests::Placed& placed) {
    std::vector<double> deviations;
    for (LocalIndex i = 0; i < placed.graph.owned; ++i) {
        const Eigen::Map<const Eigen::Vector3d> p(&placed.momenta[static_cast<std::size_t>(3 * i)]);
        const double squared = p.squaredNorm();
        Eigen::VectorXd slope(model.node.width);
        model::kinetic_slopes(model,
                              model::node_inputs(model, graph::atoms(placed.graph, placed.positions), i,
                                                 std::span(&squared, 1)),
                              {slope.data(), 1});
        for (int k = 0; k < 3; ++k)
            deviations.push_back(dense_deviation(model.kinetic_posterior, 2 * p(k) * slope));
    }
    return deviations;
}

systems::SystemOptions varied() {
    systems::SystemOptions options;
    options.size = {7, 6, 5};  // more nodes than one group
    options.stiffness = {0.5, 2.0};
    options.mass = {0.5, 2.0};
    return options;
}

}  // namespace

TEST_CASE("standard deviations equal those of dense covariance matrices, at any rank count",
          "[uncertainty]") {
    const auto placed = tests::Placed::make(tests::world(), varied());
    const auto whole = tests::Placed::make(parallel::Communicator::self(), varied());
    for (const int edge_width : {0, 5}) {
        model::SamplingOptions sampling;
        sampling.node_width = 6;
        sampling.edge_width = edge_width;
        sampling.message_width = 9;
        sampling.message_masses = edge_width > 0;
        auto model = tests::made_up_model(tests::world(), placed, sampling);
        model.kinetic_posterior = made_up_posterior(6, 1, 0.005);
        model.message_posterior = made_up_posterior(9, 2, 0.03);
        const auto uncertainty =
            model.uncertainty(graph::atoms(placed.graph, placed.positions), graph::neighbours(placed.graph));
        std::vector<double> force(static_cast<std::size_t>(3 * placed.graph.owned), -1.0);
        std::vector<double> velocity(force.size(), -1.0);
        uncertainty->forces(placed.positions, force);
        uncertainty->velocities(placed.momenta, velocity);
        const auto dense_force = dense_force_deviations(model, whole);
        const auto dense_velocity = dense_velocity_deviations(model, whole);
        bool same = true;
        for (std::size_t k = 0; k < force.size(); ++k) {
            const auto at = 3 * static_cast<std::size_t>(placed.graph.node_id[k / 3]) + k % 3;
            same = same && force[k] == Approx(dense_force[at]).epsilon(1e-9).margin(1e-12) && force[k] > 0;
            same = same && velocity[k] == Approx(dense_velocity[at]).epsilon(1e-9).margin(1e-12);
        }
        CHECK(same);
    }
}

TEST_CASE("a known kinetic energy leaves no doubt about velocities", "[uncertainty]") {
    const auto placed = tests::Placed::make(tests::world(), varied());
    model::SamplingOptions sampling;
    sampling.kinetic = "known";
    sampling.message_width = 4;
    auto model = tests::made_up_model(tests::world(), placed, sampling);
    model.message_posterior = made_up_posterior(4, 3, 0.0);
    std::vector<double> velocity(static_cast<std::size_t>(3 * placed.graph.owned), -1.0);
    model.uncertainty(graph::atoms(placed.graph, placed.positions), graph::neighbours(placed.graph))
        ->velocities(placed.momenta, velocity);
    CHECK(std::all_of(velocity.begin(), velocity.end(), [](double v) { return v == 0.0; }));
}

TEST_CASE("a model without posterior says how to get one", "[uncertainty]") {
    const auto placed = tests::Placed::make(tests::world(), varied());
    const auto model = tests::made_up_model(tests::world(), placed, {});
    CHECK_THROWS_WITH(
        model.uncertainty(graph::atoms(placed.graph, placed.positions), graph::neighbours(placed.graph)),
        Catch::Contains("does not hold the uncertainty"));
}
