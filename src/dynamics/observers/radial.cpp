/// Radial distribution functions of every pair of species, from the edges of the graph, up to the cutoff.

#include <cmath>
#include <numbers>

#include <fmt/format.h>

#include "rfhgn/dynamics/observer_kind.hpp"
#include "rfhgn/dynamics/time_blocks.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::dynamics {

namespace {

constexpr const char* radial_file = "radial.csv";

struct EdgeRange {
    LocalIndex begin;
    LocalIndex end;
};

/// Columns r (middle of the bin), g_11, error_11, g_12, ... Averages are kept in the order of the columns:
/// pairs 11, 12, .., 22, ...
class Radial final : public Measurement {
  public:
    Radial(const char* name, const ObservedRun& run, const Sampling& sampling, std::int64_t bins)
        : Measurement(name, sampling.interval),
          run_(run),
          species_(static_cast<std::size_t>(run.species)),
          column_of_(species_ * species_),
          bins_(static_cast<std::size_t>(bins)),
          blocks_(sampling.blocks, run.steps, species_ * (species_ + 1) / 2 * bins_) {
        for (std::size_t a = 0; a < species_; ++a)
            for (std::size_t b = a; b < species_; ++b, ++columns_)
                column_of_[a * species_ + b] = column_of_[b * species_ + a] = columns_;
    }

    void save(const graph::DistributedGraph& /*graph*/, SavedState& state) override {
        blocks_.save(run_.comm, "radial", state);
    }
    void restore(const graph::DistributedGraph& /*graph*/, const SavedState& state) override {
        blocks_.restore(run_.comm, "radial", state);
    }

  private:
    void sample(const StepView& frame) override {
        if (weights_.empty()) weigh(frame.graph);
        std::vector<std::int64_t> halves(columns_ * (bins_ + 1), 0);
        const LocalIndex whole = frame.graph.whole_edges();
        count(frame, {0, whole}, 2, halves);
        count(frame, {whole, frame.graph.edge_count()}, 1, halves);
        std::vector<double> sample(blocks_.average.width());
        for (std::size_t column = 0; column < columns_; ++column)
            for (std::size_t bin = 0; bin < bins_; ++bin)
                sample[column * bins_ + bin] = 0.5 * static_cast<double>(halves[column * (bins_ + 1) + bin]) *
                                               weights_[column * bins_ + bin];
        blocks_.average.add(blocks_.block_of(frame.step), 0, sample, run_.comm.is_root());
    }
    Findings evaluate() override {
        const auto found = blocks_.average.result(run_.comm);
        Table table{{"r"}, {}};
        for (int a = 1; a <= run_.species; ++a)
            for (int b = a; b <= run_.species; ++b)
                for (const char* column : {"g", "error"})
                    table.columns.push_back(fmt::format("{}_{}{}", column, a, b));
        for (std::size_t bin = 0; bin < bins_; ++bin) {
            std::vector<double> row{(static_cast<double>(bin) + 0.5) * run_.cutoff /
                                    static_cast<double>(bins_)};
            for (std::size_t column = 0; column < columns_; ++column) {
                row.push_back(found.mean[column * bins_ + bin]);
                row.push_back(found.error[column * bins_ + bin]);
            }
            table.rows.push_back(std::move(row));
        }
        return {{{radial_file, std::move(table)}}, {}};
    }

    // Adds `seen` to the bin of each of these edges. Each pair of species has one bin more, for what lies
    // beyond: a branch would be mispredicted as often as not.
    void count(const StepView& frame, EdgeRange edges, std::int64_t seen,
               std::vector<std::int64_t>& halves) const {
        const auto& graph = frame.graph;
        const auto d = static_cast<std::size_t>(graph.dimension);
        const auto most = static_cast<double>(bins_);
        const double per_length = most / run_.cutoff;
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
            const auto column = column_of_[static_cast<std::size_t>(graph.species[first]) * species_ +
                                           static_cast<std::size_t>(graph.species[second])];
            halves[column * (bins_ + 1) + bin] += seen;
        }
    }

    // What one pair in a bin adds to g: volume over (number of pairs times volume of the spherical shell).
    void weigh(const graph::DistributedGraph& graph) {
        std::vector<double> count(static_cast<std::size_t>(run_.species), 0.0);
        for (LocalIndex i = 0; i < graph.owned; ++i)
            count[static_cast<std::size_t>(graph.species[static_cast<std::size_t>(i)])] += 1.0;
        parallel::sum(run_.comm, std::span<double>(count));
        weights_.assign(blocks_.average.width(), 0.0);
        const double width = run_.cutoff / static_cast<double>(bins_);
        double* weight = weights_.data();
        for (std::size_t a = 0; a < species_; ++a) {
            for (std::size_t b = a; b < species_; ++b, weight += bins_) {
                const double n_a = count[a];
                const double n_b = count[b];
                const double pairs = a == b ? 0.5 * n_a * (n_a - 1.0) : n_a * n_b;
                for (std::size_t bin = 0; bin < bins_ && pairs > 0; ++bin) {
                    const double inner = static_cast<double>(bin) * width;
                    weight[bin] =
                        run_.volume /
                        (pairs * (ball(inner + width, graph.dimension) - ball(inner, graph.dimension)));
                }
            }
        }
    }
    static double ball(double r, int dimension) {
        if (dimension == 3) return 4.0 / 3.0 * std::numbers::pi * r * r * r;
        return dimension == 2 ? std::numbers::pi * r * r : 2.0 * r;
    }

    ObservedRun run_;
    std::size_t species_;
    std::vector<std::size_t> column_of_;  // [species, species]
    std::size_t columns_ = 0;
    std::size_t bins_;
    TimeBlocks blocks_;
    std::vector<double> weights_;
};

class RadialKind final : public ObserverKind {
  public:
    [[nodiscard]] const char* name() const override { return "radial"; }
    void bind(config::Section& section, bool acts) override {
        section.integer("radial_bins", bins_, config::Interval::between(1, 1e6), "of g(r) up to the cutoff");
        section.only_if("radial_bins", acts, "graph is \"cutoff\"");
    }
    [[nodiscard]] std::vector<std::string> files() const override { return {radial_file}; }
    [[nodiscard]] std::unique_ptr<Measurement> observe(const ObservedRun& run,
                                                       const Sampling& sampling) const override {
        return std::make_unique<Radial>(name(), run, sampling, bins_);
    }

  private:
    std::int64_t bins_ = 100;
};

}  // namespace

std::unique_ptr<ObserverKind> radial() {
    return std::make_unique<RadialKind>();
}

}  // namespace rfhgn::dynamics
