#include "extrapolation_watch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/training/extrapolation.hpp"

namespace rfhgn::workflow {

namespace {

class ExtrapolationWatch final : public dynamics::Observer {
  public:
    ExtrapolationWatch(const parallel::Communicator& comm, const model::Model& model, std::int64_t interval,
                       ExtrapolationRecord& record)
        : comm_(comm), model_(model), interval_(interval), record_(record) {}

    [[nodiscard]] std::string name() const override { return "domain"; }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }

    void observe(const dynamics::StepView& frame) override {
        const auto report =
            training::outside_range(comm_, model_, frame.graph, frame.positions, frame.momenta);
        const auto bonds = static_cast<double>(std::max<GlobalIndex>(frame.graph.total_edges, 1));
        bonds_outside_ += static_cast<double>(report.bonds()) / bonds;
        record_.fraction_of_bonds = bonds_outside_ / static_cast<double>(++record_.frames);
        if (!report.outside()) return;
        ++record_.frames_outside;
        record_.most_bonds = std::max(record_.most_bonds, report.bonds());
        record_.most_particles = std::max(record_.most_particles, report.particles);
        if (record_.largest.quantity < 0 || report.largest.excess > record_.largest.excess)
            record_.largest = report.largest;
        if (record_.first_step >= 0) return;
        record_.first_step = frame.step;
        record_.first_extrapolation = model_.describe(report.largest);
        report::warn(fmt::format(
            "rollout: the model extrapolates at step {}, time {:.6g}: {} of {} bonds and {} of {} "
            "particles are outside its training range; farthest: {}\n{}",
            frame.step, frame.time, report.bonds(), frame.graph.total_edges, report.particles,
            frame.graph.total_nodes, record_.first_extrapolation, outside_advice));
    }

    void save(const graph::DistributedGraph& /*graph*/, dynamics::SavedState& state) override {
        const auto& r = record_;
        const auto& e = r.largest;
        const auto whole = [](GlobalIndex i) { return static_cast<double>(i); };
        state.values["record"] = {whole(r.frames),
                                  whole(r.frames_outside),
                                  whole(r.first_step),
                                  whole(r.most_bonds),
                                  whole(r.most_particles),
                                  bonds_outside_,
                                  whole(e.quantity),
                                  whole(e.first),
                                  whole(e.second),
                                  e.value,
                                  e.min,
                                  e.max,
                                  e.excess,
                                  whole(e.species.first),
                                  whole(e.species.second)};
    }

    void restore(const graph::DistributedGraph& /*graph*/, const dynamics::SavedState& state) override {
        // A run that did not watch before, by outside = "ignore", begins to.
        if (!state.values.contains("record")) return;
        const auto& n = state.value("record");
        RFHGN_ASSERT(n.size() == 13 || n.size() == 15);  // earlier releases saved no species
        const auto whole = [&](std::size_t k) { return static_cast<GlobalIndex>(n[k]); };
        bonds_outside_ = n[5];
        const model::SpeciesPair species =
            n.size() == 15 ? model::SpeciesPair{static_cast<int>(n[13]), static_cast<int>(n[14])}
                           : model::SpeciesPair{};
        record_ = {whole(0),
                   whole(1),
                   whole(2),
                   whole(3),
                   whole(4),
                   n[5] / std::max(n[0], 1.0),
                   {static_cast<int>(n[6]), whole(7), whole(8), n[9], n[10], n[11], n[12], species},
                   "reported before the restart"};
    }

  private:
    parallel::Communicator comm_;
    const model::Model& model_;
    std::int64_t interval_;
    ExtrapolationRecord& record_;
    double bonds_outside_ = 0;  // sum over frames of fractions
};

}  // namespace

std::unique_ptr<dynamics::Observer> watch_extrapolation(const parallel::Communicator& comm,
                                                        const model::Model& model, std::int64_t interval,
                                                        ExtrapolationRecord& record) {
    return std::make_unique<ExtrapolationWatch>(comm, model, interval, record);
}

report::Json to_json(const ExtrapolationRecord& record, const model::Model& model) {
    report::Json json{{"frames", record.frames},
                      {"frames_outside", record.frames_outside},
                      {"first_step", record.first_step},
                      {"most_bonds", record.most_bonds},
                      {"most_particles", record.most_particles},
                      {"fraction_of_bonds", record.fraction_of_bonds}};
    if (record.largest.quantity >= 0)
        json["largest"] = {{"what", model.describe(record.largest)},
                           {"value", record.largest.value},
                           {"min", record.largest.min},
                           {"max", record.largest.max},
                           {"excess", record.largest.excess}};
    return json;
}

}  // namespace rfhgn::workflow
