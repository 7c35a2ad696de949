#include "pairwise_uncertainty.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Core>

#include "rfhgn/base/error.hpp"

namespace rfhgn::model {

namespace {

using Matrix = Eigen::MatrixXd;  // column-major

// The rows of a group at 512 features fit the second-level cache.
constexpr LocalIndex nodes_per_group = 128;

// Standard deviation of each row z of a column-major [rows, width] matrix, which is overwritten.
Eigen::VectorXd deviations(const Posterior& posterior, std::vector<double>& matrix, std::size_t rows,
                           int width) {
    Eigen::Map<Matrix> z(matrix.data(), static_cast<Eigen::Index>(rows), width);
    const Eigen::Map<const Matrix> factor(posterior.factor.data(), width, width);
    const auto r_factor = factor.triangularView<Eigen::Upper>();
    r_factor.solveInPlace<Eigen::OnTheRight>(z);
    const double variance = posterior.noise * posterior.noise;
    Eigen::VectorXd variances = variance * z.rowwise().squaredNorm();
    const double excess = posterior.ridge_noise * posterior.ridge_noise - variance;
    if (excess > 0) {
        r_factor.transpose().solveInPlace<Eigen::OnTheRight>(z);
        const Eigen::Map<const Eigen::RowVectorXd> damping(posterior.damping.data(), width);
        variances += excess * (z.array().rowwise() * damping.array()).square().rowwise().sum().matrix();
    }
    return variances.cwiseSqrt();
}

void require_uncertainty(const PairwiseModel& model) {
    require(model.knows_uncertainty(),
            Advice{"train again with uncertainty = true in [train] and method = \"direct\""},
            "the model does not hold the uncertainty of its forces");
}

}  // namespace

PairwiseUncertainty::PairwiseUncertainty(const PairwiseModel& model, const potential::Atoms& atoms,
                                         const potential::Neighbours& neighbours)
    : model_(model), atoms_(atoms), rows_(atoms, neighbours, model) {
    require_uncertainty(model);
    groups_ = node_groups(atoms, neighbours, nodes_per_group);
}

void PairwiseUncertainty::forces(std::span<const double> positions, std::span<double> deviation,
                                 const std::function<void()>& between) {
    const auto d = static_cast<std::size_t>(atoms_.dimension);
    RFHGN_ASSERT(deviation.size() == static_cast<std::size_t>(atoms_.owned) * d);
    double* out = deviation.data();
    for (const auto& group : groups_) {
        const auto rows = group.nodes.size() * d;
        matrix_.resize(rows * static_cast<std::size_t>(model_.message_columns()));
        rows_.assemble(group, positions, {matrix_.data(), rows});
        const auto values = deviations(model_.message_posterior, matrix_, rows, model_.message_columns());
        out = std::copy(values.begin(), values.end(), out);
        if (between) between();
    }
}

// All components of a velocity 2 p ∂Φ/∂|p|² share one row.
void PairwiseUncertainty::velocities(std::span<const double> momenta, std::span<double> deviation) {
    const auto d = static_cast<std::size_t>(atoms_.dimension);
    RFHGN_ASSERT(deviation.size() == static_cast<std::size_t>(atoms_.owned) * d);
    std::fill(deviation.begin(), deviation.end(), 0.0);
    if (model_.kinetic_known) return;
    for (LocalIndex first = 0; first < atoms_.owned; first += nodes_per_group) {
        const auto begin = static_cast<std::size_t>(first);
        const auto count = static_cast<std::size_t>(std::min(atoms_.owned - first, nodes_per_group));
        std::vector<double> squared(count, 0.0);
        for (std::size_t k = 0; k < count * d; ++k)
            squared[k / d] += momenta[begin * d + k] * momenta[begin * d + k];
        matrix_.resize(count * static_cast<std::size_t>(model_.node.width));
        kinetic_slopes(model_, node_inputs(model_, atoms_, first, squared), {matrix_.data(), count});
        const auto slope = deviations(model_.kinetic_posterior, matrix_, count, model_.node.width);
        for (std::size_t k = 0; k < count * d; ++k)
            deviation[begin * d + k] =
                2.0 * std::fabs(momenta[begin * d + k]) * slope(static_cast<Eigen::Index>(k / d));
    }
}

}  // namespace rfhgn::model
