#pragma once
/// Kinds of observers that a deck can ask for in [rollout.observe]. A new kind is a source file of
/// src/dynamics/observers with a class derived from ObserverKind and one derived from Measurement, and its
/// line in src/dynamics/observer_kinds.cpp: keys, checks, checkpoints, files and figures follow from there.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "rfhgn/config/deck.hpp"
#include "rfhgn/dynamics/observer.hpp"
#include "rfhgn/dynamics/table.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/potential/force_field.hpp"
#include "rfhgn/systems/units.hpp"

namespace rfhgn::dynamics {

/// What was found in a run; the same on every rank.
struct Findings {
    std::vector<std::pair<std::string, Table>> tables;  ///< by name of their files
    /// For the summary, by the path of the names there: "averages/pressure/mean". NaN: not known.
    std::vector<std::pair<std::string, double>> numbers;
};

/// Gathers samples of a run for findings at its end. A run that goes on from a checkpoint without its state
/// is measured from there on.
class Measurement : public Observer {
  public:
    /// `name` as in Observer::name, `interval` the steps between samples.
    Measurement(std::string name, std::int64_t interval) : name_(std::move(name)), interval_(interval) {}

    [[nodiscard]] std::string name() const final { return name_; }
    [[nodiscard]] std::int64_t interval() const final { return interval_; }
    [[nodiscard]] bool may_begin_late() const final { return true; }
    /// The last step of a run counts only where it is one of the interval's.
    void observe(const StepView& frame) final {
        if (frame.step % interval_ == 0) sample(frame);
    }
    void finish() final { findings_ = evaluate(); }
    /// Of a run that has finished. Local.
    [[nodiscard]] const Findings& findings() const noexcept { return findings_; }

  private:
    /// *Collective.*
    virtual void sample(const StepView& frame) = 0;
    /// What the samples amount to. *Collective.*
    virtual Findings evaluate() = 0;

    std::string name_;
    std::int64_t interval_;
    Findings findings_;
};

/// When samples are taken.
struct Sampling {
    std::int64_t interval = 10;  ///< steps between samples
    std::int64_t blocks = 10;    ///< of time, for statistical errors; each is a window of correlations
};

/// What a measurement needs to know of the run that it observes.
struct ObservedRun {
    parallel::Communicator comm;
    int species = 1;
    systems::Units units;
    const potential::ForceField* field = nullptr;  ///< that moves the system; outlives the measurement
    double volume = 0;                             ///< of a fluid; 0 on a given graph
    double cutoff = 0;                             ///< as `volume`
    std::int64_t steps = 0;  ///< of the whole run: samples after these fall into the last block
    double dt = 0;
};

/// One kind, with the values of its own keys.
class ObserverKind {
  public:
    virtual ~ObserverKind() = default;
    /// Under which its measurements are saved in checkpoints.
    [[nodiscard]] virtual const char* name() const = 0;
    /// Declares its keys in [rollout.observe], or in a table of its own within. Where `acts` is false the
    /// system is none that it can measure: tell so of its keys with only_if. A key with its default must
    /// leave what other kinds find as it is: with such a key a run may go on that began before there was this
    /// kind.
    virtual void bind(config::Section& /*section*/, bool /*acts*/) {}
    /// Whether the deck asks for it; without a key that says so, whenever it has [rollout.observe].
    [[nodiscard]] virtual bool wanted() const { return true; }
    /// Whether it needs a box and a graph that follows from a cutoff.
    [[nodiscard]] virtual bool fluids_only() const { return true; }
    /// Names of all files that its findings have tables for.
    [[nodiscard]] virtual std::vector<std::string> files() const { return {}; }
    /// *Collective.*
    [[nodiscard]] virtual std::unique_ptr<Measurement> observe(const ObservedRun& run,
                                                               const Sampling& sampling) const = 0;
};

using ObserverKinds = std::vector<std::unique_ptr<ObserverKind>>;

/// [rollout.observe]
struct ObserveOptions {
    Sampling sampling;
    std::vector<std::shared_ptr<const ObserverKind>> kinds;  ///< that are wanted and can be measured

    /// Binds the keys of all kinds `from` (see observer_kinds) for a fluid or a system on a given graph.
    void bind(config::Section section, bool fluid, ObserverKinds from);
};

}  // namespace rfhgn::dynamics
