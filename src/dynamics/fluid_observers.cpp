#include "rfhgn/dynamics/fluid_observers.hpp"

#include <cmath>
#include <numbers>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/dynamics/block_average.hpp"
#include "rfhgn/graph/evaluation.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/potential/species.hpp"

namespace rfhgn::dynamics {

namespace {

/// Averages over equal blocks of the steps that a run begins with. If it is extended, more blocks of that
/// length are added, the last one with what is left over.
class TimeBlocks {
  public:
    TimeBlocks(std::int64_t blocks, std::int64_t steps, std::size_t width)
        : average(static_cast<std::size_t>(blocks), width),
          blocks_(blocks),
          first_steps_(steps),
          steps_(steps) {}

    [[nodiscard]] std::size_t block_of(std::int64_t step) const {
        const auto block = static_cast<std::size_t>(
            static_cast<double>(step) / static_cast<double>(first_steps_) * static_cast<double>(blocks_));
        return std::min(block, average.blocks() - 1);
    }
    void save(const parallel::Communicator& comm, const std::string& name, SavedState& state) const {
        average.save(comm, name, state);
        state.values[name + "_steps"] = {static_cast<double>(first_steps_)};
    }
    void restore(const parallel::Communicator& comm, const std::string& name, const SavedState& state) {
        first_steps_ = static_cast<std::int64_t>(state.number(name + "_steps"));
        const auto whole = static_cast<std::size_t>(
            static_cast<double>(steps_) / static_cast<double>(first_steps_) * static_cast<double>(blocks_));
        average = {std::max(static_cast<std::size_t>(blocks_), whole), average.width()};
        average.restore(comm, name, state);
    }

    BlockAverage average;

  private:
    std::int64_t blocks_;
    std::int64_t first_steps_;
    std::int64_t steps_;
};

class Averages final : public Observer {
  public:
    Averages(const parallel::Communicator& comm, const ObserveOptions& options, const Fluid& fluid,
             const potential::ForceField& field, std::int64_t steps, Table& result)
        : comm_(comm),
          interval_(options.interval),
          fluid_(fluid),
          field_(field),
          blocks_(options.blocks, steps, 5),
          result_(result) {}

    [[nodiscard]] std::string name() const override { return "averages"; }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }
    void observe(const StepView& frame) override {
        if (frame.step % interval_ != 0) return;
        const auto now = thermodynamics(comm_, frame, field_, fluid_.units, fluid_.volume);
        const auto& s = frame.scalars;
        const std::array<double, 5> sample{now.temperature, now.pressure, s.kinetic, s.potential,
                                           s.kinetic + s.potential};
        // Every rank knows the sums already.
        if (comm_.is_root()) blocks_.average.add(blocks_.block_of(frame.step), 0, sample, true);
    }
    void finish() override {
        const auto found = blocks_.average.result(comm_);
        result_ = {{"mean", "error"}, {}};
        for (std::size_t k = 0; k < blocks_.average.width(); ++k)
            result_.rows.push_back({found.mean[k], found.error[k]});
    }
    void save(const graph::DistributedGraph& /*graph*/, SavedState& state) override {
        blocks_.save(comm_, "averages", state);
    }
    void restore(const graph::DistributedGraph& /*graph*/, const SavedState& state) override {
        blocks_.restore(comm_, "averages", state);
    }

  private:
    parallel::Communicator comm_;
    std::int64_t interval_;
    Fluid fluid_;
    const potential::ForceField& field_;
    TimeBlocks blocks_;
    Table& result_;
};

potential::SpeciesPairs pairs_of(int species) {
    std::vector<int> known(static_cast<std::size_t>(species));
    std::iota(known.begin(), known.end(), 0);
    return potential::SpeciesPairs(std::move(known));
}

struct EdgeRange {
    LocalIndex begin;
    LocalIndex end;
};

/// Averages are kept in the order of the columns: pairs 11, 12, .., 22, ...
class Radial final : public Observer {
  public:
    Radial(const parallel::Communicator& comm, const ObserveOptions& options, const Fluid& fluid,
           std::int64_t steps, Table& result)
        : comm_(comm),
          interval_(options.interval),
          fluid_(fluid),
          species_(static_cast<std::size_t>(fluid.species)),
          bins_(static_cast<std::size_t>(options.radial_bins)),
          blocks_(options.blocks, steps, species_ * (species_ + 1) / 2 * bins_),
          result_(result) {
        const auto pairs = pairs_of(fluid.species);
        for (int a = 0; a < fluid.species; ++a)
            for (int b = 0; b < fluid.species; ++b)
                pair_of_.push_back(static_cast<std::size_t>(pairs.pair(a, b)));
        for (std::size_t a = 0; a < species_; ++a)
            for (std::size_t b = a; b < species_; ++b) columns_.push_back(pair_of_[a * species_ + b]);
    }

