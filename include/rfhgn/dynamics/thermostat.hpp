#pragma once
/// Thermostats bring a system to a temperature before data are taken.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/graph/distributed_graph.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::dynamics {

/// Changes momenta at the end of a step.
class Thermostat {
  public:
    virtual ~Thermostat() = default;
    /// `step` steps have been taken; momenta [owned + ghosts, d] in the order of the graph, of which the
    /// owned ones change. *Collective.*
    virtual void apply(const graph::DistributedGraph& graph, std::int64_t step,
                       std::span<double> momenta) = 0;
    /// k T.
    [[nodiscard]] virtual double energy() const = 0;
};

/// The keys of equilibration in [generate] and [rollout]. The temperature is that of the initial state.
struct EquilibrationOptions {
    std::int64_t steps = 0;              ///< before data are taken; 0: none
    std::string thermostat = "rescale";  ///< rescale, langevin
    std::int64_t rescale_interval = 10;  ///< steps between rescalings
    double friction = 1.0;               ///< γ of Langevin's equation, per time

    /// Keys equilibrate, thermostat, rescale_interval, friction.
    void bind(config::Section section);
};

/// Every `interval` steps momenta are multiplied by one factor, so that Σ p²/m = d (N − 1) k T. The same
/// factor, bit for bit, on any number of ranks. `energy` is k T.
std::unique_ptr<Thermostat> rescale_momenta(const parallel::Communicator& comm, double energy,
                                            std::int64_t interval);

/// p ← c p + √((1 − c²) m k T) ξ with c = exp(−γ dt): exact solution of dp = −γ p dt + noise over a step (the
/// O of splitting schemes). ξ are normal and keyed by (seed, particle id, step), so that they are the same on
/// any number of ranks. `friction` γ >= 0, `energy` k T.
std::unique_ptr<Thermostat> langevin(double energy, double friction, double dt, std::uint64_t seed);

/// The one that the options name. `seed` matters to langevin only.
std::unique_ptr<Thermostat> make_thermostat(const parallel::Communicator& comm,
                                            const EquilibrationOptions& options, double energy, double dt,
                                            std::uint64_t seed);

/// Takes the mean velocity out and scales the rest to Σ p²/m = d (N − 1) k T: what a run at constant energy
/// starts from after a thermostat. Momenta as in Thermostat. *Collective.*
void settle_momenta(const parallel::Communicator& comm, const graph::DistributedGraph& graph, double energy,
                    std::span<double> momenta);

}  // namespace rfhgn::dynamics
