#include "rfhgn/potential/pair_force_field.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "rfhgn/base/error.hpp"

namespace rfhgn::potential {

namespace {

/// Edges or nodes a batch: its arrays stay in the first-level cache, and one virtual call serves all of it.
constexpr LocalIndex batch_size = 128;
using BatchArray = std::array<double, batch_size>;

/// Components of second − first, the length and its inverse, edge by edge.
template <int D>
struct Bonds {
    alignas(64) std::array<BatchArray, D> component;
    alignas(64) BatchArray distance;
    alignas(64) BatchArray inverse;
};

/// 1/sqrt(x) to the last bit or two, in a third of the time of a square root and a division: single precision
/// gives the start, two Newton steps the digits. Below 1e-36 it stays finite, so that coinciding ends get the
/// length and the direction 0; above 3e38 single precision ends and the length is 0.
inline double inverse_root(double x) {
    const double start = 1.0F / std::sqrt(static_cast<float>(std::max(x, 1e-36)));
    const double once = start * (1.5 - 0.5 * x * start * start);
    return once * (1.5 - 0.5 * x * once * once);
}

template <int D>
void measure(const Edge* edges, LocalIndex count, const double* positions, Bonds<D>& bonds) {
    for (LocalIndex e = 0; e < count; ++e) {
        const double* first = positions + std::ptrdiff_t{D} * edges[e].first;
        const double* second = positions + std::ptrdiff_t{D} * edges[e].second;
        for (int k = 0; k < D; ++k) bonds.component[k][e] = second[k] - first[k];
    }
    for (LocalIndex e = 0; e < count; ++e) {
        double squared = 0.0;
        for (int k = 0; k < D; ++k) squared += bonds.component[k][e] * bonds.component[k][e];
        bonds.inverse[e] = inverse_root(squared);
        bonds.distance[e] = squared * bonds.inverse[e];
    }
}

/// Components become those of the pull on the first end: slope × direction.
template <int D>
void scale_to_pulls(LocalIndex count, const BatchArray& slope, Bonds<D>& bonds) {
    for (LocalIndex e = 0; e < count; ++e) {
        const double scale = slope[e] * bonds.inverse[e];
        for (int k = 0; k < D; ++k) bonds.component[k][e] *= scale;
    }
}

/// Adds ± pulls to both ends. Edges are sorted by their first end, whose sum stays in registers.
template <int D>
void scatter(const Edge* edges, LocalIndex count, const Bonds<D>& pulls, double* forces) {
    for (LocalIndex e = 0; e < count;) {
        const LocalIndex node = edges[e].first;
        std::array<double, D> sum{};
        do {
            double* second = forces + std::ptrdiff_t{D} * edges[e].second;
            for (int k = 0; k < D; ++k) {
                const double pull = pulls.component[k][e];
                second[k] -= pull;
                sum[k] += pull;
            }
            ++e;
        } while (e < count && edges[e].first == node);
        double* first = forces + std::ptrdiff_t{D} * node;
        for (int k = 0; k < D; ++k) first[k] += sum[k];
    }
}

/// Sums over a range of edges.
struct Sums {
    double energy = 0;
    Virial virial{};
};

template <int D>
void add_virial(LocalIndex count, const BatchArray& slope, const Bonds<D>& bonds, Virial& total) {
    for (int a = 0; a < D; ++a)
        for (int b = a; b < D; ++b) {
            double sum = 0.0;
            for (LocalIndex e = 0; e < count; ++e)
                sum -= slope[e] * bonds.inverse[e] * bonds.component[a][e] * bonds.component[b][e];
            total[a == b ? a : 2 + a + b] += sum;
        }
}

/// A pair's energy belongs to both ends alike.
void share_out(const Edge* edges, LocalIndex count, const BatchArray& energy, std::span<double> per_atom) {
    for (LocalIndex e = 0; e < count; ++e)
        for (const LocalIndex end : {edges[e].first, edges[e].second})
            per_atom[static_cast<std::size_t>(end)] += 0.5 * energy[e];
}

/// So does its virial.
template <int D>
void share_out(const Edge* edges, LocalIndex count, const BatchArray& slope, const Bonds<D>& bonds,
               std::span<Virial> per_atom) {
    for (int a = 0; a < D; ++a)
        for (int b = a; b < D; ++b)
            for (LocalIndex e = 0; e < count; ++e) {
                const double half =
                    0.5 * slope[e] * bonds.inverse[e] * bonds.component[a][e] * bonds.component[b][e];
                for (const LocalIndex end : {edges[e].first, edges[e].second})
                    per_atom[static_cast<std::size_t>(end)][a == b ? a : 2 + a + b] -= half;
            }
}

/// One system's pairs, evaluated batch by batch.
template <int D>
class PairPass {
  public:
    PairPass(const PairTerm& term, const Atoms& atoms, const Neighbours& neighbours, Exchange& exchange,
             const Result& result)
        : term_(term), atoms_(atoms), neighbours_(neighbours), exchange_(exchange), result_(result) {}

