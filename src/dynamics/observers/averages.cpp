/// Temperature, pressure and energies: means over the run and their statistical errors.

#include <array>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/dynamics/observer_kind.hpp"
#include "rfhgn/dynamics/thermodynamics.hpp"
#include "rfhgn/dynamics/time_blocks.hpp"

namespace rfhgn::dynamics {

namespace {

constexpr std::array quantities{"temperature", "pressure", "kinetic", "potential", "total"};

class Averages final : public Measurement {
  public:
    Averages(const char* name, const ObservedRun& run, const Sampling& sampling)
        : Measurement(name, sampling.interval),
          run_(run),
          blocks_(sampling.blocks, run.steps, quantities.size()) {
        RFHGN_ASSERT(run.field);
    }

    void save(const graph::DistributedGraph& /*graph*/, SavedState& state) override {
        blocks_.save(run_.comm, "averages", state);
    }
    void restore(const graph::DistributedGraph& /*graph*/, const SavedState& state) override {
        blocks_.restore(run_.comm, "averages", state);
    }

  private:
    void sample(const StepView& frame) override {
        const auto now = thermodynamics(run_.comm, frame, *run_.field, run_.units, run_.volume);
        const auto& s = frame.scalars;
        const std::array<double, quantities.size()> sample{now.temperature, now.pressure, s.kinetic,
                                                           s.potential, s.kinetic + s.potential};
        // Every rank knows the sums already.
        if (run_.comm.is_root()) blocks_.average.add(blocks_.block_of(frame.step), 0, sample, true);
    }
    Findings evaluate() override {
        const auto found = blocks_.average.result(run_.comm);
        Findings findings;
        for (std::size_t k = 0; k < quantities.size(); ++k) {
            findings.numbers.emplace_back(fmt::format("averages/{}/mean", quantities[k]), found.mean[k]);
            findings.numbers.emplace_back(fmt::format("averages/{}/error", quantities[k]), found.error[k]);
        }
        return findings;
    }

    ObservedRun run_;
    TimeBlocks blocks_;
};

class AveragesKind final : public ObserverKind {
  public:
    [[nodiscard]] const char* name() const override { return "averages"; }
    [[nodiscard]] std::unique_ptr<Measurement> observe(const ObservedRun& run,
                                                       const Sampling& sampling) const override {
        return std::make_unique<Averages>(name(), run, sampling);
    }
};

}  // namespace

std::unique_ptr<ObserverKind> averages() {
    return std::make_unique<AveragesKind>();
}

}  // namespace rfhgn::dynamics
