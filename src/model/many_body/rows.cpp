#include "rfhgn/model/many_body/rows.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "rfhgn/base/error.hpp"

#include "channels.hpp"
#include "density_jacobian.hpp"
#include "invariant_jacobian.hpp"
#include "species_places.hpp"

namespace rfhgn::model::many_body {

namespace {

using Matrix = Eigen::Map<Eigen::MatrixXd>;
using ConstMatrix = Eigen::Map<const Eigen::MatrixXd>;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Index index(std::size_t n) {
    return static_cast<Eigen::Index>(n);
}

void clear(const RowTarget& target, std::size_t rows, std::size_t columns) {
    if (!target.values) return;
    for (std::size_t k = 0; k < columns; ++k) std::fill_n(target.values + k * target.leading, rows, 0.0);
}

double* column(const RowTarget& target, std::size_t k) {
    return target.values ? target.values + k * target.leading : nullptr;
}

}  // namespace

class RowMaker::Work {
  public:
    explicit Work(const Features& features)
        : features_(features),
          set_(make_invariants(features.basis)),
          columns_(features, set_.size()),
          kernel_(make_density_kernel(features.basis)),
          jacobian_(features.basis, set_),
          near_(species_count(), RowNeighbours(features.basis.cutoff)),
          density_(static_cast<std::size_t>(set_.layout.size())),
          of_species_(static_cast<std::size_t>(set_.layout.block())),
          value_(set_.size()) {
        if (features_.neurons.count == 0) return;
        // Copies are aligned: sums over memory of another alignment would have other last bits.
        projection_ = ConstMatrix(features.projection.matrix.data(), index(set_.size()), directions());
        mean_ = ConstMatrix(features.projection.mean.data(), index(set_.size()), 1);
        weights_ = ConstMatrix(features.neurons.weights.data(), directions(), features.neurons.count);
    }

    [[nodiscard]] const Columns& columns() const noexcept { return columns_; }
    [[nodiscard]] const InvariantSet& set() const noexcept { return set_; }

    void fill(std::span<const int> species, const Neighbourhoods& all, const ConfigurationRows& rows) {
        find_places(features_.basis.species, species, place_);
        const auto columns = static_cast<std::size_t>(columns_.size());
        clear(rows.energy, 1, columns);
        clear(rows.force, 3 * species.size(), columns);
        clear(rows.virial, 6, columns);
        for (std::size_t atom = 0; atom < species.size(); ++atom) {
            densities(all, atom);
            jacobian_.evaluate(density_.data(), value_.data());
            if (features_.neurons.count > 0) evaluate_neurons(atom);
            if (rows.energy.values) add_energy(atom, rows.energy);
            if (!rows.force.values && !rows.virial.values) continue;
            for (std::size_t s = 0; s < species_count(); ++s)
                if (near_[s].slots() > 0) add_slopes(atom, s, rows);
        }
    }

    void invariants(std::span<const int> species, const Neighbourhoods& all, double* values,
                    std::size_t leading) {
        find_places(features_.basis.species, species, place_);
        for (std::size_t atom = 0; atom < species.size(); ++atom) {
            densities(all, atom);
            jacobian_.values(density_.data(), value_.data());
            for (std::size_t k = 0; k < set_.size(); ++k) values[k * leading + atom] = value_[k];
        }
    }

    [[nodiscard]] CoreTargets core(std::span<const int> species, const Neighbourhoods& all) {
        find_places(features_.basis.species, species, place_);
        CoreTargets core;
        core.force.assign(3 * species.size(), 0.0);
        if (features_.core.none()) return core;
        for (std::size_t i = 0; i < species.size(); ++i)
            for (std::size_t e = all.begin[i]; e < all.begin[i + 1]; ++e)
                add_core(i, static_cast<std::size_t>(all.neighbour[e]), all.vector[e], core);
        return core;
    }

  private:
    [[nodiscard]] std::size_t species_count() const { return features_.basis.species.size(); }
    [[nodiscard]] Eigen::Index directions() const { return features_.projection.directions; }
    [[nodiscard]] InnerSwitch inner(std::size_t atom, std::size_t species) const {
        if (features_.basis.inner.empty()) return {};
        return features_.basis.inner[pair_place(place_[atom], static_cast<int>(species))];
    }

