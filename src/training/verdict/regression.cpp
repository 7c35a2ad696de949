#include "regression.hpp"

#include <algorithm>

#include <Eigen/Dense>

namespace rfhgn::training {

std::span<double> Regression::add_column() {
    return columns_.emplace_back(values_.size(), 0.0);
}

double Regression::explained_share() const {
    const auto rows = static_cast<Eigen::Index>(values_.size());
    const auto count = static_cast<Eigen::Index>(columns_.size());
    const Eigen::Map<const Eigen::VectorXd> values(values_.data(), rows);
    const double all = values.squaredNorm();
    if (count == 0 || rows < 4 * count || all == 0) return 0;
    Eigen::MatrixXd matrix(rows, count);
    for (Eigen::Index c = 0; c < count; ++c)
        matrix.col(c) = Eigen::Map<const Eigen::VectorXd>(columns_[static_cast<std::size_t>(c)].data(), rows);
    const Eigen::VectorXd solution = matrix.colPivHouseholderQr().solve(values);
    const double left = (values - matrix * solution).squaredNorm();
    const double by_chance = static_cast<double>(rows) / static_cast<double>(rows - count);
    return std::clamp(1 - by_chance * left / all, 0.0, 1.0);
}

}  // namespace rfhgn::training
