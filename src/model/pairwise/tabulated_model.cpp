#include "rfhgn/model/pairwise/tabulated_model.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/pairwise/features.hpp"

#include "pair_lookup.hpp"

namespace rfhgn::model {

namespace {

constexpr int fewest_intervals = 64;
constexpr int most_intervals = 1 << 16;
constexpr int points_per_interval = 8;  // where tables are compared with the network

// Energies and slopes by r² of one pair of species.
ScalarFunction pair_function(const PairwiseModel& model, int pair) {
    return [&model, pair](std::span<const double> x, std::span<double> value, std::span<double> slope) {
        constexpr std::size_t batch = 1024;
        const auto width = static_cast<std::size_t>(model.message.width);
        const auto pairs = static_cast<std::size_t>(model.species.pairs());
        const double inside = std::nextafter(model.cutoff.radius, 0.0);
        std::vector<double> features;
        for (std::size_t begin = 0; begin < x.size(); begin += batch) {
            const std::size_t count = std::min(batch, x.size() - begin);
            EdgeInputs edges;
            for (std::size_t i = 0; i < count; ++i) {
                const double r = std::sqrt(x[begin + i]);
                edges.distance.push_back(model.cutoff.beyond(r) ? inside : r);
            }
            features.resize(count * width);
            const auto contract = [&](std::span<double> out, std::size_t i) {
                double sum = 0;
                for (std::size_t m = 0; m < width; ++m)
                    sum += model.message_coefficients[m * pairs + static_cast<std::size_t>(pair)] *
                           features[m * count + i];
                out[begin + i] = sum;
            };
            message_values(model, edges, {features.data(), count});
            for (std::size_t i = 0; i < count; ++i) contract(value, i);
            message_slopes(model, edges, {features.data(), count});
            for (std::size_t i = 0; i < count; ++i) {
                contract(slope, i);
                slope[begin + i] /= 2 * edges.distance[i];
            }
        }
    };
}

ScalarFunction kinetic_function(const PairwiseModel& model) {
    return [&model](std::span<const double> x, std::span<double> value, std::span<double> slope) {
        NodeInputs nodes{{x.begin(), x.end()}, {}};
        const auto width = static_cast<std::size_t>(model.node.width);
        std::vector<double> features(x.size() * width);
        const auto contract = [&](std::span<double> out) {
            std::fill(out.begin(), out.end(), 0.0);
            for (std::size_t m = 0; m < width; ++m)
                for (std::size_t i = 0; i < x.size(); ++i)
                    out[i] += model.kinetic_coefficients[m] * features[m * x.size() + i];
        };
        kinetic_values(model, nodes, {features.data(), x.size()});
        contract(value);
        kinetic_slopes(model, nodes, {features.data(), x.size()});
        contract(slope);
    };
}

double by_distance(double x) {
    return 2 * std::sqrt(x);
}
double by_itself(double) {
    return 1;
}

// Of one function of a table against what it was made from; slopes are reported by the variable whose
// derivative x has is slope_unit(x).
TableError compare(const SplineTable& table, int which, const ScalarFunction& network,
                   double (*slope_unit)(double x)) {
    const auto count = static_cast<std::size_t>(table.intervals) * points_per_interval;
    std::vector<double> x(count), value(count), slope(count), table_value(count), table_slope(count);
    for (std::size_t i = 0; i < count; ++i)
        x[i] = table.first + table.step * (static_cast<double>(i) + 0.5) / points_per_interval;
    network(x, value, slope);
    table.evaluate(x, std::vector<int>(count, which), table_slope, table_value);
    double mean = 0;
    for (std::size_t i = 0; i < count; ++i)
        mean += std::fabs(slope[i] * slope_unit(x[i])) / static_cast<double>(count);
    TableError error;
    for (std::size_t i = 0; i < count; ++i) {
        const double unit = slope_unit(x[i]);
        const double difference = std::fabs(table_slope[i] - slope[i]) * unit;
        const double scale = std::fabs(slope[i]) * unit + mean;
        error.slope = std::max(error.slope, difference);
        error.relative = std::max(error.relative, scale > 0 ? difference / scale : 0.0);
        error.value = std::max(error.value, std::fabs(table_value[i] - value[i]));
    }
    return error;
}

struct Range {
    double first;
    double last;
    bool ends;
};

// The fewest doublings of knots that meet the tolerance.
SplineTable tabulate_to(double tolerance, const std::vector<ScalarFunction>& functions, Range range,
                        double (*slope_unit)(double), TableError& error) {
    for (int intervals = fewest_intervals; intervals <= most_intervals; intervals *= 2) {
        auto table = tabulate(functions, range.first, range.last, intervals, range.ends);
        error = {};
        for (std::size_t k = 0; k < functions.size(); ++k) {
            const auto found = compare(table, static_cast<int>(k), functions[k], slope_unit);
            error = {std::max(error.slope, found.slope), std::max(error.relative, found.relative),
                     std::max(error.value, found.value)};
        }
        if (error.relative <= tolerance) return table;
    }
    throw InputError(
        fmt::format("a table of {} knots is still {:.1e} away from the network, more than the tolerance "
                    "{:.1e}",
                    most_intervals, error.relative, tolerance),
        "raise tolerance in [tabulate], or train a model whose energy is smoother");
}

class TabulatedPairTerm final : public potential::PairTerm {
  public:
    explicit TabulatedPairTerm(const TabulatedModel& tabulated)
        : table_(tabulated.pair),
          pairs_(tabulated.model.species),
          cutoff_(tabulated.model.cutoff),
          energy_per_edge_(tabulated.model.energy_per_edge) {}

