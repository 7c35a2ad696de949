#pragma once
/// How fast small motions about a state are, by whatever force field moves it.

#include "rfhgn/dynamics/state.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/potential/force_field.hpp"

namespace rfhgn::dynamics {

/// Ends of the spectrum of ω², the eigenvalues of M^-1/2 (∂²H/∂q²) M^-1/2 with M the masses. Where ω² is
/// negative, a small displacement grows as exp(|ω| t).
struct ModeSpectrum {
    double lowest = 0;
    double highest = 0;

    /// Of the fastest vibration; 0 where nothing vibrates.
    [[nodiscard]] double largest_frequency() const;
    /// 2/ω of the fastest vibration, above which leapfrog is unstable; infinite where nothing vibrates.
    [[nodiscard]] double stable_step() const;
    /// 2π/|ω| of the fastest motion, be it a vibration or growth; infinite where no force depends on
    /// positions.
    [[nodiscard]] double shortest_period() const;
};

/// By Lanczos' iteration, each step of it a central difference of forces, momenta held fixed. `highest` is
/// within 0.1 % of an eigenvalue, the largest unless the start is blind to it. The start is random and keyed
/// by particle ids, so that the result is the same, to rounding, on any number of ranks. The state is in the
/// order of the graph. *Collective.* Throws RunError on all ranks where forces are not finite.
ModeSpectrum mode_spectrum(const parallel::Communicator& comm, const graph::DistributedGraph& graph,
                           const potential::ForceField& field, const State& state);

}  // namespace rfhgn::dynamics
