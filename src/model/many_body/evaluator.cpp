#include "evaluator.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/activation.hpp"

#include "channels.hpp"
#include "model_arrays.hpp"

namespace rfhgn::model::many_body {

namespace {

using Matrix = Eigen::Map<Eigen::MatrixXd, 0, Eigen::OuterStride<>>;
using ConstMatrix = Eigen::Map<const Eigen::MatrixXd, 0, Eigen::OuterStride<>>;

template <class Pointer>
auto matrix(Pointer values, std::size_t rows, std::size_t columns, std::size_t leading) {
    using Map = std::conditional_t<std::is_const_v<std::remove_pointer_t<Pointer>>, ConstMatrix, Matrix>;
    return Map(values, static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(columns),
               Eigen::OuterStride<>(static_cast<Eigen::Index>(leading)));
}

void grow(Buffer& buffer, std::size_t size) {
    if (buffer.size() < size) buffer.resize(size);
}

}  // namespace

Evaluator::Evaluator(const Model& model)
    : basis_(model.features.basis),
      core_(model.features.core),
      layout_(basis_),
      kernel_(make_density_kernel(basis_)) {
    const auto set = make_invariants(basis_);
    const auto arrays = whole_arrays(model, set);
    const bool any_neuron = std::ranges::find(arrays.neurons, true) != arrays.neurons.end();
    std::vector<int> wanted;
    for (std::size_t k = 0; k < set.size(); ++k)
        if (any_neuron || arrays.invariants[k]) wanted.push_back(static_cast<int>(k));
    rows_ = wanted.size();
    plan_ = PolynomialPlan(set, wanted);
    take_linear(model, set, arrays.coefficients, wanted);
    if (any_neuron) take_neurons(model, arrays.coefficients, arrays.neurons);
}

void Evaluator::take_linear(const Model& model, const InvariantSet& set,
                            const std::vector<double>& coefficients, std::span<const int> rows) {
    const Columns columns(model.features, set.size());
    const std::size_t count = species_count();
    offsets_.assign(coefficients.begin(), coefficients.begin() + columns.species);
    linear_.assign(rows.size() * count, 0.0);
    for (std::size_t row = 0; row < rows.size(); ++row)
        for (int m = 0; m < columns.central; ++m)
            for (std::size_t s = 0; s < count; ++s)
                linear_[row * count + s] +=
                    coefficients[static_cast<std::size_t>(columns.linear(m, rows[row]))] *
                    basis_.embedding.at(static_cast<std::size_t>(m), s);
}

void Evaluator::take_neurons(const Model& model, const std::vector<double>& coefficients,
                             const std::vector<bool>& kept) {
    const auto& from = model.features.neurons;
    const auto& projection = model.features.projection;
    const std::size_t count = species_count();
    directions_ = static_cast<std::size_t>(projection.directions);
    projection_.assign(projection.matrix.begin(), projection.matrix.end());
    const std::size_t first = coefficients.size() - kept.size();
    // Copies are aligned: sums over memory of another alignment would have other last bits.
    const Eigen::VectorXd mean_invariants =
        Eigen::Map<const Eigen::VectorXd>(projection.mean.data(), static_cast<Eigen::Index>(rows_));
    const Eigen::VectorXd mean =
        matrix(projection_.data(), rows_, directions_, rows_).transpose() * mean_invariants;
    for (std::size_t k = 0; k < kept.size(); ++k) {
        if (!kept[k]) continue;
        double at_mean = 0;
        for (std::size_t d = 0; d < directions_; ++d) {
            weights_.push_back(from.weights[k * directions_ + d]);
            at_mean += weights_.back() * mean[static_cast<Eigen::Index>(d)];
        }
        outer_.push_back(coefficients[first + k]);
        for (std::size_t s = 0; s < count; ++s) {
            biases_.push_back(from.biases[s * kept.size() + k] - at_mean);
            offsets_[s] -= outer_.back() * std::tanh(biases_.back());  // of an atom alone, whose B is 0
        }
        ++neurons_;
    }
}

InnerSwitch Evaluator::inner(int first, int second) const {
    if (basis_.inner.empty()) return {};
    return basis_.inner[pair_place(first, second)];
}

void Evaluator::prepare(Block& block) const {
    const auto places = static_cast<std::size_t>(layout_.size());
    grow(block.density, places * block_atoms);
    grow(block.density_slope, places * block_atoms);
    grow(block.invariants, rows_ * block_leading);
    grow(block.invariant_slope, rows_ * block_leading);
    grow(block.staging, places * lane_count);
    grow(block.of_species, static_cast<std::size_t>(layout_.block()));
    grow(block.projected, directions_ * block_atoms);
    grow(block.activation, neurons_ * block_atoms);
    grow(block.activation_slope, neurons_ * block_atoms);
    for (Buffer* slope : {&block.slope_x, &block.slope_y, &block.slope_z}) grow(*slope, block.lanes.size());
}

void Evaluator::densities(Block& block) const {
    const auto places = static_cast<std::size_t>(layout_.size());
    const std::size_t count = species_count();
    for (std::size_t first = 0; first < block.atoms; first += lane_count) {
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            double* const density = block.staging.data() + lane * places;
            const std::size_t atom = first + lane;
            if (count > 1 || atom >= block.atoms) std::fill_n(density, places, 0.0);
            if (atom >= block.atoms) continue;
            for (std::size_t s = 0; s < count; ++s) {
                const LaneRange range = block.ranges[atom * count + s];
                if (count > 1 && range.begin == range.end) continue;
                double* const here = count > 1 ? block.of_species.data() : density;
                kernel_->density(block.lanes, range, inner(block.species[atom], static_cast<int>(s)), here);
                if (count > 1) add_to_channels(basis_.embedding, layout_, s, here, density);
            }
        }
        double* const to = block.density.data() + first * places;
        for (std::size_t k = 0; k < places; k += lane_count)
            transpose(block.staging.data() + k, places, to + k * lane_count, lane_count);
    }
}

