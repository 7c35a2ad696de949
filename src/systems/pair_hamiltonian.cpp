#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "rfhgn/base/error.hpp"
#include "rfhgn/systems/hamiltonian.hpp"

namespace rfhgn::systems {

namespace {

using graph::DistributedGraph;

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
void measure(const graph::Edge* edges, LocalIndex count, const double* positions, Bonds<D>& bonds) {
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
void scatter(const graph::Edge* edges, LocalIndex count, const Bonds<D>& pulls, double* forces) {
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

template <int D>
void add_pair_forces(const DistributedGraph& graph, const PairTerm& term, EdgeRange range,
                     const double* positions, double* forces) {
    Bonds<D> bonds;
    alignas(64) BatchArray slope;
    for (LocalIndex begin = range.begin; begin < range.end; begin += batch_size) {
        const LocalIndex count = std::min(batch_size, range.end - begin);
        const auto n = static_cast<std::size_t>(count);
        const graph::Edge* edges = graph.edges.data() + begin;
        measure<D>(edges, count, positions, bonds);
        term.evaluate(graph, begin, {bonds.distance.data(), n}, {slope.data(), n}, {});
        scale_to_pulls<D>(count, slope, bonds);
        scatter<D>(edges, count, bonds, forces);
    }
}

template <int D>
double pair_energy(const DistributedGraph& graph, const PairTerm& term, EdgeRange range,
                   const double* positions) {
    Bonds<D> bonds;
    alignas(64) BatchArray slope;
    alignas(64) BatchArray energy;
    double total = 0.0;
    for (LocalIndex begin = range.begin; begin < range.end; begin += batch_size) {
        const LocalIndex count = std::min(batch_size, range.end - begin);
        const auto n = static_cast<std::size_t>(count);
        measure<D>(graph.edges.data() + begin, count, positions, bonds);
        term.evaluate(graph, begin, {bonds.distance.data(), n}, {slope.data(), n}, {energy.data(), n});
        double sum = 0.0;
        for (LocalIndex e = 0; e < count; ++e) sum += energy[e];
        total += sum;
    }
    return total;
}

template <int D>
Virial pair_virial(const DistributedGraph& graph, const PairTerm& term, EdgeRange range,
                   const double* positions) {
    Bonds<D> bonds;
    alignas(64) BatchArray slope;
    Virial total{};
    for (LocalIndex begin = range.begin; begin < range.end; begin += batch_size) {
        const LocalIndex count = std::min(batch_size, range.end - begin);
        const auto n = static_cast<std::size_t>(count);
        measure<D>(graph.edges.data() + begin, count, positions, bonds);
        term.evaluate(graph, begin, {bonds.distance.data(), n}, {slope.data(), n}, {});
        for (int a = 0; a < D; ++a)
            for (int b = a; b < D; ++b) {
                double sum = 0.0;
                for (LocalIndex e = 0; e < count; ++e)
                    sum -= slope[e] * bonds.inverse[e] * bonds.component[a][e] * bonds.component[b][e];
                total[a == b ? a : 2 + a + b] += sum;
            }
    }
    return total;
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
void node_velocities(const DistributedGraph& graph, const KineticTerm& term, const double* momenta,
                     double* velocities) {
    alignas(64) BatchArray squared;
    alignas(64) BatchArray slope;
    for (LocalIndex begin = 0; begin < graph.owned; begin += batch_size) {
        const LocalIndex count = std::min(batch_size, graph.owned - begin);
        const auto n = static_cast<std::size_t>(count);
        const double* p = momenta + std::ptrdiff_t{D} * begin;
        double* v = velocities + std::ptrdiff_t{D} * begin;
        squared_norms<D>(p, count, squared);
        term.evaluate(graph, begin, {squared.data(), n}, {slope.data(), n}, {});
        for (LocalIndex i = 0; i < count; ++i) {
            for (int k = 0; k < D; ++k) v[i * D + k] = 2.0 * slope[i] * p[i * D + k];
        }
    }
}

template <int D>
double node_energy(const DistributedGraph& graph, const KineticTerm& term, const double* momenta) {
    alignas(64) BatchArray squared;
    alignas(64) BatchArray slope;
    alignas(64) BatchArray energy;
    double total = 0.0;
    for (LocalIndex begin = 0; begin < graph.owned; begin += batch_size) {
        const LocalIndex count = std::min(batch_size, graph.owned - begin);
        const auto n = static_cast<std::size_t>(count);
        squared_norms<D>(momenta + std::ptrdiff_t{D} * begin, count, squared);
        term.evaluate(graph, begin, {squared.data(), n}, {slope.data(), n}, {energy.data(), n});
        double sum = 0.0;
        for (LocalIndex i = 0; i < count; ++i) sum += energy[i];
        total += sum;
    }
    return total;
}

/// Calls `kernel` with the graph's dimension as a compile-time constant.
template <class Kernel>
auto with_dimension(const DistributedGraph& graph, Kernel&& kernel) {
    RFHGN_ASSERT(graph.dimension >= 1 && graph.dimension <= 3);
    if (graph.dimension == 1) return kernel(std::integral_constant<int, 1>{});
    if (graph.dimension == 2) return kernel(std::integral_constant<int, 2>{});
    return kernel(std::integral_constant<int, 3>{});
}

}  // namespace

void NewtonianKineticTerm::evaluate(const DistributedGraph& graph, LocalIndex first_node,
                                    std::span<const double> squared_momentum, std::span<double> slope,
                                    std::span<double> energy) const {
    const double* mass = graph.mass.data() + first_node;
    const std::size_t count = squared_momentum.size();
    for (std::size_t i = 0; i < count; ++i) slope[i] = 0.5 / mass[i];
    if (energy.empty()) return;
    for (std::size_t i = 0; i < count; ++i) energy[i] = slope[i] * squared_momentum[i];
}

PairHamiltonian::PairHamiltonian(std::unique_ptr<KineticTerm> kinetic, std::unique_ptr<PairTerm> pair)
    : kinetic_(std::move(kinetic)), pair_(std::move(pair)) {}

void PairHamiltonian::velocities(const DistributedGraph& graph, std::span<const double> momenta,
                                 std::span<double> velocities) const {
    with_dimension(graph, [&](auto d) {
        node_velocities<decltype(d)::value>(graph, *kinetic_, momenta.data(), velocities.data());
    });
}

void PairHamiltonian::add_forces(const DistributedGraph& graph, EdgeRange edges,
                                 std::span<const double> positions, std::span<double> forces) const {
    with_dimension(graph, [&](auto d) {
        add_pair_forces<decltype(d)::value>(graph, *pair_, edges, positions.data(), forces.data());
    });
}

double PairHamiltonian::kinetic_energy(const DistributedGraph& graph, std::span<const double> momenta) const {
    return with_dimension(
        graph, [&](auto d) { return node_energy<decltype(d)::value>(graph, *kinetic_, momenta.data()); });
}

double PairHamiltonian::potential_energy(const DistributedGraph& graph,
                                         std::span<const double> positions) const {
    return with_dimension(graph, [&](auto d) {
        constexpr int dimension = decltype(d)::value;
        const EdgeRange whole{0, graph.whole_edges()};
        const EdgeRange shared{graph.whole_edges(), graph.edge_count()};
        return pair_energy<dimension>(graph, *pair_, whole, positions.data()) +
               0.5 * pair_energy<dimension>(graph, *pair_, shared, positions.data());
    });
}

Virial PairHamiltonian::virial(const DistributedGraph& graph, std::span<const double> positions) const {
    return with_dimension(graph, [&](auto d) {
        constexpr int dimension = decltype(d)::value;
        Virial total = pair_virial<dimension>(graph, *pair_, {0, graph.whole_edges()}, positions.data());
        const Virial shared = pair_virial<dimension>(graph, *pair_, {graph.whole_edges(), graph.edge_count()},
                                                     positions.data());
        for (std::size_t k = 0; k < total.size(); ++k) total[k] += 0.5 * shared[k];
        return total;
    });
}

}  // namespace rfhgn::systems
