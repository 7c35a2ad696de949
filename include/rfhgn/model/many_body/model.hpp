#pragma once
/// A many-body potential that is linear in its coefficients:
///
///     V = Σ_i [ θ0_{s_i} + Σ_mk θ_mk e_m(s_i) B_k(i) + Σ_k θ_k h_k(i) ] + core,
///     h_k(i) = tanh(w_k · y_i + b_{k,s_i}) minus its value without neighbours,  y_i = Pᵀ (B(i) − mean)
///
/// so that θ0_s is the energy of an atom alone, with invariants B (invariants.hpp) and neurons that were
/// sampled once (sampling.hpp; random features of arXiv 2306.16830). Invariant under translation, rotation,
/// reflection and permutation exactly, extensive, and as smooth at the cutoff as Basis::cutoff_exponent − 1
/// derivatives.

#include <vector>

#include "rfhgn/model/many_body/basis.hpp"
#include "rfhgn/model/many_body/core_repulsion.hpp"
#include "rfhgn/model/many_body/invariants.hpp"

namespace rfhgn::model::many_body {

/// y = Pᵀ (B − mean).
struct Projection {
    int directions = 0;
    std::vector<double> mean{};    ///< [invariants]
    std::vector<double> matrix{};  ///< P [invariants, directions] column-major
};

/// tanh(W y + b), with biases of their own for each central species.
struct Neurons {
    int count = 0;
    std::vector<double> weights{};  ///< W [directions, count] column-major: a neuron's weights are contiguous
    std::vector<double> biases{};   ///< [count, species] column-major
};

/// Everything that is fixed before the least-squares problem, and the columns that it has.
struct Features {
    Basis basis;
    CoreRepulsion core{};
    Projection projection{};
    Neurons neurons{};
};

/// Columns of the least-squares problem, in this order: an offset for each species; invariants,
/// column species + m invariants + k is that of e_m(s_i) B_k; neurons.
struct Columns {
    int species = 1;
    int central = 1;
    int invariants = 0;
    int neurons = 0;

    Columns() = default;
    Columns(const Features& features, std::size_t invariant_count);

    [[nodiscard]] int first_neuron() const noexcept { return species + central * invariants; }
    [[nodiscard]] int size() const noexcept { return first_neuron() + neurons; }
    [[nodiscard]] int linear(int m, int k) const noexcept { return species + m * invariants + k; }
};
/// Makes the invariants to count them.
[[nodiscard]] Columns columns_of(const Features& features);

struct Model {
    Features features;
    std::vector<int> columns{};  ///< those that have coefficients, ascending; empty: all
    std::vector<double> coefficients{};
};

/// What the column is, for priors and for people.
struct ColumnInfo {
    enum class Kind { offset, invariant, neuron };
    Kind kind = Kind::offset;
    int factors = 0;          ///< of an invariant, 1 to 3
    int degree = 0;           ///< of an invariant
    int species_factors = 0;  ///< of an invariant: factors of a channel other than 0
    int central = 0;          ///< of an invariant: m of e_m(s_i)
};
[[nodiscard]] std::vector<ColumnInfo> describe_columns(const Features& features);

/// Throws InputError unless all arrays have the lengths that belong together.
void check(const Model& model);

}  // namespace rfhgn::model::many_body
