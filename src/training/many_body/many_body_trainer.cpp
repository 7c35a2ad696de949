#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/time_series.hpp"
#include "rfhgn/model/many_body/many_body_model.hpp"
#include "rfhgn/training/trainer.hpp"

#include "many_body_rows.hpp"
#include "many_body_sample.hpp"

namespace rfhgn::training {

namespace {

using parallel::ScopedPhase;

const model::ManyBodyModel& many_body(const model::Model& model) {
    return static_cast<const model::ManyBodyModel&>(model);  // the registry asks this trainer of no other
}

// What weights mean where they are not given: mean squares of energies and virials of an atom, in units of
// energy, count this much beside those of components of forces.
constexpr double energy_share = 10;
constexpr double virial_share = 0.2;

config::NumberOrAuto weight_of(const config::NumberOrAuto& asked, bool given, double share,
                               GlobalIndex forces, GlobalIndex known) {
    if (given || known == 0) return given ? asked : config::NumberOrAuto(0.0);
    return {share * std::sqrt(static_cast<double>(forces) / static_cast<double>(known))};
}

class ManyBodyTrainer final : public Trainer {
  public:
    [[nodiscard]] int widest_problem(const model::SamplingOptions& sampling) const override {
        model::many_body::Features features;
        auto& basis = features.basis;
        basis.radial = sampling.many_body.radial;
        basis.angular = sampling.many_body.angular;
        basis.degree4 = sampling.many_body.degree;
        basis.degree3 = sampling.many_body.degree + 1;
        return model::many_body::columns_of(features).size() + sampling.many_body.neurons;
    }
    [[nodiscard]] int widest_problem(const model::Model& layers) const override {
        return model::many_body::columns_of(many_body(layers).potential.features).size();
    }
    [[nodiscard]] bool whole_snapshots() const override { return true; }
    [[nodiscard]] bool learns_kinetic_energy(const model::SamplingOptions&) const override { return false; }
    [[nodiscard]] double cutoff(const model::SamplingOptions& sampling) const override {
        return many_body_cutoff(sampling);
    }

