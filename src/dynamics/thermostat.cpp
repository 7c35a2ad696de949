#include "rfhgn/dynamics/thermostat.hpp"

#include <array>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/random.hpp"
#include "rfhgn/parallel/reproducible_sum.hpp"

namespace rfhgn::dynamics {

namespace {

using graph::DistributedGraph;

// √(d (N − 1) k T / Σ p²/m), or 1 where nothing moves.
double factor_to(const parallel::Communicator& comm, const DistributedGraph& graph, double energy,
                 std::span<const double> momenta) {
    const auto d = static_cast<std::size_t>(graph.dimension);
    parallel::ReproducibleSum sum;  // of terms near 1 once the temperature is right
    constexpr double largest = 1e5;
    for (std::size_t c = 0; c < graph.owned_size(); ++c)
        sum.add(std::min(largest, momenta[c] * momenta[c] / (graph.mass[c / d] * energy)));
    const double found = sum.total(comm);
    const double freedoms = graph.dimension * static_cast<double>(graph.total_nodes - 1);
    return found > 0 && freedoms > 0 ? std::sqrt(freedoms / found) : 1.0;
}

void scale(const DistributedGraph& graph, double factor, std::span<double> momenta) {
    for (std::size_t c = 0; c < graph.owned_size(); ++c) momenta[c] *= factor;
}

class Rescaling final : public Thermostat {
  public:
    Rescaling(const parallel::Communicator& comm, double energy, std::int64_t interval)
        : comm_(comm), energy_(energy), interval_(interval) {}

    void apply(const DistributedGraph& graph, std::int64_t step, std::span<double> momenta) override {
        if (step % interval_ == 0) scale(graph, factor_to(comm_, graph, energy_, momenta), momenta);
    }

    [[nodiscard]] double energy() const override { return energy_; }

  private:
    parallel::Communicator comm_;
    double energy_;
    std::int64_t interval_;
};

class Langevin final : public Thermostat {
  public:
    Langevin(double energy, double friction, double dt, std::uint64_t seed)
        : energy_(energy), kept_(std::exp(-friction * dt)), random_(seed, Stream::thermostat) {}

    void apply(const DistributedGraph& graph, std::int64_t step, std::span<double> momenta) override {
        const auto d = static_cast<std::size_t>(graph.dimension);
        const double fresh = energy_ * (1.0 - kept_ * kept_);
        for (std::size_t i = 0; i < static_cast<std::size_t>(graph.owned); ++i) {
            const auto noise = random_.normal3(static_cast<std::uint64_t>(graph.node_id[i]),
                                               static_cast<std::uint64_t>(step));
            const double width = std::sqrt(fresh * graph.mass[i]);
            for (std::size_t k = 0; k < d; ++k)
                momenta[i * d + k] = kept_ * momenta[i * d + k] + width * noise[k];
        }
    }

    [[nodiscard]] double energy() const override { return energy_; }

  private:
    double energy_;
    double kept_;
    CounterRandom random_;
};

}  // namespace

void EquilibrationOptions::bind(config::Section section) {
    using config::Interval;
    section.integer("equilibrate", steps, Interval::between(0, 1e15),
                    "steps with a thermostat at `temperature` before data are taken");
    section.choice("thermostat", thermostat, {"rescale", "langevin"},
                   "of equilibration: momenta are rescaled, or friction and noise act on them");
    section.integer("rescale_interval", rescale_interval, Interval::between(1, 1e15),
                    "steps between rescalings");
    section.number("friction", friction, Interval::positive(), "1/time", "of the Langevin thermostat");
    section.only_if({"thermostat", "rescale_interval", "friction"}, steps > 0, "equilibrate is above 0");
    section.only_if("rescale_interval", thermostat == "rescale", "thermostat is \"rescale\"");
    section.only_if("friction", thermostat == "langevin", "thermostat is \"langevin\"");
}

std::unique_ptr<Thermostat> rescale_momenta(const parallel::Communicator& comm, double energy,
                                            std::int64_t interval) {
    RFHGN_ASSERT(energy > 0 && interval > 0);
    return std::make_unique<Rescaling>(comm, energy, interval);
}

std::unique_ptr<Thermostat> langevin(double energy, double friction, double dt, std::uint64_t seed) {
    RFHGN_ASSERT(energy >= 0 && friction >= 0);
    return std::make_unique<Langevin>(energy, friction, dt, seed);
}

std::unique_ptr<Thermostat> make_thermostat(const parallel::Communicator& comm,
                                            const EquilibrationOptions& options, double energy, double dt,
                                            std::uint64_t seed) {
    if (options.thermostat == "langevin") return langevin(energy, options.friction, dt, seed);
    return rescale_momenta(comm, energy, options.rescale_interval);
}

void settle_momenta(const parallel::Communicator& comm, const DistributedGraph& graph, double energy,
                    std::span<double> momenta) {
    RFHGN_ASSERT(energy > 0);
    const auto d = static_cast<std::size_t>(graph.dimension);
    double heaviest = 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(graph.owned); ++i)
        heaviest = std::max(heaviest, graph.mass[i]);
    heaviest = parallel::max(comm, heaviest);
    const double typical = std::sqrt(heaviest * energy);
    parallel::ReproducibleSum mass;
    std::array<parallel::ReproducibleSum, 3> momentum;
    for (std::size_t i = 0; i < static_cast<std::size_t>(graph.owned); ++i) {
        mass.add(graph.mass[i] / heaviest);
        for (std::size_t k = 0; k < d; ++k) momentum[k].add(momenta[i * d + k] / typical);
    }
    const double total_mass = mass.total(comm) * heaviest;
    std::array<double, 3> velocity{};
    for (std::size_t k = 0; k < d; ++k) velocity[k] = typical * momentum[k].total(comm) / total_mass;
    for (std::size_t c = 0; c < graph.owned_size(); ++c) momenta[c] -= graph.mass[c / d] * velocity[c % d];
    scale(graph, factor_to(comm, graph, energy, momenta), momenta);
}

}  // namespace rfhgn::dynamics