void Evaluator::read_out(Block& block, std::size_t padded, bool slopes) const {
    const std::size_t count = species_count();
    for (std::size_t row = 0; row < rows_; ++row) {
        double* const slope = block.invariant_slope.data() + row * block_leading;
        const double* const theta = linear_.data() + row * count;
        if (count == 1)
            std::fill_n(slope, padded, theta[0]);
        else
            for (std::size_t i = 0; i < padded; ++i) slope[i] = theta[block.species[i]];
    }
    for (std::size_t i = 0; i < padded; i += lane_count) {
        Lanes sum{};
        for (std::size_t row = 0; row < rows_; ++row)
            sum += load(&block.invariants[row * block_leading + i]) *
                   load(&block.invariant_slope[row * block_leading + i]);
        store(&block.energy[i], sum);
    }
    for (std::size_t i = 0; i < block.atoms; ++i)
        block.energy[i] += offsets_[static_cast<std::size_t>(block.species[i])];
    if (neurons_ > 0) neurons(block, padded, slopes);
}

void Evaluator::neurons(Block& block, std::size_t padded, bool slopes) const {
    const std::size_t count = species_count();
    const auto projection = matrix(projection_.data(), rows_, directions_, rows_);
    const auto weights = matrix(weights_.data(), directions_, neurons_, directions_);
    auto projected = matrix(block.projected.data(), padded, directions_, padded);
    auto activation = matrix(block.activation.data(), padded, neurons_, padded);
    projected.noalias() = matrix(block.invariants.data(), padded, rows_, block_leading) * projection;
    activation.noalias() = projected * weights;
    for (std::size_t k = 0; k < neurons_; ++k) {
        const std::span z(block.activation.data() + k * padded, padded);
        const std::span slope(block.activation_slope.data() + k * padded, slopes ? padded : 0);
        const double* const bias = biases_.data() + k * count;
        for (std::size_t i = 0; i < padded; ++i) z[i] += bias[count > 1 ? block.species[i] : 0];
        activate(Activation::tanh, z, z, slope);
        for (std::size_t i = 0; i < padded; ++i) block.energy[i] += outer_[k] * z[i];
        for (double& x : slope) x *= outer_[k];
    }
    if (!slopes) return;
    projected.noalias() =
        matrix(block.activation_slope.data(), padded, neurons_, padded) * weights.transpose();
    matrix(block.invariant_slope.data(), padded, rows_, block_leading).noalias() +=
        projected * projection.transpose();
}

void Evaluator::slopes_by_neighbours(Block& block) const {
    const auto places = static_cast<std::size_t>(layout_.size());
    const std::size_t count = species_count();
    for (std::size_t first = 0; first < block.atoms; first += lane_count) {
        const double* const from = block.density_slope.data() + first * places;
        for (std::size_t k = 0; k < places; k += lane_count)
            transpose(from + k * lane_count, lane_count, block.staging.data() + k, places);
        for (std::size_t atom = first; atom < std::min(block.atoms, first + lane_count); ++atom) {
            const double* const slope = block.staging.data() + (atom - first) * places;
            for (std::size_t s = 0; s < count; ++s) {
                const LaneRange range = block.ranges[atom * count + s];
                if (range.begin == range.end) continue;
                if (count > 1)
                    gather_from_channels(basis_.embedding, layout_, s, slope, block.of_species.data());
                kernel_->slopes(block.lanes, range, inner(block.species[atom], static_cast<int>(s)),
                                count > 1 ? block.of_species.data() : slope, block.slope_x.data(),
                                block.slope_y.data(), block.slope_z.data());
            }
        }
    }
}

void Evaluator::evaluate(Block& block, bool slopes) const {
    RFHGN_ASSERT(block.atoms <= block_atoms);
    const std::size_t padded = (block.atoms + lane_count - 1) / lane_count * lane_count;
    for (std::size_t i = block.atoms; i < padded; ++i) block.species[i] = 0;
    prepare(block);
    densities(block);
    const auto places = static_cast<std::size_t>(layout_.size());
    for (std::size_t i = 0; i < padded; i += lane_count)
        plan_.evaluate(block.density.data() + i * places, block.invariants.data() + i, block_leading);
    read_out(block, padded, slopes);
    if (!slopes) return;
    for (std::size_t i = 0; i < padded; i += lane_count)
        plan_.differentiate(block.density.data() + i * places, block.invariant_slope.data() + i,
                            block_leading, block.density_slope.data() + i * places);
    slopes_by_neighbours(block);
}

}  // namespace rfhgn::model::many_body