    [[nodiscard]] std::string name() const override { return "radial"; }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }
    void observe(const StepView& frame) override {
        if (frame.step % interval_ != 0) return;
        if (weights_.empty()) weigh(frame.graph);
        std::vector<std::int64_t> halves(columns_.size() * (bins_ + 1), 0);
        const LocalIndex whole = frame.graph.whole_edges();
        count(frame, {0, whole}, 2, halves);
        count(frame, {whole, frame.graph.edge_count()}, 1, halves);
        std::vector<double> sample(blocks_.average.width());
        for (std::size_t column = 0; column < columns_.size(); ++column)
            for (std::size_t bin = 0; bin < bins_; ++bin)
                sample[column * bins_ + bin] =
                    0.5 * static_cast<double>(halves[columns_[column] * (bins_ + 1) + bin]) *
                    weights_[column * bins_ + bin];
        blocks_.average.add(blocks_.block_of(frame.step), 0, sample, comm_.is_root());
    }
    void finish() override {
        const auto found = blocks_.average.result(comm_);
        result_ = {{"r"}, {}};
        for (int a = 1; a <= fluid_.species; ++a)
            for (int b = a; b <= fluid_.species; ++b)
                for (const char* name : {"g", "error"})
                    result_.columns.push_back(fmt::format("{}_{}{}", name, a, b));
        for (std::size_t bin = 0; bin < bins_; ++bin) {
            std::vector<double> row{(static_cast<double>(bin) + 0.5) * fluid_.cutoff /
                                    static_cast<double>(bins_)};
            for (std::size_t column = 0; column < columns_.size(); ++column) {
                row.push_back(found.mean[column * bins_ + bin]);
                row.push_back(found.error[column * bins_ + bin]);
            }
            result_.rows.push_back(std::move(row));
        }
    }
    void save(const graph::DistributedGraph& /*graph*/, SavedState& state) override {
        blocks_.save(comm_, "radial", state);
    }
    void restore(const graph::DistributedGraph& /*graph*/, const SavedState& state) override {
        blocks_.restore(comm_, "radial", state);
    }

  private:
    // Adds `seen` to the bin of each of these edges. Each pair of species has one bin more, for what lies
    // beyond: a branch would be mispredicted as often as not.
    void count(const StepView& frame, EdgeRange edges, std::int64_t seen,
               std::vector<std::int64_t>& halves) const {
        const auto& graph = frame.graph;
        const auto d = static_cast<std::size_t>(graph.dimension);
        const auto most = static_cast<double>(bins_);
        const double per_length = most / fluid_.cutoff;
        for (LocalIndex e = edges.begin; e < edges.end; ++e) {
            const auto& edge = graph.edges[static_cast<std::size_t>(e)];
            const auto first = static_cast<std::size_t>(edge.first);
            const auto second = static_cast<std::size_t>(edge.second);
            double squared = 0;
            for (std::size_t k = 0; k < d; ++k) {
                const double r = frame.positions[second * d + k] - frame.positions[first * d + k];
                squared += r * r;
            }
            const auto bin = static_cast<std::size_t>(std::min(std::sqrt(squared) * per_length, most));
            const auto pair = pair_of_[static_cast<std::size_t>(graph.species[first]) * species_ +
                                       static_cast<std::size_t>(graph.species[second])];
            halves[pair * (bins_ + 1) + bin] += seen;
        }
    }

