#pragma once
/// Invariants of one atom and their derivatives by its densities, of which each invariant has a few.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "rfhgn/model/many_body/invariants.hpp"

namespace rfhgn::model::many_body {

class InvariantJacobian {
  public:
    InvariantJacobian(const Basis& basis, const InvariantSet& set);

    /// Sets value [invariants] and the derivatives. `density` as in DensityLayout.
    void evaluate(const double* density, double* value);
    /// Sets value [invariants] alone.
    void values(const double* density, double* value) const;
    /// Derivatives become those by densities of neighbours of one species, see weight.
    void see_species(const Embedding& embedding, std::size_t species);

    /// Entries of invariant k are begin(k) .. begin(k + 1).
    [[nodiscard]] std::size_t begin(std::size_t k) const { return begin_[k]; }
    /// Which density of a species without channels [harmonics, radial].
    [[nodiscard]] const std::int32_t* place() const noexcept { return place_.data(); }
    /// ∂B_k / ∂density of the species last seen.
    [[nodiscard]] const double* weight() const noexcept { return weight_.data(); }

  private:
    struct Product {
        double coefficient;
        std::int32_t density[3];  ///< places; the one of a density that is 1 where factors are missing
        std::int32_t entry[3];    ///< of the derivatives; a place for waste where factors are missing
    };

    std::vector<Product> products_;
    std::vector<std::size_t> products_begin_;  // [invariants + 1]
    std::vector<std::size_t> begin_;           // [invariants + 1]
    std::vector<std::int32_t> place_;          // [entries]
    std::vector<std::int32_t> channel_;        // [entries]
    std::vector<double> derivative_;           // [entries + 1]
    std::vector<double> weight_;               // [entries]
    std::size_t places_ = 0;
    std::vector<double> padded_;  // densities and a 1
};

}  // namespace rfhgn::model::many_body