    Sums over(LocalIndex begin, LocalIndex end) {
        constexpr LocalIndex edges_between_polls = 1 << 16;
        Sums sums;
        for (LocalIndex e = begin; e < end; e += batch_size) {
            if ((e - begin) % edges_between_polls == 0) exchange_.poll();
            batch(e, std::min(batch_size, end - e), sums);
        }
        return sums;
    }

  private:
    void batch(LocalIndex begin, LocalIndex count, Sums& sums) {
        const auto n = static_cast<std::size_t>(count);
        const Edge* edges = neighbours_.edges.data() + begin;
        const bool energies = result_.potential || !result_.energy_per_atom.empty();
        measure<D>(edges, count, atoms_.position.data(), bonds_);
        term_.evaluate(atoms_, neighbours_, begin, {bonds_.distance.data(), n}, {slope_.data(), n},
                       energies ? std::span(energy_.data(), n) : std::span<double>());
        if (energies) {
            double sum = 0.0;
            for (LocalIndex e = 0; e < count; ++e) sum += energy_[e];
            sums.energy += sum;
        }
        if (!result_.energy_per_atom.empty()) share_out(edges, count, energy_, result_.energy_per_atom);
        if (result_.virial) add_virial<D>(count, slope_, bonds_, sums.virial);
        if (!result_.virial_per_atom.empty())
            share_out<D>(edges, count, slope_, bonds_, result_.virial_per_atom);
        if (result_.force.empty()) return;
        scale_to_pulls<D>(count, slope_, bonds_);
        scatter<D>(edges, count, bonds_, result_.force.data());
    }

