#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "rfhgn/base/error.hpp"

#include "fit_setting.hpp"
#include "score.hpp"

namespace rfhgn::training {

namespace {

namespace many_body = model::many_body;

// A score that is higher by less is as good.
constexpr double slack = 0.002;

int place_of(Target target, const std::vector<FitTarget>& targets) {
    for (std::size_t t = 0; t < targets.size(); ++t)
        if (targets[t].target == target) return static_cast<int>(t);
    return -1;
}

class Search {
  public:
    Search(const parallel::Communicator& comm, const many_body::Features& features,
           const std::vector<FitTarget>& targets, const std::vector<linalg::PartFactors>& factors)
        : columns_(many_body::describe_columns(features)),
          species_(features.basis.species.size() > 1),
          targets_(targets),
          validation_(comm, factors),
          energies_(place_of(Target::energy, targets)) {}

    [[nodiscard]] int folds() const { return validation_.parts(); }
    [[nodiscard]] const FitSetting& best() const noexcept { return best_; }
    [[nodiscard]] Choice take(std::size_t chosen) {
        choice_.folds = folds();
        choice_.chosen = chosen;
        return std::move(choice_);
    }
    [[nodiscard]] std::size_t chosen() const noexcept { return chosen_; }

    void begin(const FitSetting& first) {
        best_ = first;
        best_.columns = validation_.columns();
        score_ = evaluate(best_, {best_.columns}).front();
        chosen_ = 0;
    }

    // Steps up while the score is better, or as good where more is safer; else down while it is better.
    using Change = std::function<bool(FitSetting&, bool up)>;  // false: there is nothing further
    void line(const Change& change, bool more_is_safer = false) {
        if (walk(change, true, more_is_safer ? slack : -slack) == 0) walk(change, false, -slack);
    }
    // Takes a setting whose score is below the best by more than -margin.
    bool take_if(const FitSetting& setting, double margin) {
        const std::size_t at = choice_.tried.size();
        const double score = evaluate(setting, {setting.columns}).front();
        // Slack does not add up.
        const double limit = std::min(score_, lowest_ + slack) + margin;
        if (!(score < limit)) return false;
        lowest_ = std::min(lowest_, score);
        best_ = setting;
        score_ = score;
        chosen_ = at;
        return true;
    }

    // Of all columns and without some of the neurons: the fewest that are as good.
    void narrow(int first_neuron) {
        const int neurons = validation_.columns() - first_neuron;
        std::vector<int> widths;
        for (int quarter = 0; quarter < 4; ++quarter) widths.push_back(first_neuron + neurons * quarter / 4);
        const std::size_t before = choice_.tried.size();
        const auto scores = evaluate(best_, widths);
        for (std::size_t w = 0; w < widths.size(); ++w) {
            if (!(scores[w] <= score_ + slack)) continue;
            best_.columns = widths[w];
            score_ = scores[w];
            chosen_ = before + w;
            return;
        }
    }

  private:
    int walk(const Change& change, bool up, double margin) {
        int steps = 0;
        for (FitSetting next = best_; change(next, up) && take_if(next, margin); next = best_) ++steps;
        return steps;
    }

    std::vector<double> evaluate(const FitSetting& setting, const std::vector<int>& widths) {
        const auto errors = validation_.errors(
            {weights_of(setting, targets_), many_body::prior_factors(columns_, setting.prior)},
            std::vector{setting.ridge}, widths);
        if (!scored_) scored_.emplace(errors.front(), targets_.size(), energies_);
        std::vector<double> scores;
        for (std::size_t w = 0; w < widths.size(); ++w) {
            scores.push_back((*scored_)(errors[w]));
            record(setting, widths[w], errors[w], scores.back());
        }
        return scores;
    }

    // Over all rows that were left out.
    [[nodiscard]] double rmse(const linalg::LeftOutSquares& squares, int target) const {
        if (target < 0) return std::numeric_limits<double>::quiet_NaN();
        double sum = 0;
        for (auto at = static_cast<std::size_t>(target); at < squares.size(); at += targets_.size())
            sum += squares[at];
        return std::sqrt(sum / static_cast<double>(targets_[static_cast<std::size_t>(target)].rows));
    }

    void record(const FitSetting& setting, int columns, const linalg::LeftOutSquares& squares, double score) {
        TriedSetting tried{
            .force_rmse = rmse(squares, 0), .energy_rmse_per_atom = rmse(squares, energies_), .score = score};
        const auto weights = weights_of(setting, targets_);
        tried.values = {{"columns", columns},
                        {"ridge", setting.ridge},
                        {"prior_power", setting.prior.power},
                        {"prior_neuron", setting.prior.neuron}};
        if (species_) tried.values.emplace_back("prior_species", setting.prior.species);
        for (std::size_t t = 1; t < targets_.size(); ++t)
            tried.values.emplace_back(std::string(name_of(targets_[t].target)) + "_weight", weights[t]);
        choice_.tried.push_back(std::move(tried));
    }

