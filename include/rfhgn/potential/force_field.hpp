#pragma once
/// The one interface of everything that moves particles: exact, learned, tabulated, external, and sums of
/// them. It knows neither MPI nor decks: see Exchange for what several processes must tell each other.

#include <array>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "rfhgn/potential/atoms.hpp"

namespace rfhgn::potential {

/// How the processes that share a system tell each other what they know; of a single process that holds
/// everything, nothing, which is what this class does. An implementation's functions are *Collective*.
class Exchange {
  public:
    Exchange() = default;
    virtual ~Exchange() = default;
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// Returns when the positions of ghosts are there. A force field does what it can for owned particles
    /// before it calls this, and calls it before it reads a ghost; a second call does nothing.
    virtual void arrive() {}
    /// Ghosts receive their owners' values; [owned + ghosts, width].
    virtual void update(std::span<double> /*values*/, int /*width*/) {}
    /// Owners add their ghosts' values to their own; [owned + ghosts, width].
    virtual void sum(std::span<double> /*values*/, int /*width*/) {}
    /// Sums and minima over all processes.
    virtual void sum_over_processes(std::span<double> /*values*/) {}
    virtual void min_over_processes(std::span<double> /*values*/) {}
    /// Called now and then in long evaluations; what it throws ends them.
    virtual void poll() {}
};

/// Components xx, yy, zz, xy, xz, yz of a symmetric tensor.
using Virial = std::array<double, 6>;

/// What an evaluation is asked for: everything that is not empty or null.
struct Result {
    /// −∂H/∂q [owned + ghosts, d], to which it is added. What ghosts get is for their owners in a half list
    /// and scratch in a full one.
    std::span<double> force{};
    std::span<double> velocity{};  ///< ∂H/∂p of owned particles [owned, d] or longer
    double* kinetic = nullptr;     ///< Σ over owned particles, added
    double* potential = nullptr;   ///< this process's share of H − kinetic, added
    std::span<double>
        energy_per_atom{};  ///< [owned + ghosts], share of the potential energy, added; ghosts like `force`
    /// Σ over edges of r_a f_b, half of those that two processes hold, added; f is the force on the first
    /// end, r its position seen from the second. The pressure of a d-dimensional box is
    /// (2 T + trace) / (d volume).
    Virial* virial = nullptr;
    std::span<Virial>
        virial_per_atom{};  ///< [owned + ghosts], share of the virial, added; like energy_per_atom

    [[nodiscard]] bool of_positions() const noexcept {
        return !force.empty() || potential || wants_virial() || !energy_per_atom.empty();
    }
    [[nodiscard]] bool wants_virial() const noexcept { return virial || !virial_per_atom.empty(); }
};

/// What an evaluation needs.
struct Needs {
    double cutoff = std::numeric_limits<double>::infinity();  ///< pairs farther apart have no part in it
    bool full_list = false;  ///< all neighbours of an owned particle, whoever holds them
    bool momenta_of_ghosts = false;
    /// H = T(p) + V(q): forces do not depend on momenta, nor velocities on positions.
    bool separable = true;
};

class ForceField {
  public:
    ForceField() = default;
    virtual ~ForceField() = default;
    ForceField(const ForceField&) = delete;
    ForceField& operator=(const ForceField&) = delete;

    [[nodiscard]] virtual Needs needs() const { return {}; }
    /// Local but for what it does by `exchange`: processes that share a system call it together.
    virtual void compute(const Atoms& atoms, const Neighbours& neighbours, Exchange& exchange,
                         const Result& result) const = 0;
};

/// Several force fields in one system (bonds and pairs and an external field). The kinetic energy is that of
/// the first. At least one; all but it are separable.
std::unique_ptr<ForceField> sum(std::vector<std::unique_ptr<ForceField>> terms);

}  // namespace rfhgn::potential