    const PairTerm& term_;
    const Atoms& atoms_;
    const Neighbours& neighbours_;
    Exchange& exchange_;
    const Result& result_;
    Bonds<D> bonds_;
    alignas(64) BatchArray slope_;
    alignas(64) BatchArray energy_;
};

/// Forces first of edges that need no ghost. Energies alone are summed up in the order of the list.
template <int D>
void add_pairs(const PairTerm& term, const Atoms& atoms, const Neighbours& neighbours, Exchange& exchange,
               const Result& result) {
    PairPass<D> pass(term, atoms, neighbours, exchange, result);
    const bool overlaps = !result.force.empty();
    const LocalIndex cut = overlaps ? neighbours.interior : neighbours.whole;
    if (!overlaps) exchange.arrive();
    Sums whole = pass.over(0, cut);
    exchange.arrive();
    const Sums rest = pass.over(cut, neighbours.size());
    const double share = cut < neighbours.whole ? 1.0 : 0.5;
    if (result.potential) *result.potential += whole.energy + share * rest.energy;
    if (!result.virial) return;
    for (std::size_t k = 0; k < rest.virial.size(); ++k)
        (*result.virial)[k] += whole.virial[k] + share * rest.virial[k];
}

template <int D>
void squared_norms(const double* vectors, LocalIndex count, BatchArray& squared) {
    for (LocalIndex i = 0; i < count; ++i) {
        double sum = 0.0;
        for (int k = 0; k < D; ++k) sum += vectors[i * D + k] * vectors[i * D + k];
        squared[i] = sum;
    }
}

template <int D>
void node_velocities(const Atoms& atoms, const KineticTerm& term, const double* momenta, double* velocities) {
    alignas(64) BatchArray squared;
    alignas(64) BatchArray slope;
    for (LocalIndex begin = 0; begin < atoms.owned; begin += batch_size) {
        const LocalIndex count = std::min(batch_size, atoms.owned - begin);
        const auto n = static_cast<std::size_t>(count);
        const double* p = momenta + std::ptrdiff_t{D} * begin;
        double* v = velocities + std::ptrdiff_t{D} * begin;
        squared_norms<D>(p, count, squared);
        term.evaluate(atoms, begin, {squared.data(), n}, {slope.data(), n}, {});
        for (LocalIndex i = 0; i < count; ++i) {
            for (int k = 0; k < D; ++k) v[i * D + k] = 2.0 * slope[i] * p[i * D + k];
        }
    }
}

template <int D>
double node_energy(const Atoms& atoms, const KineticTerm& term, const double* momenta) {
    alignas(64) BatchArray squared;
    alignas(64) BatchArray slope;
    alignas(64) BatchArray energy;
    double total = 0.0;
    for (LocalIndex begin = 0; begin < atoms.owned; begin += batch_size) {
        const LocalIndex count = std::min(batch_size, atoms.owned - begin);
        const auto n = static_cast<std::size_t>(count);
        squared_norms<D>(momenta + std::ptrdiff_t{D} * begin, count, squared);
        term.evaluate(atoms, begin, {squared.data(), n}, {slope.data(), n}, {energy.data(), n});
        double sum = 0.0;
        for (LocalIndex i = 0; i < count; ++i) sum += energy[i];
        total += sum;
    }
    return total;
}

/// Calls `kernel` with the dimension as a compile-time constant.
template <class Kernel>
auto with_dimension(const Atoms& atoms, Kernel&& kernel) {
    RFHGN_ASSERT(atoms.dimension >= 1 && atoms.dimension <= 3);
    if (atoms.dimension == 1) return kernel(std::integral_constant<int, 1>{});
    if (atoms.dimension == 2) return kernel(std::integral_constant<int, 2>{});
    return kernel(std::integral_constant<int, 3>{});
}

}  // namespace

void NewtonianKineticTerm::evaluate(const Atoms& atoms, LocalIndex first,
                                    std::span<const double> squared_momentum, std::span<double> slope,
                                    std::span<double> energy) const {
    const double* mass = atoms.mass.data() + first;
    const std::size_t count = squared_momentum.size();
    for (std::size_t i = 0; i < count; ++i) slope[i] = 0.5 / mass[i];
    if (energy.empty()) return;
    for (std::size_t i = 0; i < count; ++i) energy[i] = slope[i] * squared_momentum[i];
}

void add_kinetic(const KineticTerm& term, const Atoms& atoms, const Result& result) {
    with_dimension(atoms, [&](auto d) {
        constexpr int dimension = decltype(d)::value;
        if (!result.velocity.empty())
            node_velocities<dimension>(atoms, term, atoms.momentum.data(), result.velocity.data());
        if (result.kinetic) *result.kinetic += node_energy<dimension>(atoms, term, atoms.momentum.data());
    });
}

PairForceField::PairForceField(std::unique_ptr<KineticTerm> kinetic, std::unique_ptr<PairTerm> pair)
    : kinetic_(std::move(kinetic)), pair_(std::move(pair)) {}

void PairForceField::compute(const Atoms& atoms, const Neighbours& neighbours, Exchange& exchange,
                             const Result& result) const {
    add_kinetic(*kinetic_, atoms, result);
    if (!result.of_positions()) return;
    with_dimension(
        atoms, [&](auto d) { add_pairs<decltype(d)::value>(*pair_, atoms, neighbours, exchange, result); });
}

}  // namespace rfhgn::potential
