#include "regression.hpp"

#include <algorithm>

#include <Eigen/Dense>

namespace rfhgn::training {

std::span<double> Regression::add_column() {
    return columns_.emplace_back(values_.size(), 0.0);
}

double Regression::explained_share() const {
    const auto rows = static_cast<Eigen::Index>(values_.size());
    const Eigen::Map<const Eigen::VectorXd> values(values_.data(), rows);
    const double all = values.squaredNorm();
    Eigen::MatrixXd matrix(rows, static_cast<Eigen::Index>(columns_.size()));
    Eigen::Index count = 0;
    for (const auto& column : columns_) {
        const Eigen::Map<const Eigen::VectorXd> of_column(column.data(), rows);
        if (const double norm = of_column.norm(); norm > 0) matrix.col(count++) = of_column / norm;
    }
    if (count == 0 || rows < 4 * count || all == 0) return 0;
    const auto used = matrix.leftCols(count);
    const Eigen::VectorXd solution = used.colPivHouseholderQr().solve(values);
    const double left = (values - used * solution).squaredNorm();
    const double by_chance = static_cast<double>(rows) / static_cast<double>(rows - count);
    return std::clamp(1 - by_chance * left / all, 0.0, 1.0);
}

}  // namespace rfhgn::training
