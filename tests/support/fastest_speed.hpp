#pragma once
/// A kind of observer that is not of the library: how many particles are faster than the threshold of
/// [rollout.observe.fastest], and the fastest of all.

#include <cmath>

#include "rfhgn/dynamics/observer_kind.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::tests {

class FastestSpeed final : public dynamics::Measurement {
  public:
    FastestSpeed(const char* name, const dynamics::ObservedRun& run, const dynamics::Sampling& sampling,
                 double threshold)
        : Measurement(name, sampling.interval), run_(run), threshold_(threshold) {}

    void save(const graph::DistributedGraph& /*graph*/, dynamics::SavedState& state) override {
        for (const auto& row : rows_)
            state.values["rows"].insert(state.values["rows"].end(), row.begin(), row.end());
        state.values["fastest"] = {parallel::max(run_.comm, fastest_)};
    }
    void restore(const graph::DistributedGraph& /*graph*/, const dynamics::SavedState& state) override {
        const auto& numbers = state.value("rows");
        for (std::size_t k = 0; k + 2 <= numbers.size(); k += 2)
            rows_.push_back({numbers[k], numbers[k + 1]});
        fastest_ = state.number("fastest");
    }

  private:
    void sample(const dynamics::StepView& frame) override {
        const auto d = static_cast<std::size_t>(frame.graph.dimension);
        double above = 0;
        for (std::size_t i = 0; i < static_cast<std::size_t>(frame.graph.owned); ++i) {
            double squares = 0;
            for (std::size_t k = 0; k < d; ++k)
                squares += frame.velocities[i * d + k] * frame.velocities[i * d + k];
            fastest_ = std::max(fastest_, std::sqrt(squares));
            if (std::sqrt(squares) > threshold_) above += 1;
        }
        rows_.push_back({frame.time, parallel::sum(run_.comm, above)});
    }
    dynamics::Findings evaluate() override {
        return {{{"fastest.csv", {{"time", "above"}, rows_}}},
                {{"fastest/samples", static_cast<double>(rows_.size())},
                 {"fastest/speed", parallel::max(run_.comm, fastest_)},
                 {"fastest/unknown", std::nan("")}}};
    }

    dynamics::ObservedRun run_;
    double threshold_;
    double fastest_ = 0;
    std::vector<std::vector<double>> rows_;
};

class FastestSpeedKind final : public dynamics::ObserverKind {
  public:
    [[nodiscard]] const char* name() const override { return "fastest"; }
    void bind(config::Section& section, bool /*acts*/) override {
        section.boolean("fastest_speed", wanted_, "count the fast particles");
        config::Section table = section.section("fastest");
        table.number("threshold", threshold_, config::Interval::positive(), "speed", "what is fast");
        table.only_if("threshold", wanted_, "fastest_speed is true");
    }
    [[nodiscard]] bool wanted() const override { return wanted_; }
    [[nodiscard]] bool fluids_only() const override { return false; }
    [[nodiscard]] std::vector<std::string> files() const override { return {"fastest.csv"}; }
    [[nodiscard]] std::unique_ptr<dynamics::Measurement> observe(
        const dynamics::ObservedRun& run, const dynamics::Sampling& sampling) const override {
        return std::make_unique<FastestSpeed>(name(), run, sampling, threshold_);
    }

  private:
    bool wanted_ = false;
    double threshold_ = 1.0;
};

}  // namespace rfhgn::tests
