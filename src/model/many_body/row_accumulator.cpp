#include "row_accumulator.hpp"

#include <algorithm>

#include "density_jacobian.hpp"

namespace rfhgn::model::many_body {

namespace {

std::size_t whole(std::size_t count) {
    return (count + lane_count - 1) / lane_count * lane_count;
}

}  // namespace

void RowAccumulator::start(const Columns& columns, std::size_t atoms) {
    columns_ = columns;
    atoms_ = atoms;
    padded_invariants_ = whole(static_cast<std::size_t>(columns.invariants));
    width_ = static_cast<std::size_t>(columns.central) * padded_invariants_ +
             whole(static_cast<std::size_t>(columns.neurons));
    // Rows that follow each other in columns must not share cache sets.
    if (width_ % 64 == 0) width_ += lane_count;
    values_.assign((3 * atoms + 7) * width_, 0.0);
}

void RowAccumulator::link(std::size_t atom, const RowNeighbours& neighbours, Links& links) {
    const std::size_t slots = neighbours.padded_slots();
    links.row.assign(3 * slots + DensityJacobian::behind, nullptr);
    for (std::size_t slot = 0; slot < neighbours.slots(); ++slot)
        for (std::size_t a = 0; a < 3; ++a)
            links.row[a * slots + slot] = row(3 * static_cast<std::size_t>(neighbours.atom(slot)) + a);
    double** const behind = links.row.data() + 3 * slots;
    for (std::size_t v = 0; v < 6; ++v) behind[v] = row(3 * atoms_ + v);
    for (std::size_t a = 0; a < 3; ++a) behind[DensityJacobian::own_x + a] = row(3 * atom + a);
}

void RowAccumulator::subtract_invariants(const Links& links, std::size_t first, const double* slopes,
                                         std::span<const double> weights) const {
    const std::size_t rows = links.row.size();
    alignas(64) double turned[lane_count * lane_count];
    for (std::size_t r = 0; r < rows; r += lane_count) {
        transpose(slopes + r, rows, turned, lane_count);
        for (std::size_t k = 0; k < lane_count; ++k) {
            double* to = links.row[r + k];
            if (!to) continue;
            to += first;
            const Lanes slope = load(turned + k * lane_count);
            for (const double weight : weights) {
                store(to, load(to) - weight * slope);
                to += padded_invariants_;
            }
        }
    }
}

void RowAccumulator::subtract_neurons(const Links& links, const double* slopes, const double* weights) const {
    const auto neurons = static_cast<std::size_t>(columns_.neurons);
    const std::size_t first = static_cast<std::size_t>(columns_.central) * padded_invariants_;
    for (std::size_t r = 0; r < links.row.size(); ++r) {
        if (!links.row[r]) continue;
        double* const to = links.row[r] + first;
        const double* const from = slopes + r * neurons;
        for (std::size_t k = 0; k < neurons; ++k) to[k] -= weights[k] * from[k];
    }
}

void RowAccumulator::add_energy(std::span<const double> invariants, std::span<const double> weights,
                                std::span<const double> neurons) {
    double* to = row(3 * atoms_ + 6);
    for (const double weight : weights) {
        for (std::size_t k = 0; k < invariants.size(); ++k) to[k] += weight * invariants[k];
        to += padded_invariants_;
    }
    for (std::size_t k = 0; k < neurons.size(); ++k) to[k] += neurons[k];
}

void RowAccumulator::write_columns(std::size_t first, std::size_t count, std::size_t from,
                                   std::size_t columns, double* to, std::size_t leading) const {
    alignas(64) double turned[lane_count * lane_count];
    for (std::size_t r = 0; r < count; r += lane_count)
        for (std::size_t k = 0; k < columns; k += lane_count) {
            const double* const block = values_.data() + (first + r) * width_ + from + k;
            const std::size_t rows = std::min<std::size_t>(lane_count, count - r);
            const std::size_t wide = std::min<std::size_t>(lane_count, columns - k);
            if (rows == lane_count && wide == lane_count) {
                transpose(block, width_, turned, lane_count);
                for (std::size_t c = 0; c < lane_count; ++c)
                    store(to + (k + c) * leading + r, load(turned + c * lane_count));
                continue;
            }
            for (std::size_t c = 0; c < wide; ++c)
                for (std::size_t i = 0; i < rows; ++i) to[(k + c) * leading + r + i] = block[i * width_ + c];
        }
}

void RowAccumulator::write(std::size_t first, std::size_t count, const RowTarget& target) const {
    if (!target.values) return;
    double* to = target.values;
    for (int s = 0; s < columns_.species; ++s, to += target.leading) std::fill_n(to, count, 0.0);
    const auto invariants = static_cast<std::size_t>(columns_.invariants);
    for (int m = 0; m < columns_.central; ++m, to += invariants * target.leading)
        write_columns(first, count, static_cast<std::size_t>(m) * padded_invariants_, invariants, to,
                      target.leading);
    write_columns(first, count, static_cast<std::size_t>(columns_.central) * padded_invariants_,
                  static_cast<std::size_t>(columns_.neurons), to, target.leading);
}

void RowAccumulator::write(const ConfigurationRows& rows) const {
    write(0, 3 * atoms_, rows.force);
    write(3 * atoms_, 6, rows.virial);
    write(3 * atoms_ + 6, 1, rows.energy);
}

}  // namespace rfhgn::model::many_body
