#pragma once
/// Derivatives of the densities of one atom, of one species of neighbours, as the columns of a matrix whose
/// rows become force and virial rows.

#include <cstddef>

#include "density_kernel.hpp"
#include "row_neighbours.hpp"

namespace rfhgn::model::many_body {

/// Column-major [rows, densities]. Rows: ∂A/∂x of each slot, padded; ∂/∂y; ∂/∂z; then −virial and the
/// derivatives by the position of the atom itself, see Place. So an energy's rows are forces and virial
/// negated.
class DensityJacobian {
  public:
    /// Rows behind those of slots.
    enum Place : std::size_t { xx, yy, zz, xy, xz, yz, own_x, own_y, own_z };
    static constexpr std::size_t behind = 2 * lane_count;

    void set(const DensityKernel& kernel, const RowNeighbours& neighbours, InnerSwitch inner,
             std::size_t densities);

    [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
    [[nodiscard]] std::size_t densities() const noexcept { return densities_; }
    [[nodiscard]] const double* values() const noexcept { return values_.data(); }

    /// out[rows] = Σ weight[e] column place[e].
    void combine(const std::int32_t* place, const double* weight, std::size_t count, double* out) const;

  private:
    void add_group(const NeighbourLanes& lanes, std::size_t first, std::size_t slot, bool add);
    void sum_up();

    std::size_t slots_ = 0;  // padded
    std::size_t rows_ = 0;
    std::size_t densities_ = 0;
    Buffer values_;
    Buffer group_;   // [densities, 3, 8]
    Buffer virial_;  // [densities, 6, 8]
};

}  // namespace rfhgn::model::many_body
