#pragma once
/// A small fluid of smoothly cut Lennard-Jones particles on a cutoff graph.

#include <cmath>
#include <memory>
#include <vector>

#include "rfhgn/base/random.hpp"
#include "rfhgn/dynamics/simulation.hpp"
#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/potential/pair_force_field.hpp"

namespace rfhgn::tests {

/// 4 (r^-12 − r^-6) (1 − r²/c²)³: energy, force and its slope vanish at c.
class SmoothPairTerm final : public potential::PairTerm {
  public:
    explicit SmoothPairTerm(double cutoff) : cutoff_(cutoff) {}
    void evaluate(const potential::Atoms&, const potential::Neighbours&, LocalIndex,
                  std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        for (std::size_t e = 0; e < distance.size(); ++e) {
            const double r = distance[e];
            const double s6 = std::pow(r, -6);
            const double fade = std::max(0.0, 1 - r * r / (cutoff_ * cutoff_));
            const double v = 4 * (s6 * s6 - s6);
            slope[e] = 4 * (6 * s6 - 12 * s6 * s6) / r * fade * fade * fade -
                       v * 6 * r / (cutoff_ * cutoff_) * fade * fade;
            if (!energy.empty()) energy[e] = v * fade * fade * fade;
        }
    }

  private:
    double cutoff_;
};

inline std::unique_ptr<potential::ForceField> fluid_hamiltonian(double cutoff) {
    return std::make_unique<potential::PairForceField>(std::make_unique<potential::NewtonianKineticTerm>(),
                                                       std::make_unique<SmoothPairTerm>(cutoff));
}

/// side³ particles on a simple cubic lattice in an oblique periodic box, with momenta by id.
struct Fluid {
    int side = 6;
    double spacing = 1.1;
    double momentum = 2.0;
    graph::NeighbourListOptions options{2.0, 0.25};

    [[nodiscard]] GlobalIndex count() const { return GlobalIndex{side} * side * side; }
    [[nodiscard]] graph::Box box() const {
        const double length = side * spacing;
        graph::Box box;
        box.vectors = {graph::Vector3{length, 0, 0}, graph::Vector3{0.2 * length, length, 0},
                       graph::Vector3{0, -0.1 * length, length}};
        box.periodic = {true, true, true};
        return box;
    }
    [[nodiscard]] graph::Particles particles(parallel::Range ids) const {
        const CounterRandom random(3, Stream::momentum);
        graph::Particles particles;
        for (GlobalIndex id = ids.begin; id < ids.end; ++id) {
            const auto q = cartesian(box(), {(static_cast<double>(id % side) + 0.5) / side,
                                             (static_cast<double>(id / side % side) + 0.5) / side,
                                             (static_cast<double>(id / side / side) + 0.5) / side});
            particles.id.push_back(id);
            particles.mass.push_back(id % 2 ? 1.0 : 1.5);
            particles.species.push_back(0);
            for (std::uint64_t k = 0; k < 3; ++k) {
                particles.position.push_back(q[k]);
                particles.momentum.push_back(
                    random.uniform(-momentum, momentum, static_cast<std::uint64_t>(id), k));
            }
        }
        return particles;
    }
};

/// A fluid on its way, on the ranks of `comm`.
struct RunningFluid {
    RunningFluid(const parallel::Communicator& comm, const Fluid& fluid, double dt)
        : RunningFluid(comm, fluid, dt, 0,
                       fluid.particles(parallel::block_range(fluid.count(), comm.size(), comm.rank()))) {}
    RunningFluid(const parallel::Communicator& comm, const Fluid& fluid, double dt, std::int64_t step,
                 graph::Particles particles)
        : cutoff(comm, fluid.box(), fluid.options, particles),
          hamiltonian(fluid_hamiltonian(fluid.options.cutoff)),
          simulation(comm, cutoff, *hamiltonian,
                     {step, std::move(particles.position), std::move(particles.momentum),
                      std::move(particles.image)},
                     {.dt = dt}) {}

    graph::NeighbourList cutoff;
    std::unique_ptr<potential::ForceField> hamiltonian;
    dynamics::Simulation simulation;
};

}  // namespace rfhgn::tests
