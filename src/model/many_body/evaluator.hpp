#pragma once
/// A model made ready for evaluation: energies of atoms, and their slopes by reverse mode.

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "rfhgn/model/many_body/model.hpp"

#include "density_kernel.hpp"
#include "polynomial_plan.hpp"

namespace rfhgn::model::many_body {

/// Atoms that are evaluated together: matrix products are efficient and their operands stay in the
/// second-level cache.
constexpr std::size_t block_atoms = 64;
/// Between columns of invariants: not a power of two, whose columns would share cache sets.
constexpr std::size_t block_leading = block_atoms + lane_count;

/// A block of atoms: input, results and intermediates. Keeps its memory.
struct Block {
    explicit Block(double cutoff) : lanes(cutoff) {}

    // Input: neighbours, ranges of lanes [atom, species] and places of central species.
    NeighbourLanes lanes;
    std::vector<LaneRange> ranges;
    std::array<int, block_atoms> species{};
    std::size_t atoms = 0;

    // Results: of each atom, and by the vector to each neighbour.
    std::array<double, block_atoms> energy{};
    Buffer slope_x, slope_y, slope_z;

    // Densities [atoms / 8, places, 8] and slopes by them; invariants [rows, block_leading] and slopes.
    Buffer density, density_slope, invariants, invariant_slope;
    // [directions, atoms], [neurons, atoms]
    Buffer projected, activation, activation_slope;
    // Densities of one atom or eight; of each species; gathered.
    Buffer staging, of_species;
};

class Evaluator {
  public:
    /// `model` has passed check.
    explicit Evaluator(const Model& model);

    [[nodiscard]] double cutoff() const noexcept { return basis_.cutoff; }
    [[nodiscard]] const std::vector<int>& species() const noexcept { return basis_.species; }
    [[nodiscard]] const CoreRepulsion& core() const noexcept { return core_; }

    /// Energies of a block, without core repulsion, and slopes if asked for.
    void evaluate(Block& block, bool slopes) const;

  private:
    void prepare(Block& block) const;
    void densities(Block& block) const;
    void read_out(Block& block, std::size_t padded, bool slopes) const;
    void neurons(Block& block, std::size_t padded, bool slopes) const;
    void slopes_by_neighbours(Block& block) const;
    void take_linear(const Model& model, const InvariantSet& set, const std::vector<double>& coefficients,
                     std::span<const int> rows);
    void take_neurons(const Model& model, const std::vector<double>& coefficients,
                      const std::vector<bool>& kept);
    [[nodiscard]] InnerSwitch inner(int first, int second) const;
    [[nodiscard]] std::size_t species_count() const noexcept { return basis_.species.size(); }

    Basis basis_;
    CoreRepulsion core_;
    DensityLayout layout_;
    std::unique_ptr<DensityKernel> kernel_;
    PolynomialPlan plan_;
    std::size_t rows_ = 0;         // invariants that are evaluated
    std::vector<double> offsets_;  // [species]
    std::vector<double> linear_;   // [rows, species], species contiguous
    std::size_t directions_ = 0;
    std::size_t neurons_ = 0;
    Buffer projection_;           // P [rows, directions] column-major
    Buffer weights_;              // W [directions, neurons] column-major
    std::vector<double> biases_;  // [neurons, species], species contiguous; Wᵀ Pᵀ mean taken out
    std::vector<double> outer_;   // coefficients of neurons
};

}  // namespace rfhgn::model::many_body
