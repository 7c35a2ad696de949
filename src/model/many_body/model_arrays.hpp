#pragma once

#include <vector>

#include "rfhgn/model/many_body/model.hpp"

namespace rfhgn::model::many_body {

/// Coefficients of all columns, zero where a model has none, and what has any.
struct WholeArrays {
    std::vector<double> coefficients;
    std::vector<bool> invariants;
    std::vector<bool> neurons;
};
[[nodiscard]] WholeArrays whole_arrays(const Model& model, const InvariantSet& set);

}  // namespace rfhgn::model::many_body