    void densities(const Neighbourhoods& all, std::size_t atom) {
        const std::size_t begin = all.begin[atom];
        const std::size_t count = all.begin[atom + 1] - begin;
        std::ranges::fill(density_, 0.0);
        for (std::size_t s = 0; s < species_count(); ++s) {
            near_[s].set(std::span(all.neighbour).subspan(begin, count),
                         std::span(all.vector).subspan(begin, count), place_, static_cast<int>(s));
            if (near_[s].slots() == 0) continue;
            kernel_->density(near_[s].lanes, {0, near_[s].lanes.size()}, inner(atom, s), of_species_.data());
            add_to_channels(features_.basis.embedding, set_.layout, s, of_species_.data(), density_.data());
        }
    }

    void evaluate_neurons(std::size_t atom) {
        const Neurons& neurons = features_.neurons;
        inputs_of_atom_.noalias() = projection_.transpose() *
                                    (Eigen::Map<const Eigen::VectorXd>(value_.data(), mean_.size()) - mean_);
        neuron_.noalias() = weights_.transpose() * inputs_of_atom_;
        for (int k = 0; k < neurons.count; ++k)
            neuron_[k] += neurons.biases[static_cast<std::size_t>(neurons.count * place_[atom] + k)];
        neuron_ = neuron_.array().tanh();
        neuron_slope_ = 1.0 - neuron_.array().square();
    }

    void add_energy(std::size_t atom, const RowTarget& energy) const {
        const auto s = static_cast<std::size_t>(place_[atom]);
        *column(energy, s) += 1;
        for (int m = 0; m < columns_.central; ++m) {
            const double weight = features_.basis.embedding.at(static_cast<std::size_t>(m), s);
            for (std::size_t k = 0; k < set_.size(); ++k)
                *column(energy, static_cast<std::size_t>(columns_.linear(m, static_cast<int>(k)))) +=
                    weight * value_[k];
        }
        for (int k = 0; k < columns_.neurons; ++k)
            *column(energy, static_cast<std::size_t>(columns_.first_neuron() + k)) += neuron_[k];
    }

    void add_slopes(std::size_t atom, std::size_t s, const ConfigurationRows& rows) {
        slope_.set(*kernel_, near_[s], inner(atom, s), static_cast<std::size_t>(set_.layout.block()));
        jacobian_.see_species(features_.basis.embedding, s);
        combined_.resize(std::max(combined_.size(), slope_.rows()));
        const auto central = static_cast<std::size_t>(place_[atom]);
        for (std::size_t k = 0; k < set_.size(); ++k) {
            const std::size_t begin = jacobian_.begin(k);
            slope_.combine(jacobian_.place() + begin, jacobian_.weight() + begin,
                           jacobian_.begin(k + 1) - begin, combined_.data());
            for (int m = 0; m < columns_.central; ++m)
                scatter(atom, near_[s], combined_.data(),
                        features_.basis.embedding.at(static_cast<std::size_t>(m), central),
                        static_cast<std::size_t>(columns_.linear(m, static_cast<int>(k))), rows);
        }
        if (columns_.neurons > 0) add_neuron_slopes(atom, s, rows);
    }

    /// ∂y/∂e = (Pᵀ ∂B/∂A) ∂A/∂e, then what each neuron makes of it.
    void add_neuron_slopes(std::size_t atom, std::size_t s, const ConfigurationRows& rows) {
        by_density_.setZero(set_.layout.block(), directions());
        for (std::size_t k = 0; k < set_.size(); ++k)
            for (std::size_t e = jacobian_.begin(k); e < jacobian_.begin(k + 1); ++e)
                by_density_.row(jacobian_.place()[e]) += jacobian_.weight()[e] * projection_.row(index(k));
        const ConstMatrix slope(slope_.values(), index(slope_.rows()), index(slope_.densities()));
        inputs_.noalias() = slope * by_density_;
        neurons_.resize(slope.rows(), columns_.neurons);
        neurons_.noalias() = inputs_ * weights_;
        for (int k = 0; k < columns_.neurons; ++k)
            scatter(atom, near_[s], neurons_.col(k).data(), neuron_slope_[k],
                    static_cast<std::size_t>(columns_.first_neuron() + k), rows);
    }

