#include "rfhgn/systems/thermal_momenta.hpp"

#include <array>
#include <cmath>

#include "rfhgn/base/random.hpp"
#include "rfhgn/parallel/reproducible_sum.hpp"

namespace rfhgn::systems {

// With u normal and w = √(m/m_max), p = √(m_max k T) w u. Sums are of w u and u², which are of the order
// of 1.
void thermal_momenta(const parallel::Communicator& comm, const ThermalDraw& draw,
                     std::span<const GlobalIndex> id, std::span<const double> mass, LocalIndex owned,
                     int dimension, std::span<double> momenta) {
    const CounterRandom random(draw.seed, Stream::velocity);
    const auto d = static_cast<std::size_t>(dimension);
    const auto mine = static_cast<std::size_t>(owned);
    double heaviest = 0.0;
    for (std::size_t i = 0; i < mine; ++i) heaviest = std::max(heaviest, mass[i]);
    heaviest = parallel::max(comm, heaviest);
    for (std::size_t i = 0; i < id.size(); ++i) {
        const auto normal =
            random.normal3(static_cast<std::uint64_t>(id[i]), static_cast<std::uint64_t>(draw.trajectory));
        for (std::size_t k = 0; k < d; ++k) momenta[i * d + k] = normal[k];
    }
    parallel::ReproducibleSum all_mass;
    std::array<parallel::ReproducibleSum, 3> momentum;
    for (std::size_t i = 0; i < mine; ++i) {
        all_mass.add(mass[i] / heaviest);
        for (std::size_t k = 0; k < d; ++k)
            momentum[k].add(std::sqrt(mass[i] / heaviest) * momenta[i * d + k]);
    }
    const double total_mass = all_mass.total(comm);
    std::array<double, 3> velocity{};
    for (std::size_t k = 0; k < d; ++k) velocity[k] = momentum[k].total(comm) / total_mass;
    parallel::ReproducibleSum squares;
    for (std::size_t i = 0; i < id.size(); ++i)
        for (std::size_t k = 0; k < d; ++k) {
            momenta[i * d + k] -= std::sqrt(mass[i] / heaviest) * velocity[k];
            if (i < mine) squares.add(momenta[i * d + k] * momenta[i * d + k]);
        }
    const double found = squares.total(comm);
    const double freedoms = dimension * static_cast<double>(draw.particles - 1);
    const double scale = found > 0.0 ? std::sqrt(draw.energy * freedoms / found) : 0.0;
    for (std::size_t i = 0; i < id.size(); ++i)
        for (std::size_t k = 0; k < d; ++k) momenta[i * d + k] *= scale * std::sqrt(mass[i]);
}

}  // namespace rfhgn::systems
