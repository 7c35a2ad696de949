#include "pair_terms.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "rfhgn/base/error.hpp"

#include "law_options.hpp"

namespace rfhgn::systems {

namespace {

using potential::Atoms;
using potential::CoefficientBatch;
using potential::Coefficients;
using potential::Edge;
using potential::Neighbours;
using potential::PairTerm;
using potential::Truncation;

/// Calls use(begin, distance, slope, energy) with the part of these edges that begins at `begin`, batch by
/// batch.
template <class Use>
void in_batches(std::span<const double> distance, std::span<double> slope, std::span<double> energy,
                Use use) {
    for (std::size_t begin = 0; begin < distance.size(); begin += CoefficientBatch::size) {
        const std::size_t count = std::min(CoefficientBatch::size, distance.size() - begin);
        use(begin, distance.subspan(begin, count), slope.subspan(begin, count),
            energy.empty() ? energy : energy.subspan(begin, count));
    }
}

/// A number that is the same for all bonds, or the column of the edge attributes that holds it.
struct BondNumber {
    double value;
    bool varies;

    /// Of `count` bonds whose column begins at `column`.
    void read(const double* column, std::size_t columns, std::size_t count,
              std::array<double, CoefficientBatch::size>& numbers) const {
        if (!varies) {
            std::fill_n(numbers.begin(), count, value);
        } else if (columns == 1) {
            std::copy_n(column, count, numbers.begin());
        } else {
            for (std::size_t e = 0; e < count; ++e) numbers[e] = column[e * columns];
        }
    }
};

/// Edge attributes are [stiffness, rest length] without those that do not vary.
class BondTerm final : public PairTerm {
  public:
    BondTerm(const potential::PairFunction& function, BondNumber strength, BondNumber length,
             bool between_masses)
        : kernel_(function.kernel({})),
          strength_(strength),
          length_(length),
          between_masses_(between_masses),
          same_(function.coefficients(strength.value, length.value)) {}

    void evaluate(const Atoms& atoms, const Neighbours& neighbours, LocalIndex first_edge,
                  std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        if (!strength_.varies && !length_.varies && !between_masses_) {
            kernel_->evaluate(same_, distance, slope, energy);
            return;
        }
        CoefficientBatch batch;
        in_batches(distance, slope, energy, [&](std::size_t begin, auto r, auto slopes, auto energies) {
            read(atoms, neighbours, static_cast<std::size_t>(first_edge) + begin, r.size(), batch);
            kernel_->evaluate_unprepared(batch, r, slopes, energies);
        });
    }

  private:
    void read(const Atoms& atoms, const Neighbours& neighbours, std::size_t first, std::size_t count,
              CoefficientBatch& batch) const {
        const std::size_t columns = neighbours.columns();
        RFHGN_ASSERT(columns == (strength_.varies ? 1U : 0U) + (length_.varies ? 1U : 0U));
        const double* rows = neighbours.attributes.data() + first * columns;
        strength_.read(rows, columns, count, batch.scale);
        length_.read(rows + (columns > 1 ? 1 : 0), columns, count, batch.length);
        if (!between_masses_) return;
        const Edge* edges = neighbours.edges.data() + first;
        for (std::size_t e = 0; e < count; ++e)
            batch.scale[e] *= atoms.mass[static_cast<std::size_t>(edges[e].first)] *
                              atoms.mass[static_cast<std::size_t>(edges[e].second)];
    }

    std::unique_ptr<potential::PairKernel> kernel_;
    BondNumber strength_;
    BondNumber length_;
    bool between_masses_;
    Coefficients same_;  // of bonds that do not differ
};

class FluidTerm final : public PairTerm {
  public:
    /// `table` [species, species].
    FluidTerm(std::unique_ptr<potential::PairKernel> kernel, double cutoff, std::size_t species,
              std::vector<Coefficients> table)
        : kernel_(std::move(kernel)), cutoff_(cutoff), species_(species), table_(std::move(table)) {}

    [[nodiscard]] double cutoff() const override { return cutoff_; }

    void evaluate(const Atoms& atoms, const Neighbours& neighbours, LocalIndex first_edge,
                  std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        if (species_ == 1) {
            kernel_->evaluate(table_.front(), distance, slope, energy);
            return;
        }
        CoefficientBatch batch;
        in_batches(distance, slope, energy, [&](std::size_t begin, auto r, auto slopes, auto energies) {
            read(atoms, neighbours, static_cast<std::size_t>(first_edge) + begin, r.size(), batch);
            kernel_->evaluate(batch, r, slopes, energies);
        });
    }

  private:
    void read(const Atoms& atoms, const Neighbours& neighbours, std::size_t first, std::size_t count,
              CoefficientBatch& batch) const {
        const Edge* edges = neighbours.edges.data() + first;
        for (std::size_t e = 0; e < count; ++e) {
            const auto a = static_cast<std::size_t>(atoms.species[static_cast<std::size_t>(edges[e].first)]);
            const auto b = static_cast<std::size_t>(atoms.species[static_cast<std::size_t>(edges[e].second)]);
            const Coefficients& pair = table_[a * species_ + b];
            batch.scale[e] = pair.scale;
            batch.length[e] = pair.length;
            batch.shift[e] = pair.shift;
        }
    }

    std::unique_ptr<potential::PairKernel> kernel_;
    double cutoff_;
    std::size_t species_;
    std::vector<Coefficients> table_;
};

std::unique_ptr<PairTerm> make_bond_term(const SystemOptions& options) {
    const BondNumber strength{options.stiffness.low, !options.stiffness.uniform()};
    const BondNumber length{options.rest_length.low,
                            uses_rest_length(options) && !options.rest_length.uniform()};
    return std::make_unique<BondTerm>(*pair_function(options), strength, length,
                                      law_of(options)->between_masses);
}

std::unique_ptr<PairTerm> make_fluid_term(const SystemOptions& options) {
    const auto& fluid = options.fluid;
    const bool smooth = fluid.truncation == "smooth";
    const Truncation truncation{smooth ? Truncation::Kind::smooth : Truncation::Kind::sharp,
                                fluid.smooth_from_or_default(), fluid.cutoff};
    const auto function = pair_function(options);
    const auto numbers = species_table(options);
    std::vector<Coefficients> table;
    for (std::size_t pair = 0; pair < numbers.strength.size(); ++pair) {
        table.push_back(function->coefficients(numbers.strength[pair], numbers.length[pair]));
        if (fluid.truncation == "shifted") table.back().shift = function->energy(table.back(), fluid.cutoff);
    }
    return std::make_unique<FluidTerm>(function->kernel(truncation), fluid.cutoff, fluid.species.size(),
                                       std::move(table));
}

}  // namespace

SpeciesTable species_table(const SystemOptions& options) {
    const auto& fluid = options.fluid;
    const auto& law = *law_of(options);
    return {potential::pair_values(fluid.epsilon, fluid.species.size(), law.strength_mixing),
            potential::pair_values(fluid.sigma, fluid.species.size(), law.length_mixing)};
}

std::unique_ptr<PairTerm> make_pair_term(const SystemOptions& options) {
    return options.graph == "cutoff" ? make_fluid_term(options) : make_bond_term(options);
}

}  // namespace rfhgn::systems
