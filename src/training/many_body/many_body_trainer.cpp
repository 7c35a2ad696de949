#include <algorithm>
#include <numeric>

#include "rfhgn/base/error.hpp"
#include "rfhgn/data/time_series.hpp"
#include "rfhgn/model/many_body/many_body_model.hpp"
#include "rfhgn/parallel/activity.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/training/trainer.hpp"

#include "fit_setting.hpp"
#include "many_body_rows.hpp"
#include "many_body_sample.hpp"

namespace rfhgn::training {

namespace {

using parallel::ScopedPhase;

const model::ManyBodyModel& many_body(const model::Model& model) {
    return static_cast<const model::ManyBodyModel&>(model);  // the registry asks this trainer of no other
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
    [[nodiscard]] bool cross_validates() const override { return true; }
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

void judge(const data::TrainingData& data, const model::ManyBodyModel& model, TrainingResult& result) {
    const ScopedPhase phase(result.times, "errors");
    const auto errors = vector_field_errors(data, *model.force_field({}));
    result.training = errors.training;
    result.held_out = errors.held_out;
}

bool is_given(Target target, const TrainingOptions& options) {
    return target == Target::energy ? options.energy_weight_given : options.virial_weight_given;
}

// Rows of the data, and what they left.
struct Problem {
    std::vector<FitTarget> targets{};
    std::vector<linalg::PartFactors> factors{};
    parallel::PhaseTimes times{};

    void leave_out(Target target) {
        for (std::size_t t = 0; t < targets.size(); ++t) {
            if (targets[t].target != target) continue;
            targets.erase(targets.begin() + static_cast<std::ptrdiff_t>(t));
            factors.erase(factors.begin() + static_cast<std::ptrdiff_t>(t));
        }
    }
};

// Forces, and what is known besides, unless its weight is 0.
std::vector<FitTarget> targets_of(const data::TrainingData& data, const TrainingOptions& options,
                                  std::map<Target, std::vector<GlobalIndex>>& known) {
    std::vector<FitTarget> targets;
    for (const Target target : message_targets) {
        known[target] = known_many_body_rows(target, data);
        const auto& rows = known[target];
        FitTarget found{target, std::accumulate(rows.begin(), rows.end(), GlobalIndex{0}), {}};
        if (target != Target::force) {
            const auto& weight = target == Target::energy ? options.energy_weight : options.virial_weight;
            const bool given = is_given(target, options);
            if (given && !weight.positive()) continue;
            if (given) require_known(target, found.rows > 0);
            if (found.rows == 0) continue;
            if (given && !weight.automatic) found.weight = weight.value;
        }
        targets.push_back(found);
    }
    return targets;
}

// One pass over the data.
Problem factorised(const data::TrainingData& data, const model::many_body::Features& features,
                   const TrainingOptions& options) {
    Problem problem;
    std::map<Target, std::vector<GlobalIndex>> known;
    problem.targets = targets_of(data, options, known);
    const int columns = model::many_body::columns_of(features).size();
    const int parts = data.facts().parts;
    const auto maker = many_body_row_maker(features);
    std::vector<data::RowKind> kinds;
    std::vector<std::shared_ptr<linalg::FactorCheckpoint>> keepers;
    std::vector<linalg::PartKeepers> keepers_of;
    for (const auto& [target, rows, weight] : problem.targets) {
        kinds.push_back(many_body_row_kind(target, maker, columns));
        auto& pairs = keepers_of.emplace_back();
        for (int first = 0; first < parts; first += 2) {
            keepers.push_back(options.keeper ? options.keeper(fmt::format("{}{}", name_of(target), first))
                                             : nullptr);
            pairs.push_back(keepers.back().get());
        }
    }
    const auto sources = parallel::together(data.comm(), [&] { return data.rows(std::move(kinds)); });
    std::vector<const linalg::RowSource*> rows;
    for (const auto& source : sources) rows.push_back(source.get());
    problem.factors = linalg::factorise_parts(data.comm(), rows, parts, keepers_of, problem.times);
    for (std::size_t t = 0; t < problem.targets.size(); ++t)
        for (std::size_t part = 0; part < problem.factors[t].size(); ++part)
            problem.factors[t][part].rows = known[problem.targets[t].target][part];
    return problem;
}

// Of all parts but the held-out one, which judges.
linalg::LeastSquaresSolution fit(const parallel::Communicator& comm, const Problem& problem,
                                 const FitSetting& setting, const std::vector<double>& penalty,
                                 linalg::LeastSquaresOptions options) {
    std::vector<linalg::TargetFactors> factors;
    const auto weights = weights_of(setting, problem.targets);
    for (std::size_t t = 0; t < problem.targets.size(); ++t) {
        const auto& parts = problem.factors[t];
        const int last = static_cast<int>(parts.size()) - 1;
        factors.push_back({name_of(problem.targets[t].target),
                           linalg::leading({linalg::merge(parts, last), parts.back()}, setting.columns),
                           {weights[t]}});
    }
    const bool given = options.ridge >= 0;
    if (!given) options.absolute_ridge = setting.ridge;
    options.penalty.assign(penalty.begin(), penalty.begin() + setting.columns);
    auto solution = linalg::solve(comm, factors, options);
    auto& report = solution.report;
    report.lsqr_reason = "not called: the R factors are all that is left of rows";
    report.ridge_choice = given ? "given" : "cross-validation";
    for (std::size_t t = 1; t < report.targets.size(); ++t)
        report.targets[t].weight.automatic = !problem.targets[t].weight;
    return solution;
}

// Of all rows, at a ridge that is chosen.
std::vector<double> fit_all(const parallel::Communicator& comm, const Problem& problem,
                            const FitSetting& setting, const std::vector<double>& penalty, double ridge) {
    auto coefficients = parallel::together(comm, [&] {
        const parallel::ScopedComputation dense;
        std::vector<linalg::RFactorPair> all;
        for (const auto& parts : problem.factors) {
            const int columns = parts.front().columns;
            all.push_back(linalg::leading({linalg::merge(parts), linalg::RFactor(columns)}, setting.columns));
        }
        const auto joined = linalg::joined(all, weights_of(setting, problem.targets));
        return linalg::ridge_coefficients(joined.training, ridge,
                                          {penalty.begin(), penalty.begin() + setting.columns});
    });
    parallel::broadcast(comm, std::span<double>(coefficients));
    return coefficients;
}

// A given ridge is relative to the problem's largest singular value: what that is, a solution tells.
FitSetting chosen_setting(const parallel::Communicator& comm, const Problem& problem,
                          const model::many_body::Features& features, const TrainingOptions& options,
                          TrainingResult& result) {
    auto first = first_setting(features);
    const bool given = options.least_squares.ridge >= 0;
    if (given) {
        first.columns = problem.factors.front().front().columns;
        const auto penalty = model::many_body::prior_factors(features, first.prior);
        first.ridge = fit(comm, problem, first, penalty, options.least_squares).report.absolute_ridge;
    }
    auto chosen = choose_fit(comm, features, first, problem.targets, problem.factors, given);
    if (!chosen.choice.tried.empty()) result.choice = std::move(chosen.choice);
    return chosen.setting;
}

// Virials that contradict forces and energies are worse than none.
void leave_out_virials(Problem& problem, TrainingResult& result) {
    const bool chosen = std::ranges::any_of(problem.targets, [](const FitTarget& target) {
        return target.target == Target::virial && !target.weight;
    });
    if (!chosen) return;
    problem.leave_out(Target::virial);
    result.warnings.push_back(
        "the virials contradict forces and energies: left-out forces and energies are met better without "
        "them; "
        "they are left out, and [train] virial_weight uses them");
}

// The leading columns of all.
void keep_columns(int count, model::many_body::Model& potential) {
    if (count == model::many_body::columns_of(potential.features).size()) return;
    potential.columns.resize(static_cast<std::size_t>(count));
    std::iota(potential.columns.begin(), potential.columns.end(), 0);
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
    // Rows are dear: the R factors certify themselves.
    TrainingOptions options = asked;
    options.least_squares.lsqr_iterations = 0;
    Problem problem;
    FitSetting setting;
    std::vector<double> penalty;
    linalg::LeastSquaresSolution solution;
    {
        const ScopedPhase phase(result.times, "solve");
        problem = factorised(data, potential.features, options);
        {
            const ScopedPhase choosing(problem.times, "choice");
            setting = chosen_setting(data.comm(), problem, potential.features, options, result);
        }
        if (setting.virial_share == 0) leave_out_virials(problem, result);
        penalty = model::many_body::prior_factors(potential.features, setting.prior);
        solution = fit(data.comm(), problem, setting, penalty, options.least_squares);
    }
    auto& report = solution.report;
    keep_columns(setting.columns, potential);
    potential.coefficients = std::move(solution.coefficients);
    model->force_noise = report.noise;
    judge(data, *model, result);
    if (report.held_out_rows > 0) {
        const ScopedPhase phase(result.times, "solve");
        potential.coefficients = fit_all(data.comm(), problem, setting, penalty, report.absolute_ridge);
    }
    for (const auto& [phase, seconds] : problem.times.phases()) report.times.add(phase, seconds);
    result.fits.push_back({"fit", std::move(report)});
    result.model = std::move(model);
    return result;
}

}  // namespace

std::unique_ptr<Trainer> many_body_trainer() {
    return std::make_unique<ManyBodyTrainer>();
}

}  // namespace rfhgn::training
