#pragma once

#include <memory>
#include <vector>

#include "rfhgn/dynamics/simulation.hpp"

namespace rfhgn::dynamics {

/// How far a rollout is from the truth at one frame (definitions of the benchmark, arXiv 2211.05520).
struct RolloutError {
    std::int64_t step;
    double time;
    double position;  ///< |q − q̂| / (|q| + |q̂|), positions about the centre of mass of the exact system
    double momentum;  ///< |p − p̂| / (|p| + |p̂|)
    double energy;    ///< |H(q, p) − H(q̂, p̂)| / (|H(q, p)| + |H(q̂, p̂)|) with the exact H on both
};

/// Rolls a reference out beside the observed simulation: at each frame it brings `reference` to the frame's
/// step and compares. Both must live on the same given graph, or on graphs of the same particles that follow
/// from the same cutoff. Errors are the same on every rank.
class Comparison final : public Observer {
  public:
    /// `truth` is the exact force field. Errors are appended to `errors`. All references must outlive this.
    Comparison(const parallel::Communicator& comm, Simulation& reference, const potential::ForceField& truth,
               std::int64_t interval, std::vector<RolloutError>& errors);

    [[nodiscard]] std::string name() const override { return "comparison"; }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }
    void observe(const StepView& frame) override;
    void finish() override { reference_.finish(); }
    void save(const graph::DistributedGraph& graph, SavedState& state) override;
    void restore(const graph::DistributedGraph& graph, const SavedState& state) override;

  private:
    parallel::Communicator comm_;
    Simulation& reference_;
    const potential::ForceField& truth_;
    std::int64_t interval_;
    std::vector<RolloutError>& errors_;
};

/// Keeps the total energy of every frame, to report its drift.
class EnergyRecord final : public Observer {
  public:
    struct Entry {
        double time;
        double energy;
        std::array<double, 3> momentum;
    };
    EnergyRecord(std::int64_t interval, std::vector<Entry>& entries)
        : interval_(interval), entries_(entries) {}
    [[nodiscard]] std::string name() const override { return "energies"; }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }
    void observe(const StepView& frame) override {
        entries_.push_back(
            {frame.time, frame.scalars.kinetic + frame.scalars.potential, frame.scalars.momentum});
    }
    void save(const graph::DistributedGraph& graph, SavedState& state) override;
    void restore(const graph::DistributedGraph& graph, const SavedState& state) override;

  private:
    std::int64_t interval_;
    std::vector<Entry>& entries_;
};

/// Figures of an energy series: least-squares slope (drift per unit time) and largest deviation from the
/// start, and the largest change of total momentum.
struct EnergyDrift {
    double slope = 0;
    double largest_deviation = 0;
    double largest_momentum_change = 0;
};
EnergyDrift energy_drift(const std::vector<EnergyRecord::Entry>& entries);

}  // namespace rfhgn::dynamics
