#include "rfhgn/model/many_body/prior.hpp"

#include <cmath>

namespace rfhgn::model::many_body {

namespace {

double invariant_factor(const ColumnInfo& column, const PriorOptions& options) {
    const bool pair = column.factors == 1;
    double factor = std::pow(1.0 + column.degree, pair ? std::min(1.0, options.power) : options.power);
    factor *= std::pow(pair ? options.species_pair : options.species, column.species_factors);
    return column.central > 0 ? factor * options.central : factor;
}

}  // namespace

std::vector<double> prior_factors(const Features& features, const PriorOptions& options) {
    return prior_factors(describe_columns(features), options);
}

std::vector<double> prior_factors(const std::vector<ColumnInfo>& columns, const PriorOptions& options) {
    std::vector<double> factors;
    double squares = 0;
    std::size_t invariants = 0;
    for (const auto& column : columns) {
        if (column.kind == ColumnInfo::Kind::invariant) {
            factors.push_back(invariant_factor(column, options));
            squares += factors.back() * factors.back();
            ++invariants;
        } else {
            factors.push_back(column.kind == ColumnInfo::Kind::offset ? options.offset : options.neuron);
        }
    }
    if (!options.unit_mean_square || invariants == 0) return factors;
    const double scale = std::sqrt(static_cast<double>(invariants) / squares);
    for (std::size_t k = 0; k < factors.size(); ++k)
        if (columns[k].kind == ColumnInfo::Kind::invariant) factors[k] *= scale;
    return factors;
}

PriorOptions flat_prior() {
    return {.power = 0,
            .species = 1,
            .species_pair = 1,
            .central = 1,
            .neuron = 1,
            .offset = 1e-3,
            .unit_mean_square = false};
}

}  // namespace rfhgn::model::many_body