    void evaluate(const potential::Atoms& atoms, const potential::Neighbours& neighbours,
                  LocalIndex first_edge, std::span<const double> distance, std::span<double> slope,
                  std::span<double> energy) const override {
        thread_local std::vector<double> squared;
        thread_local std::vector<int> pair;
        squared.resize(distance.size());
        for (std::size_t e = 0; e < distance.size(); ++e) squared[e] = distance[e] * distance[e];
        pair.resize(pairs_.single() ? 0 : distance.size());
        pairs_.find(atoms, neighbours, first_edge, pair);
        if (energy.empty()) {
            table_.slopes(squared, pair, slope);
        } else {
            table_.evaluate(squared, pair, slope, energy);
            for (std::size_t e = 0; e < energy.size(); ++e)
                if (!cutoff_.beyond(distance[e])) energy[e] += energy_per_edge_;
        }
        for (std::size_t e = 0; e < distance.size(); ++e) slope[e] *= 2 * distance[e];
    }

  private:
    SplineTable table_;
    PairLookup pairs_;
    Cutoff cutoff_;
    double energy_per_edge_;
};

class TabulatedKineticTerm final : public potential::KineticTerm {
  public:
    explicit TabulatedKineticTerm(SplineTable table) : table_(std::move(table)) {}

    void evaluate(const potential::Atoms&, LocalIndex, std::span<const double> squared_momentum,
                  std::span<double> slope, std::span<double> energy) const override {
        if (energy.empty()) return table_.slopes(squared_momentum, {}, slope);
        table_.evaluate(squared_momentum, {}, slope, energy);
    }

  private:
    SplineTable table_;
};

}  // namespace

void TabulateOptions::bind(config::Section section) {
    section.number(
        "tolerance", tolerance, {1e-13, 1e-2}, "",
        "largest error of a table's force relative to the network's, and to its mean over the range where "
        "it is small; decides the number of knots");
    section.number(
        "margin", margin, {0, 0.9}, "",
        "tables begin (and, without a cutoff, end) this part beyond the distances of the training data; "
        "farther out forces follow a tangent");
}

std::string why_not_tabulated(const PairwiseModel& model) {
    if (!model.edge_attribute_names.empty())
        return fmt::format("its messages see edge attributes ({}): every bond has a function of its own",
                           fmt::join(model.edge_attribute_names, ", "));
    if (model.mass_input_messages)
        return "its messages see the masses of both particles: every pair has a function of its own";
    return {};
}

TabulatedModel tabulate(const PairwiseModel& model, const TabulateOptions& options) {
    const auto reason = why_not_tabulated(model);
    require(reason.empty(), Advice{"roll it out as it is, with force = \"learned\""},
            "the model cannot be tabulated: {}", reason);
    TabulatedModel tabulated{model, {}, {}, {}, {}};
    std::vector<ScalarFunction> pairs;
    pairs.reserve(static_cast<std::size_t>(model.species.pairs()));
    for (int k = 0; k < model.species.pairs(); ++k) pairs.push_back(pair_function(model, k));
    const bool ends = !model.cutoff.none();
    const double low = (1 - options.margin) * model.training_range.all_pairs.distance_min;
    const double high =
        ends ? model.cutoff.radius : (1 + options.margin) * model.training_range.all_pairs.distance_max;
    tabulated.pair = tabulate_to(options.tolerance, pairs, {low * low, high * high, ends}, by_distance,
                                 tabulated.pair_error);
    if (model.kinetic_known || model.mass_input) return tabulated;
    const double fastest = (1 + options.margin) * model.training_range.all_particles.squared_momentum_max;
    tabulated.kinetic = tabulate_to(options.tolerance, {kinetic_function(model)}, {0, fastest, false},
                                    by_itself, tabulated.kinetic_error);
    return tabulated;
}

void evaluate_pair(const TabulatedModel& tabulated, int pair, std::span<const double> distance,
                   std::span<double> energy, std::span<double> slope) {
    std::vector<double> squared(distance.size());
    for (std::size_t i = 0; i < squared.size(); ++i) squared[i] = distance[i] * distance[i];
    tabulated.pair.evaluate(squared, std::vector<int>(squared.size(), pair), slope, energy);
    for (std::size_t i = 0; i < squared.size(); ++i) slope[i] *= 2 * distance[i];
}

std::unique_ptr<potential::ForceField> make_force_field(const TabulatedModel& tabulated,
                                                        const std::vector<std::string>& attribute_names) {
    require_attributes(tabulated.model, attribute_names);
    std::unique_ptr<potential::KineticTerm> kinetic;
    if (tabulated.kinetic.empty())
        kinetic = make_kinetic_term(tabulated.model);
    else
        kinetic = std::make_unique<TabulatedKineticTerm>(tabulated.kinetic);
    return std::make_unique<potential::PairForceField>(std::move(kinetic),
                                                       std::make_unique<TabulatedPairTerm>(tabulated));
}

}  // namespace rfhgn::model