    std::vector<many_body::ColumnInfo> columns_;
    bool species_;
    const std::vector<FitTarget>& targets_;
    linalg::CrossValidation validation_;
    int energies_;
    std::optional<Score> scored_{};
    FitSetting best_{};
    double score_ = 0;
    double lowest_ = 0;
    std::size_t chosen_ = 0;
    Choice choice_{};
};

// Multiplies a field by a factor, within bounds.
Search::Change times(std::function<double&(FitSetting&)> field, double factor, double least, double most) {
    return [=](FitSetting& setting, bool up) {
        double& value = field(setting);
        value *= up ? factor : 1 / factor;
        return value > least * 0.99 && value < most * 1.01;
    };
}

const auto change_ridge =
    times([](FitSetting& s) -> double& { return s.ridge; }, std::sqrt(10.0), 1e-6, 1e-1);
const auto change_neurons =
    times([](FitSetting& s) -> double& { return s.prior.neuron; }, std::sqrt(10.0), 0.1, 100);
const auto change_energies = times([](FitSetting& s) -> double& { return s.energy_share; }, 2.0, 1, 100);

bool change_power(FitSetting& setting, bool up) {
    setting.prior.power += up ? 1 : -1;
    return setting.prior.power >= 0 && setting.prior.power <= 4;
}

bool change_species(FitSetting& setting, bool up) {
    const double factor = up ? std::sqrt(10.0) : 1 / std::sqrt(10.0);
    setting.prior.species *= factor;
    setting.prior.central *= factor;
    return setting.prior.species > 0.9 && setting.prior.species < 40;
}

// Virials may contradict forces and energies: those of plane waves may be off by a constant pressure, which
// no potential can have. Otherwise they count as much as forces and energies can bear.
void choose_virials(Search& search) {
    constexpr double contradiction = 0.02;
    const auto times = [&](double factor) {
        FitSetting setting = search.best();
        setting.virial_share *= factor;
        return setting;
    };
    if (search.take_if(times(0), -contradiction) || search.take_if(times(2.5), slack)) return;
    search.take_if(times(0.4), -slack);
}

bool open(Target target, const std::vector<FitTarget>& targets) {
    const int at = place_of(target, targets);
    return at >= 0 && !targets[static_cast<std::size_t>(at)].weight;
}

}  // namespace

FitSetting first_setting(const many_body::Features& features) {
    FitSetting setting;
    if (features.basis.species.size() > 1) return setting;
    setting.prior = many_body::flat_prior();
    setting.prior.power = 1;
    setting.prior.unit_mean_square = true;
    return setting;
}

std::vector<double> weights_of(const FitSetting& setting, const std::vector<FitTarget>& targets) {
    std::vector<double> weights;
    for (const auto& target : targets) {
        const double share = target.target == Target::force    ? 1
                             : target.target == Target::energy ? setting.energy_share
                                                               : setting.virial_share;
        const auto rows = static_cast<double>(std::max<GlobalIndex>(1, target.rows));
        weights.push_back(
            target.weight.value_or(share * std::sqrt(static_cast<double>(targets.front().rows) / rows)));
    }
    return weights;
}

ChosenFit choose_fit(const parallel::Communicator& comm, const many_body::Features& features,
                     const FitSetting& first, const std::vector<FitTarget>& targets,
                     const std::vector<linalg::PartFactors>& factors, bool ridge_given) {
    Search search(comm, features, targets, factors);
    const auto columns = many_body::columns_of(features);
    if (search.folds() < 2) {
        FitSetting all = first;
        all.columns = columns.size();
        return {all, {}};
    }
    search.begin(first);
    if (!ridge_given) search.line(change_ridge, true);
    search.line(change_power);
    if (features.neurons.count > 0) search.line(change_neurons);
    if (features.basis.species.size() > 1) search.line(change_species);
    if (open(Target::energy, targets)) search.line(change_energies);
    if (open(Target::virial, targets)) choose_virials(search);
    if (!ridge_given) search.line(change_ridge, true);
    if (features.neurons.count > 0) search.narrow(columns.first_neuron());
    const std::size_t chosen = search.chosen();
    FitSetting setting = search.best();
    return {setting, search.take(chosen)};
}

}  // namespace rfhgn::training
