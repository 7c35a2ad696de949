#include "deviation_record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::workflow {

namespace {

class DeviationRecord final : public dynamics::Observer {
  public:
    DeviationRecord(const parallel::Communicator& comm, ForceDeviation& deviation, std::int64_t interval,
                    std::vector<DeviationEntry>& entries)
        : comm_(comm), deviation_(deviation), interval_(interval), entries_(entries) {}

    [[nodiscard]] std::string name() const override { return "deviations"; }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }

    void observe(const dynamics::StepView& frame) override {
        const auto values = deviation_.of(frame);
        const auto d = static_cast<std::size_t>(frame.graph.dimension);
        double squares = 0;
        double largest = 0;
        for (const double value : values) {
            squares += value * value;
            largest = std::max(largest, value);
        }
        DeviationEntry entry{.step = frame.step, .time = frame.time};
        entry.largest = parallel::max(comm_, largest);
        auto first = std::numeric_limits<GlobalIndex>::max();
        for (std::size_t k = 0; k < values.size(); ++k)
            if (values[k] == entry.largest) first = std::min(first, frame.graph.node_id[k / d]);
        entry.particle = parallel::min(comm_, first);
        const auto components = static_cast<double>(frame.graph.total_nodes) * static_cast<double>(d);
        entry.rms = std::sqrt(parallel::sum(comm_, squares) / components);
        entries_.push_back(entry);
    }

    void save(const graph::DistributedGraph& /*graph*/, dynamics::SavedState& state) override {
        auto& numbers = state.values["entries"];
        for (const auto& e : entries_)
            numbers.insert(numbers.end(), {static_cast<double>(e.step), e.time, e.rms, e.largest,
                                           static_cast<double>(e.particle)});
    }

    void restore(const graph::DistributedGraph& /*graph*/, const dynamics::SavedState& state) override {
        const auto& numbers = state.value("entries");
        entries_.clear();
        for (std::size_t k = 0; k + 5 <= numbers.size(); k += 5)
            entries_.push_back({static_cast<std::int64_t>(numbers[k]), numbers[k + 1], numbers[k + 2],
                                numbers[k + 3], static_cast<GlobalIndex>(numbers[k + 4])});
    }

  private:
    parallel::Communicator comm_;
    ForceDeviation& deviation_;
    std::int64_t interval_;
    std::vector<DeviationEntry>& entries_;
};

}  // namespace

ForceDeviation::ForceDeviation(const parallel::Communicator& comm, const model::Model& model)
    : comm_(comm), model_(model) {
    // A model that does not know it says so before the first step.
    parallel::together(comm, [&] { static_cast<void>(model.uncertainty({}, {})); });
}

// A frame's graph may be another one than the last frame's, so nothing of it is kept.
std::span<const double> ForceDeviation::of(const dynamics::StepView& frame) {
    if (frame.step == step_) return deviation_;
    parallel::together(comm_, [&] {
        deviation_.resize(static_cast<std::size_t>(frame.graph.owned) *
                          static_cast<std::size_t>(frame.graph.dimension));
        model_.uncertainty(graph::atoms(frame.graph, frame.positions), graph::neighbours(frame.graph))
            ->forces(frame.positions, deviation_);
    });
    step_ = frame.step;
    return deviation_;
}

std::unique_ptr<dynamics::Observer> record_deviations(const parallel::Communicator& comm,
                                                      ForceDeviation& deviation, std::int64_t interval,
                                                      std::vector<DeviationEntry>& entries) {
    return std::make_unique<DeviationRecord>(comm, deviation, interval, entries);
}

std::string to_csv(const std::vector<DeviationEntry>& entries) {
    std::string text = "step,time,rms_deviation,largest_deviation,particle\n";
    for (const auto& e : entries)
        text += fmt::format("{},{:.10g},{:.6e},{:.6e},{}\n", e.step, e.time, e.rms, e.largest, e.particle);
    return text;
}

report::Json to_json(const std::vector<DeviationEntry>& entries, double noise) {
    double squares = 0;
    for (const auto& e : entries) squares += e.rms * e.rms;
    const auto& worst = *std::max_element(entries.begin(), entries.end(),
                                          [](const auto& a, const auto& b) { return a.largest < b.largest; });
    return {{"frames", entries.size()},
            {"noise", noise},
            {"rms_deviation", std::sqrt(squares / static_cast<double>(entries.size()))},
            {"largest_deviation", worst.largest},
            {"step", worst.step},
            {"particle", worst.particle}};
}

}  // namespace rfhgn::workflow