    [[nodiscard]] TrainingResult train(const data::TrainingData& data, const model::SamplingOptions& sampling,
                                       const TrainingOptions& options) const override;
};

void require_known_options(const data::DataFacts& facts, const TrainingOptions& options) {
    const auto& solving = options.least_squares;
    const char* key = options.rates != data::given_rates ? "rates"
                      : options.keep_factor              ? "keep_factor"
                      : solving.prune_tolerance > 0      ? "prune_tolerance"
                      : solving.leave_one_out            ? "leave_one_out"
                      : solving.method != "direct"       ? "method"
                                                         : nullptr;
    require(key == nullptr, Advice{"leave the key out, or use [model] encoding = \"pairwise\""},
            "[train] {} is not for the encoding \"many_body\"", key ? key : "");
    require(facts.dimension == 3, Advice{"use [model] encoding = \"pairwise\""},
            "many-body potentials are for three dimensions, but the data have {}", facts.dimension);
}

// Targets with their weights, as options say it.
TrainingOptions weighted(const data::TrainingData& data, const TrainingOptions& asked,
                         const std::map<Target, linalg::RowCounts>& silent) {
    const auto& facts = data.facts();
    const auto known = [&](Target target, GlobalIndex each) {
        const auto& none = silent.at(target);
        return facts.snapshots * each - none.training - none.held_out;
    };
    TrainingOptions options = asked;
    options.energy_weight = weight_of(asked.energy_weight, asked.energy_weight_given, energy_share,
                                      3 * facts.nodes, known(Target::energy, 1));
    options.virial_weight = weight_of(asked.virial_weight, asked.virial_weight_given, virial_share,
                                      3 * facts.nodes, known(Target::virial, 6));
    // Rows are dear: the R factor certifies itself.
    options.least_squares.lsqr_iterations = 0;
    return options;
}

void judge(const data::TrainingData& data, const model::ManyBodyModel& model, TrainingResult& result) {
    const ScopedPhase phase(result.times, "errors");
    const auto errors = vector_field_errors(data, *model.force_field({}));
    result.training = errors.training;
    result.held_out = errors.held_out;
}

// The largest ridge that costs held-out rows next to nothing. Evidence is no guide: what these features leave
// is not noise.
double choose_ridge(const std::vector<linalg::RidgePoint>& path) {
    constexpr double slack = 0.01;
    double least = std::numeric_limits<double>::infinity();
    for (const auto& point : path) least = std::min(least, point.held_out_error);
    double chosen = path.front().ridge;
    for (const auto& point : path)
        if (point.held_out_error <= (1 + slack) * least) chosen = point.ridge;
    return chosen;
}

// By the R factors that a first solve left: its ridge is chosen anew, unless it is given.
linalg::LeastSquaresSolution solve_again(const parallel::Communicator& comm, TrainingOptions options,
                                         linalg::LeastSquaresSolution first, RFactors& kept) {
    if (options.least_squares.ridge >= 0 || first.report.held_out_rows == 0) return first;
    options.least_squares.ridge = choose_ridge(first.report.ridge_path);
    auto solution = solve_kept(comm, {message_targets.begin(), message_targets.end()}, options, kept);
    solution.report.ridge_choice = "held-out";
    solution.report.ridge_path = std::move(first.report.ridge_path);
    solution.report.times = std::move(first.report.times);
    return solution;
}

double held_out_error(const linalg::LeastSquaresReport& report, const char* target) {
    for (const auto& found : report.targets)
        if (found.name == target) return found.held_out_error;
    return report.held_out_error;
}

// Whether forces and energies would be met better without the virials. Those of plane waves may be off by a
// constant pressure, which no potential can have.
bool virials_contradict(const linalg::LeastSquaresReport& with, const linalg::LeastSquaresReport& without) {
    constexpr double forces = 1.05;
    constexpr double energies = 1.3;
    return held_out_error(with, "force") > forces * held_out_error(without, "force") ||
           held_out_error(with, "energy") > energies * held_out_error(without, "energy");
}

// Leaves the virials out where they contradict the rest, unless their weight is given.
linalg::LeastSquaresSolution leave_out_virials(const parallel::Communicator& comm,
                                               const TrainingOptions& options,
                                               linalg::LeastSquaresSolution with, RFactors& kept,
                                               TrainingResult& result) {
    if (options.virial_weight_given || with.report.held_out_rows == 0 ||
        !kept.by_target.contains(Target::virial))
        return with;
    RFactors fewer = kept;
    fewer.by_target.erase(Target::virial);
    auto without =
        solve_again(comm, options, solve_kept(comm, {Target::force, Target::energy}, options, fewer), fewer);
    if (!virials_contradict(with.report, without.report)) return with;
    result.warnings.push_back(fmt::format(
        "the virials contradict forces and energies (relative errors of unseen forces {:.2e} with and {:.2e} "
        "without them, of energies {:.2e} and {:.2e}): they are left out; [train] virial_weight uses them",
        held_out_error(with.report, "force"), held_out_error(without.report, "force"),
        held_out_error(with.report, "energy"), held_out_error(without.report, "energy")));
    kept = std::move(fewer);
    without.report.times = std::move(with.report.times);
    return without;
}

// What held-out rows have chosen stays; then they are fitted, too.
std::vector<double> refit(const parallel::Communicator& comm, TrainingOptions options, double ridge,
                          RFactors kept) {
    for (auto& [target, pair] : kept.by_target)
        pair = {linalg::merge(pair.training, pair.held_out), linalg::RFactor(pair.training.columns)};
    options.least_squares.ridge = ridge;
    return solve_kept(comm, {message_targets.begin(), message_targets.end()}, options, kept).coefficients;
}

// Without the held-out rows, by which `result` is judged; `kept` becomes the R factors, `options` weighted.
linalg::LeastSquaresSolution solve_training_rows(const data::TrainingData& data,
                                                 const model::many_body::Features& features,
                                                 TrainingOptions& options, RFactors& kept,
                                                 TrainingResult& result) {
    const ScopedPhase phase(result.times, "solve");
    std::map<Target, linalg::RowCounts> silent;
    for (const Target target : message_targets) silent[target] = silent_many_body_rows(target, data);
    const int columns = model::many_body::columns_of(features).size();
    const auto maker = many_body_row_maker(features);
    options = weighted(data, options, silent);
    auto first = solve_targets(
        data,
        [&](Target target) -> TargetKind {
            return {many_body_row_kind(target, maker, columns), silent.at(target)};
        },
        asked_targets(options), options, nullptr, &kept);
    return leave_out_virials(data.comm(), options, solve_again(data.comm(), options, std::move(first), kept),
                             kept, result);
}

TrainingResult ManyBodyTrainer::train(const data::TrainingData& data, const model::SamplingOptions& sampling,
                                      const TrainingOptions& asked) const {
    require_known_options(data.facts(), asked);
    TrainingResult result;
    auto model = std::make_shared<model::ManyBodyModel>();
    auto& potential = model->potential;
    {
        const ScopedPhase phase(result.times, "sampling");
        if (!data.facts().units.empty()) model->units = data.facts().units;
        model->species_names = data.facts().species_names;
        potential.features = many_body_features(data, sampling);
    }
    TrainingOptions options = asked;
    RFactors kept;
    auto solution = solve_training_rows(data, potential.features, options, kept, result);
    auto& report = solution.report;
    potential.coefficients = std::move(solution.coefficients);
    model->force_noise = report.noise;
    judge(data, *model, result);
    if (report.held_out_rows > 0) {
        const ScopedPhase phase(result.times, "solve");
        potential.coefficients = refit(data.comm(), options, report.ridge, std::move(kept));
    }
    result.fits.push_back({"fit", std::move(report)});
    result.model = std::move(model);
    return result;
}

}  // namespace

std::unique_ptr<Trainer> many_body_trainer() {
    return std::make_unique<ManyBodyTrainer>();
}

}  // namespace rfhgn::training
