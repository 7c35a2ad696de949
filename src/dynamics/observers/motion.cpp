/// Mean-square displacements and velocity autocorrelations of every species.

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "rfhgn/dynamics/block_average.hpp"
#include "rfhgn/dynamics/observer_kind.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/row_exchange.hpp"

namespace rfhgn::dynamics {

namespace {

constexpr const char* motion_file = "motion.csv";

/// Where a particle's path has led, and its velocity: [particles, 2 d], of owned particles.
std::vector<double> paths_and_velocities(const StepView& frame) {
    const auto d = static_cast<std::size_t>(frame.graph.dimension);
    const auto paths = unwrapped_positions(frame);
    std::vector<double> rows(2 * frame.graph.owned_size());
    for (std::size_t i = 0; i < static_cast<std::size_t>(frame.graph.owned); ++i) {
        for (std::size_t k = 0; k < d; ++k) {
            rows[2 * d * i + k] = paths[i * d + k];
            rows[2 * d * i + d + k] = frame.velocities[i * d + k];
        }
    }
    return rows;
}

/// Steps of a window: a multiple of the interval, so that there are as many windows as blocks.
std::int64_t window_steps(const Sampling& sampling, std::int64_t steps) {
    return std::max<std::int64_t>(1, steps / sampling.blocks / sampling.interval) * sampling.interval;
}

// Correlations over windows, of which there are as many as blocks, each with its own origin of time.
// Particles are compared on fixed ranks, in blocks of ids, whoever owns them at the time.
class Motion final : public Measurement {
  public:
    Motion(const char* name, const ObservedRun& run, const Sampling& sampling)
        : Measurement(name, sampling.interval),
          comm_(run.comm),
          window_(window_steps(sampling, run.steps)),
          dt_(run.dt),
          species_count_(static_cast<std::size_t>(run.species)),
          steps_(run.steps),
          average_(windows()) {}

    void save(const graph::DistributedGraph& graph, SavedState& state) override {
        average_.save(comm_, "motion", state);
        state.values["motion_window"] = {static_cast<double>(window_)};
        state.values["motion_origin_step"] = {static_cast<double>(origin_step_)};
        if (origin_step_ < 0) return;
        const int width = 2 * graph.dimension;
        const parallel::RowExchange exchange(comm_, graph.total_nodes, owned_ids(graph));
        state.particles["motion_origin"] = {width,
                                            exchange.from_block(origin_, static_cast<std::size_t>(width))};
    }
    void restore(const graph::DistributedGraph& graph, const SavedState& state) override {
        window_ = static_cast<std::int64_t>(state.number("motion_window"));
        average_ = windows();
        average_.restore(comm_, "motion", state);
        origin_step_ = static_cast<std::int64_t>(state.number("motion_origin_step"));
        if (origin_step_ < 0) return;
        const int width = 2 * graph.dimension;
        const parallel::RowExchange exchange(comm_, graph.total_nodes, owned_ids(graph));
        origin_ = exchange.to_block<double>(state.particle("motion_origin", width),
                                            static_cast<std::size_t>(width));
    }

  private:
    void sample(const StepView& frame) override {
        const auto d = static_cast<std::size_t>(frame.graph.dimension);
        const parallel::RowExchange exchange(comm_, frame.graph.total_nodes, owned_ids(frame.graph));
        const auto now = exchange.to_block<double>(paths_and_velocities(frame), 2 * d);
        if (particles_.empty()) count_species(exchange.to_block<int>(owned_species(frame.graph), 1));
        if (origin_step_ >= 0) add(frame.step, now, d);
        if (frame.step % window_ == 0) {  // the last sample of one window is the first of the next
            origin_ = now;
            origin_step_ = frame.step;
            add(frame.step, now, d);
        }
    }

    // Columns time, then for each species msd (mean of |q(t) − q(0)|² along the path), its error, vacf (mean
    // of v(t)·v(0)), its error.
    Findings evaluate() override {
        const auto found = average_.result(comm_);
        Table table{{"time"}, {}};
        for (std::size_t s = 1; s <= species_count_; ++s)
            for (const char* column : {"msd", "msd_error", "vacf", "vacf_error"})
                table.columns.push_back(fmt::format("{}_{}", column, s));
        for (std::size_t lag = 0; lag * columns() < average_.width(); ++lag) {
            std::vector<double> row{static_cast<double>(lag) * static_cast<double>(interval()) * dt_};
            for (std::size_t c = 0; c < columns(); ++c) {
                row.push_back(found.mean[lag * columns() + c]);
                row.push_back(found.error[lag * columns() + c]);
            }
            table.rows.push_back(std::move(row));
        }
        return {{{motion_file, std::move(table)}}, {}};
    }

    [[nodiscard]] std::size_t columns() const { return 2 * species_count_; }
    // A run that is extended has more windows of the length that it began with.
    [[nodiscard]] BlockAverage windows() const {
        return {static_cast<std::size_t>(std::max<std::int64_t>(1, steps_ / window_)),
                static_cast<std::size_t>(window_ / interval() + 1) * columns()};
    }
    static std::span<const GlobalIndex> owned_ids(const graph::DistributedGraph& graph) {
        return std::span(graph.node_id).first(static_cast<std::size_t>(graph.owned));
    }
    static std::span<const int> owned_species(const graph::DistributedGraph& graph) {
        return std::span(graph.species).first(static_cast<std::size_t>(graph.owned));
    }

    void count_species(std::vector<int> species) {
        species_ = std::move(species);
        particles_.assign(species_count_, 0.0);
        for (const int s : species_) particles_[static_cast<std::size_t>(s)] += 1.0;
        parallel::sum(comm_, std::span<double>(particles_));
    }

    // This rank's part of the means over particles at this instant.
    void add(std::int64_t step, const std::vector<double>& now, std::size_t d) {
        const auto window = static_cast<std::size_t>(origin_step_ / window_);
        if (window >= average_.blocks()) return;  // steps beyond the last whole window
        std::vector<double> sample(columns(), 0.0);
        for (std::size_t i = 0; i < species_.size(); ++i) {
            const auto s = static_cast<std::size_t>(species_[i]);
            for (std::size_t k = 0; k < d; ++k) {
                const double moved = now[2 * d * i + k] - origin_[2 * d * i + k];
                sample[2 * s] += moved * moved / particles_[s];
                sample[2 * s + 1] += now[2 * d * i + d + k] * origin_[2 * d * i + d + k] / particles_[s];
            }
        }
        const auto lag = static_cast<std::size_t>((step - origin_step_) / interval());
        average_.add(window, lag * columns(), sample, comm_.is_root());
    }

    parallel::Communicator comm_;
    std::int64_t window_;
    double dt_;
    std::size_t species_count_;
    std::int64_t steps_;
    BlockAverage average_;
    std::vector<int> species_;       // [block]
    std::vector<double> particles_;  // of each species, over all ranks
    std::vector<double> origin_;     // [block, 2 d]
    std::int64_t origin_step_ = -1;  // none yet
};

class MotionKind final : public ObserverKind {
  public:
    [[nodiscard]] const char* name() const override { return "motion"; }
    [[nodiscard]] std::vector<std::string> files() const override { return {motion_file}; }
    [[nodiscard]] std::unique_ptr<Measurement> observe(const ObservedRun& run,
                                                       const Sampling& sampling) const override {
        return std::make_unique<Motion>(name(), run, sampling);
    }
};

}  // namespace

std::unique_ptr<ObserverKind> motion() {
    return std::make_unique<MotionKind>();
}

}  // namespace rfhgn::dynamics
