#pragma once
/// Rows of the least-squares problem: derivatives of the energy of one configuration by the coefficients.

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "rfhgn/model/many_body/model.hpp"
#include "rfhgn/model/many_body/neighbourhoods.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::model::many_body {

/// Rows of all columns [rows, Columns::size()] column-major, `leading` between columns; null: not asked for.
struct RowTarget {
    double* values = nullptr;
    std::size_t leading = 0;
};

/// What one configuration of N atoms gives. Rows are overwritten.
struct ConfigurationRows {
    RowTarget energy{};  ///< 1 row: of V, not per atom
    RowTarget force{};   ///< 3 N rows: x, y, z of atom 0, of atom 1, ...
    RowTarget virial{};  ///< 6 rows: xx, yy, zz, xy, xz, yz of Σ r f as in potential::Result::virial
};

/// The same of the core repulsion, which has no coefficient: what training subtracts from its targets.
struct CoreTargets {
    double energy = 0;
    std::vector<double> force{};  ///< [atoms, 3]
    potential::Virial virial{};
};

/// Makes rows; holds scratch, so one a thread.
class RowMaker {
  public:
    explicit RowMaker(const Features& features);
    ~RowMaker();
    RowMaker(RowMaker&&) noexcept;

    [[nodiscard]] const Columns& columns() const noexcept;
    [[nodiscard]] const InvariantSet& invariants() const noexcept;

    /// `species` [atoms] as in Basis::species. Throws InputError for one that the basis does not know.
    void fill(std::span<const int> species, const Neighbourhoods& neighbourhoods,
              const ConfigurationRows& rows);
    /// Invariants of every atom [atoms, invariants], column-major with `leading` between columns.
    void invariants(std::span<const int> species, const Neighbourhoods& neighbourhoods, double* values,
                    std::size_t leading);
    [[nodiscard]] CoreTargets core(std::span<const int> species, const Neighbourhoods& neighbourhoods) const;

  private:
    class Work;
    std::unique_ptr<Work> work_;
};

}  // namespace rfhgn::model::many_body
