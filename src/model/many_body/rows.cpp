#include "rfhgn/model/many_body/rows.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "rfhgn/base/error.hpp"

#include "channels.hpp"
#include "density_jacobian.hpp"
#include "invariant_jacobian.hpp"
#include "row_accumulator.hpp"
#include "species_places.hpp"

namespace rfhgn::model::many_body {

namespace {

using Matrix = Eigen::Map<Eigen::MatrixXd>;
using ConstMatrix = Eigen::Map<const Eigen::MatrixXd>;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Index index(std::size_t n) {
    return static_cast<Eigen::Index>(n);
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
        const Eigen::VectorXd at_mean = weights_.transpose() * (projection_.transpose() * mean_);
        neuron_alone_ =
            ConstMatrix(features.neurons.biases.data(), features.neurons.count, index(species_count()));
        neuron_alone_.colwise() -= at_mean;
        neuron_alone_ = neuron_alone_.array().tanh();
    }

    [[nodiscard]] const Columns& columns() const noexcept { return columns_; }
    [[nodiscard]] const InvariantSet& set() const noexcept { return set_; }

    void fill(std::span<const int> species, const Neighbourhoods& all, const ConfigurationRows& rows) {
        find_places(features_.basis.species, species, place_);
        sums_.start(columns_, species.size());
        for (std::size_t atom = 0; atom < species.size(); ++atom) {
            densities(all, atom);
            jacobian_.evaluate(density_.data(), value_.data());
            if (features_.neurons.count > 0) evaluate_neurons(atom);
            take_central(atom);
            sums_.add_energy(value_, central_, {neuron_.data(), static_cast<std::size_t>(neuron_.size())});
            if (!rows.force.values && !rows.virial.values) continue;
            for (std::size_t s = 0; s < species_count(); ++s)
                if (near_[s].slots() > 0) add_slopes(atom, s);
        }
        sums_.write(rows);
        if (!rows.energy.values) return;
        for (const int place : place_)
            rows.energy.values[rows.energy.leading * static_cast<std::size_t>(place)] += 1;
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
        const double* const biases =
            neurons.biases.data() + static_cast<std::ptrdiff_t>(neurons.count) * place_[atom];
        for (int k = 0; k < neurons.count; ++k) neuron_[k] += biases[k];
        neuron_ = neuron_.array().tanh();
        neuron_slope_ = 1.0 - neuron_.array().square();
        neuron_ -= neuron_alone_.col(place_[atom]);
    }

    void take_central(std::size_t atom) {
        central_.clear();
        for (int m = 0; m < columns_.central; ++m)
            central_.push_back(features_.basis.embedding.at(static_cast<std::size_t>(m),
                                                            static_cast<std::size_t>(place_[atom])));
    }

    void add_slopes(std::size_t atom, std::size_t s) {
        slope_.set(*kernel_, near_[s], inner(atom, s), static_cast<std::size_t>(set_.layout.block()));
        jacobian_.see_species(features_.basis.embedding, s);
        sums_.link(atom, near_[s], links_);
        combined_.resize(std::max(combined_.size(), lane_count * slope_.rows()));
        for (std::size_t first = 0; first < set_.size(); first += lane_count) {
            for (std::size_t k = first; k < first + lane_count; ++k) {
                double* const out = combined_.data() + (k - first) * slope_.rows();
                const std::size_t begin = jacobian_.begin(std::min(k, set_.size()));
                const std::size_t end = jacobian_.begin(std::min(k + 1, set_.size()));
                slope_.combine(jacobian_.place() + begin, jacobian_.weight() + begin, end - begin, out);
            }
            sums_.subtract_invariants(links_, first, combined_.data(), central_);
        }
        if (columns_.neurons > 0) add_neuron_slopes();
    }

    /// ∂y/∂e = (Pᵀ ∂B/∂A) ∂A/∂e, then what each neuron makes of it.
    void add_neuron_slopes() {
        by_density_.setZero(set_.layout.block(), directions());
        for (std::size_t k = 0; k < set_.size(); ++k)
            for (std::size_t e = jacobian_.begin(k); e < jacobian_.begin(k + 1); ++e)
                by_density_.row(jacobian_.place()[e]) += jacobian_.weight()[e] * projection_.row(index(k));
        const ConstMatrix slope(slope_.values(), index(slope_.rows()), index(slope_.densities()));
        inputs_.noalias() = slope * by_density_;
        neurons_.resize(columns_.neurons, slope.rows());
        neurons_.noalias() = weights_.transpose() * inputs_.transpose();
        sums_.subtract_neurons(links_, neurons_.data(), neuron_slope_.data());
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
    RowAccumulator sums_;
    RowAccumulator::Links links_;
    std::vector<double> central_;  // e_m of the atom
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
    Eigen::MatrixXd neuron_alone_;  // of an atom without neighbours [neurons, species]
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
