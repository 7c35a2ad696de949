#include "rfhgn/dynamics/mode_spectrum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include <Eigen/Eigenvalues>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"

namespace rfhgn::dynamics {

namespace {

using Vector = std::vector<double>;

// Squared, over all ranks; infinite without edges.
double shortest_edge(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                     const Vector& position) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    double shortest = std::numeric_limits<double>::infinity();
    for (const auto& edge : graph.edges) {
        double squared = 0;
        for (std::size_t k = 0; k < d; ++k) {
            const double apart = position[static_cast<std::size_t>(edge.second) * d + k] -
                                 position[static_cast<std::size_t>(edge.first) * d + k];
            squared += apart * apart;
        }
        shortest = std::min(shortest, squared);
    }
    return parallel::min(comm, shortest);
}

/// Products of the mass-weighted Hessian with vectors of owned components.
class WeightedHessian {
  public:
    WeightedHessian(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                    const potential::ForceField& field, const State& state)
        : comm_(comm), graph_(graph), field_(field), at_(state.position), momentum_(state.momentum) {
        graph::update_positions(graph, at_);
        if (field.needs().momenta_of_ghosts) graph.halo.update(momentum_, graph.dimension);
        for (std::size_t c = 0; c < graph.owned_size(); ++c)
            weight_.push_back(1.0 / std::sqrt(graph.mass[c / static_cast<std::size_t>(graph.dimension)]));
        // Truncation and rounding are then of the order of 1e-10 of the product.
        constexpr double part = 1e-5;
        const double shortest = shortest_edge(comm, graph, at_);
        reach_ = part * (std::isfinite(shortest) && shortest > 0 ? std::sqrt(shortest) : 1.0);
    }

    [[nodiscard]] Vector times(const Vector& v) const {
        double farthest = 0;
        for (std::size_t c = 0; c < v.size(); ++c)
            farthest = std::max(farthest, std::fabs(v[c] * weight_[c]));
        const double h = reach_ / parallel::max(comm_, farthest);
        const Vector ahead = forces(v, h);
        Vector product = forces(v, -h);
        for (std::size_t c = 0; c < v.size(); ++c)
            product[c] = weight_[c] * (product[c] - ahead[c]) / (2 * h);
        product.resize(v.size());
        return product;
    }

    /// The same direction on any number of ranks.
    [[nodiscard]] Vector start() const {
        const CounterRandom random(1, Stream::modes);
        const auto d = static_cast<std::size_t>(graph_.dimension);
        Vector v;
        for (std::size_t i = 0; i < static_cast<std::size_t>(graph_.owned); ++i) {
            const auto normal = random.normal3(static_cast<std::uint64_t>(graph_.node_id[i]));
            v.insert(v.end(), normal.begin(), normal.begin() + static_cast<std::ptrdiff_t>(d));
        }
        return v;
    }

  private:
    [[nodiscard]] Vector forces(const Vector& v, double h) const {
        Vector position = at_;
        for (std::size_t c = 0; c < v.size(); ++c) position[c] += h * weight_[c] * v[c];
        Vector force(position.size(), 0.0);
        graph::GhostExchange exchange(comm_, graph_, position);
        field_.compute(graph::atoms(graph_, position, momentum_), graph::neighbours(graph_), exchange,
                       {.force = force});
        exchange.arrive();
        if (graph_.list_style == graph::ListStyle::half) exchange.sum(force, graph_.dimension);
        return force;
    }

    const parallel::Communicator& comm_;
    const graph::DistributedGraph& graph_;
    const potential::ForceField& field_;
    Vector at_;
    Vector momentum_;
    Vector weight_;  // 1/√m of owned components
    double reach_ = 0;
};

double dot(const parallel::Communicator& comm, const Vector& a, const Vector& b) {
    double sum = 0;
    for (std::size_t c = 0; c < a.size(); ++c) sum += a[c] * b[c];
    return parallel::sum(comm, sum);
}

void scale(double factor, Vector& v) {
    for (double& component : v) component *= factor;
}

/// What Lanczos' iteration has found: a tridiagonal matrix whose extreme eigenvalues approach those sought.
struct Tridiagonal {
    Vector diagonal;
    Vector beside;  ///< one more than the matrix has: what is left over

    /// An upper bound of all entries.
    [[nodiscard]] double size() const {
        double most = 0;
        for (const double value : diagonal) most = std::max(most, std::fabs(value));
        for (std::size_t k = 0; k + 1 < beside.size(); ++k) most = std::max(most, beside[k]);
        return most;
    }
    /// And how far `highest` may be from an eigenvalue.
    [[nodiscard]] std::pair<ModeSpectrum, double> spectrum() const {
        const auto n = static_cast<Eigen::Index>(diagonal.size());
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver;
        solver.computeFromTridiagonal(Eigen::Map<const Eigen::VectorXd>(diagonal.data(), n),
                                      Eigen::Map<const Eigen::VectorXd>(beside.data(), n - 1));
        const auto& values = solver.eigenvalues();
        return {{values[0], values[n - 1]}, beside.back() * std::fabs(solver.eigenvectors()(n - 1, n - 1))};
    }
};

}  // namespace

double ModeSpectrum::largest_frequency() const {
    return std::sqrt(std::max(0.0, highest));
}

double ModeSpectrum::stable_step() const {
    const double frequency = largest_frequency();
    return frequency > 0 ? 2 / frequency : std::numeric_limits<double>::infinity();
}

double ModeSpectrum::shortest_period() const {
    const double rate = std::sqrt(std::max(std::fabs(highest), std::fabs(lowest)));
    return rate > 0 ? 2 * std::numbers::pi / rate : std::numeric_limits<double>::infinity();
}

ModeSpectrum mode_spectrum(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                           const potential::ForceField& field, const State& state) {
    constexpr int most_steps = 200;
    constexpr int steps_between_looks = 5;
    constexpr double tolerance = 1e-3;
    constexpr double exhausted = 1e-7;  // the differences know no more digits
    const WeightedHessian hessian(comm, graph, field, state);
    Vector v = hessian.start();
    scale(1 / std::sqrt(dot(comm, v, v)), v);
    Vector before(v.size(), 0.0);
    Tridiagonal found;
    double left = 0;
    for (int step = 1; step <= most_steps; ++step) {
        parallel::interruption_point(comm);
        Vector w = hessian.times(v);
        const double along = dot(comm, v, w);
        for (std::size_t c = 0; c < v.size(); ++c) w[c] -= along * v[c] + left * before[c];
        left = std::sqrt(dot(comm, w, w));
        parallel::together(comm, [&] {
            require<RunError>(std::isfinite(left), Advice{"look at the configuration and at the model"},
                              "the forces at the start are not finite");
        });
        found.diagonal.push_back(along);
        found.beside.push_back(left);
        if (left <= exhausted * found.size()) break;
        if (step % steps_between_looks == 0) {
            const auto [spectrum, uncertain] = found.spectrum();
            if (uncertain <= tolerance * std::max(std::fabs(spectrum.highest), std::fabs(spectrum.lowest)))
                break;
        }
        before = std::move(v);
        v = std::move(w);
        scale(1 / left, v);
    }
    return found.spectrum().first;
}

}  // namespace rfhgn::dynamics
