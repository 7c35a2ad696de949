#pragma once
/// Rows of one configuration while its atoms add to them: columns of a row are contiguous, so that what an
/// atom gives a row is added eight columns at a time. Written out column by column at the end.

#include <cstddef>
#include <span>
#include <vector>

#include "rfhgn/model/many_body/rows.hpp"

#include "lanes.hpp"
#include "row_neighbours.hpp"

namespace rfhgn::model::many_body {

class RowAccumulator {
  public:
    /// Rows: forces on atoms, virial, energy, all 0. Columns: invariants for each central vector, then
    /// neurons, each of these filled up to whole vectors.
    void start(const Columns& columns, std::size_t atoms);

    /// Where a row of slopes goes, negated; null: nowhere.
    struct Links {
        std::vector<double*> row;
    };
    /// Rows of DensityJacobian for an atom and its neighbours.
    void link(std::size_t atom, const RowNeighbours& neighbours, Links& links);

    /// Subtracts weights[m] × slopes of eight invariants from `first` on; slopes [8, rows].
    void subtract_invariants(const Links& links, std::size_t first, const double* slopes,
                             std::span<const double> weights) const;
    /// Subtracts slopes [rows, neurons], each times its neuron's weight.
    void subtract_neurons(const Links& links, const double* slopes, const double* weights) const;
    /// Adds to the energy row: values of invariants times weights[m], and of neurons.
    void add_energy(std::span<const double> invariants, std::span<const double> weights,
                    std::span<const double> neurons);

    void write(const ConfigurationRows& rows) const;

  private:
    [[nodiscard]] double* row(std::size_t r) { return values_.data() + r * width_; }
    void write(std::size_t first, std::size_t count, const RowTarget& target) const;
    void write_columns(std::size_t first, std::size_t count, std::size_t from, std::size_t columns,
                       double* to, std::size_t leading) const;

    Columns columns_;
    std::size_t atoms_ = 0;
    std::size_t padded_invariants_ = 0;
    std::size_t width_ = 0;
    Buffer values_;  // [3 atoms + 7, width]
};

}  // namespace rfhgn::model::many_body