    // What one pair in a bin adds to g: volume over (number of pairs times volume of the spherical shell).
    void weigh(const graph::DistributedGraph& graph) {
        std::vector<double> count(static_cast<std::size_t>(fluid_.species), 0.0);
        for (LocalIndex i = 0; i < graph.owned; ++i)
            count[static_cast<std::size_t>(graph.species[static_cast<std::size_t>(i)])] += 1.0;
        parallel::sum(comm_, std::span<double>(count));
        weights_.assign(blocks_.average.width(), 0.0);
        const double width = fluid_.cutoff / static_cast<double>(bins_);
        std::size_t column = 0;
        for (std::size_t a = 0; a < species_; ++a) {
            for (std::size_t b = a; b < species_; ++b, ++column) {
                const double n_a = count[a];
                const double n_b = count[b];
                const double pairs = a == b ? 0.5 * n_a * (n_a - 1.0) : n_a * n_b;
                for (std::size_t bin = 0; bin < bins_ && pairs > 0; ++bin) {
                    const double inner = static_cast<double>(bin) * width;
                    weights_[column * bins_ + bin] =
                        fluid_.volume /
                        (pairs * (ball(inner + width, graph.dimension) - ball(inner, graph.dimension)));
                }
            }
        }
    }
    static double ball(double r, int dimension) {
        if (dimension == 3) return 4.0 / 3.0 * std::numbers::pi * r * r * r;
        return dimension == 2 ? std::numbers::pi * r * r : 2.0 * r;
    }

    parallel::Communicator comm_;
    std::int64_t interval_;
    Fluid fluid_;
    std::size_t species_;
    std::size_t bins_;
    std::vector<std::size_t> pair_of_;  ///< number of the pair of species a and b [S, S]
    std::vector<std::size_t> columns_;  ///< numbers of pairs in the order of the columns
    TimeBlocks blocks_;
    std::vector<double> weights_;
    Table& result_;
};

}  // namespace

Thermodynamics thermodynamics(const parallel::Communicator& comm, const StepView& frame,
                              const potential::ForceField& field, const systems::Units& units,
                              double volume) {
    std::array<double, 2> sums{};
    for (std::size_t c = 0; c < frame.graph.owned_size(); ++c)
        sums[0] += frame.momenta[c] * frame.velocities[c];
    const auto virial = graph::virial(field, frame.graph, frame.positions);
    sums[1] = virial[0] + virial[1] + virial[2];
    parallel::sum<double>(comm, sums);
    return {systems::temperature(units, 0.5 * sums[0], static_cast<double>(frame.graph.total_nodes),
                                 frame.graph.dimension),
            (sums[0] + sums[1]) / (frame.graph.dimension * volume)};
}

std::string to_csv(const Table& table) {
    std::string text = fmt::format("{}\n", fmt::join(table.columns, ","));
    for (const auto& row : table.rows) text += fmt::format("{:.10g}\n", fmt::join(row, ","));
    return text;
}

void ObserveOptions::bind(config::Section section) {
    using config::Interval;
    section.integer("interval", interval, Interval::between(1, 1e15), "steps between samples");
    section.integer(
        "blocks", blocks, Interval::between(1, 1e6),
        "of time, from whose spread errors follow; each is a window of correlations in time; a run that "
        "goes on with more steps adds blocks of the same length");
    section.integer("radial_bins", radial_bins, Interval::between(1, 1e6), "of g(r) up to the cutoff");
}

std::unique_ptr<Observer> observe_averages(const parallel::Communicator& comm, const ObserveOptions& options,
                                           const Fluid& fluid, const potential::ForceField& field,
                                           std::int64_t steps, Table& result) {
    return std::make_unique<Averages>(comm, options, fluid, field, steps, result);
}

std::unique_ptr<Observer> observe_radial(const parallel::Communicator& comm, const ObserveOptions& options,
                                         const Fluid& fluid, std::int64_t steps, Table& result) {
    return std::make_unique<Radial>(comm, options, fluid, steps, result);
}

}  // namespace rfhgn::dynamics
