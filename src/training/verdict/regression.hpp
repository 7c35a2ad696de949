#pragma once

#include <span>
#include <vector>

namespace rfhgn::training {

/// Columns that may explain a quantity, row by row.
class Regression {
  public:
    explicit Regression(std::span<const double> values) : values_(values) {}

    /// A column of zeros, to be filled in.
    std::span<double> add_column();
    /// The part of Σ values² that the best combination of the columns takes, less what as many columns of
    /// chance would take; between 0 and 1. 0 for fewer than four rows a column.
    [[nodiscard]] double explained_share() const;

  private:
    std::span<const double> values_;
    std::vector<std::vector<double>> columns_;
};

}  // namespace rfhgn::training