    /// A neighbour feels −∂E/∂e, the atom itself the opposite.
    static void scatter(std::size_t atom, const RowNeighbours& near, const double* slope, double weight,
                        std::size_t k, const ConfigurationRows& rows) {
        const std::size_t padded = near.padded_slots();
        const double* const behind = slope + 3 * padded;
        if (double* const force = column(rows.force, k)) {
            for (std::size_t slot = 0; slot < near.slots(); ++slot) {
                double* const to = force + 3 * static_cast<std::size_t>(near.atom(slot));
                to[0] -= weight * slope[slot];
                to[1] -= weight * slope[padded + slot];
                to[2] -= weight * slope[2 * padded + slot];
            }
            for (std::size_t a = 0; a < 3; ++a)
                force[3 * atom + a] += weight * behind[DensityJacobian::own_x + a];
        }
        if (double* const virial = column(rows.virial, k))
            for (std::size_t v = 0; v < 6; ++v) virial[v] += weight * behind[v];
    }

    void add_core(std::size_t i, std::size_t j, const std::array<double, 3>& vector,
                  CoreTargets& core) const {
        const double r = std::hypot(vector[0], vector[1], vector[2]);
        const auto pair = core_pair(features_.core, place_[i], place_[j], r);
        core.energy += 0.5 * pair.energy;
        constexpr std::size_t pairs[6][2] = {{0, 0}, {1, 1}, {2, 2}, {0, 1}, {0, 2}, {1, 2}};
        double slope[3];
        for (std::size_t a = 0; a < 3; ++a) {
            slope[a] = 0.5 * pair.slope * vector[a] / r;
            core.force[3 * i + a] += slope[a];
            core.force[3 * j + a] -= slope[a];
        }
        for (std::size_t v = 0; v < 6; ++v) core.virial[v] -= vector[pairs[v][0]] * slope[pairs[v][1]];
    }

    Features features_;
    InvariantSet set_;
    Columns columns_;
    std::unique_ptr<DensityKernel> kernel_;
    InvariantJacobian jacobian_;
    std::vector<int> place_;
    std::vector<RowNeighbours> near_;  // by species
    Buffer density_;
    Buffer of_species_;
    Buffer value_;  // [invariants]
    DensityJacobian slope_;
    Buffer combined_;
    RowMajor projection_;  // P
    RowMajor by_density_;  // ∂y/∂A [densities, directions]
    Eigen::VectorXd mean_;
    Eigen::MatrixXd weights_;
    Eigen::MatrixXd inputs_;
    Eigen::VectorXd inputs_of_atom_;
    Eigen::MatrixXd neurons_;
    Eigen::VectorXd neuron_;
    Eigen::VectorXd neuron_slope_;
};

RowMaker::RowMaker(const Features& features) : work_(std::make_unique<Work>(features)) {}
RowMaker::~RowMaker() = default;
RowMaker::RowMaker(RowMaker&&) noexcept = default;

const Columns& RowMaker::columns() const noexcept {
    return work_->columns();
}

const InvariantSet& RowMaker::invariants() const noexcept {
    return work_->set();
}

void RowMaker::fill(std::span<const int> species, const Neighbourhoods& neighbourhoods,
                    const ConfigurationRows& rows) {
    work_->fill(species, neighbourhoods, rows);
}

void RowMaker::invariants(std::span<const int> species, const Neighbourhoods& neighbourhoods, double* values,
                          std::size_t leading) {
    work_->invariants(species, neighbourhoods, values, leading);
}

CoreTargets RowMaker::core(std::span<const int> species, const Neighbourhoods& neighbourhoods) const {
    return work_->core(species, neighbourhoods);
}

}  // namespace rfhgn::model::many_body
