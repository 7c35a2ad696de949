#pragma once
/// How strongly a ridge holds down each column, before data are seen: smooth functions first, and alloys are
/// mixtures of one average atom until data say otherwise.

#include <vector>

#include "rfhgn/model/many_body/model.hpp"

namespace rfhgn::model::many_body {

struct PriorOptions {
    double power = 2;         ///< of 1 + degree
    double species = 10;      ///< for each factor of a channel other than 0, of three- and four-body ones
    double species_pair = 3;  ///< the same of two-body ones, whose power is 1
    double central = 10;      ///< for e_m(s_i), m > 0
    double neuron = 10;
    double offset = 1e-3;
    bool unit_mean_square = false;  ///< factors of invariants are divided by their root mean square
};

/// γ of every column: the ridge is λ² Σ γ_k² s_k² θ_k², s_k² the diagonal of the weighted normal matrix.
[[nodiscard]] std::vector<double> prior_factors(const std::vector<ColumnInfo>& columns,
                                                const PriorOptions& options = {});
[[nodiscard]] std::vector<double> prior_factors(const Features& features, const PriorOptions& options = {});
/// Of one species the degree is truncation enough: all 1.
[[nodiscard]] PriorOptions flat_prior();

}  // namespace rfhgn::model::many_body
