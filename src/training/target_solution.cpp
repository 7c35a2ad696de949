#include "target_solution.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"

namespace rfhgn::training {

namespace {

const config::NumberOrAuto& weight_key(Target target, const TrainingOptions& options) {
    return target == Target::energy ? options.energy_weight : options.virial_weight;
}

linalg::Weight weight_of(Target target, const TrainingOptions& options) {
    if (target == Target::velocity || target == Target::force) return {};
    const auto& key = weight_key(target, options);
    return {key.automatic ? 1.0 : key.value, key.automatic};
}

// As files of R factors are called.
std::string keeper_name(Target target) {
    if (target == Target::velocity) return "kinetic";
    return target == Target::force ? "message" : name_of(target);
}

const linalg::RFactorPair* found(const RFactors* r_factors, Target target) {
    if (!r_factors) return nullptr;
    const auto at = r_factors->by_target.find(target);
    return at == r_factors->by_target.end() ? nullptr : &at->second;
}

// Targets of earlier data that were not asked for now lose the columns that were pruned.
void cut_others(int width, RFactors& kept) {
    for (auto& [target, r_factors] : kept.by_target)
        if (target != Target::velocity && r_factors.training.columns > width)
            r_factors = linalg::leading(r_factors, width);
}

// Takes over what a solve left of each target.
void keep(const std::vector<Target>& targets, linalg::LeastSquaresSolution& solution, RFactors& kept) {
    if (targets.front() == Target::force) cut_others(static_cast<int>(solution.coefficients.size()), kept);
    if (targets.size() == 1) {
        kept.by_target[targets.front()] = std::move(solution.r_factors);
        return;
    }
    for (std::size_t t = 0; t < targets.size(); ++t) {
        kept.by_target[targets[t]] = std::move(solution.by_target[t]);
        if (t > 0) kept.weights[targets[t]] = solution.report.targets[t].weight;
    }
}

}  // namespace

void require_known(Target target, bool known) {
    require(known,
            Advice{fmt::format("set [train] {}_weight to 0, or write /snapshots/{} to the data set",
                               name_of(target), name_of(target))},
            "no snapshot of the data has a known {}, but [train] {}_weight is not 0", name_of(target),
            name_of(target));
}

std::vector<Target> asked_targets(const TrainingOptions& options) {
    std::vector<Target> targets{Target::force};
    for (const Target target : {Target::energy, Target::virial})
        if (weight_key(target, options).positive()) targets.push_back(target);
    return targets;
}

linalg::LeastSquaresSolution solve_targets(const data::TrainingData& data, const TargetKinds& kind_of,
                                           const std::vector<Target>& targets, const TrainingOptions& options,
                                           const RFactors* earlier, RFactors* kept) {
    std::vector<data::RowKind> kinds;
    std::vector<linalg::RowCounts> silent;
    for (const Target target : targets) {
        auto [of_target, zero] = kind_of(target);
        kinds.push_back(std::move(of_target));
        silent.push_back(zero);
    }
    const auto sources = parallel::together(data.comm(), [&] { return data.rows(std::move(kinds)); });
    std::vector<std::shared_ptr<linalg::FactorCheckpoint>> keepers;
    std::vector<linalg::TargetRows> rows;
    for (std::size_t t = 0; t < targets.size(); ++t) {
        const Target target = targets[t];
        keepers.push_back(options.keeper ? options.keeper(keeper_name(target)) : nullptr);
        rows.push_back({.name = name_of(target),
                        .rows = *sources[t],
                        .weight = weight_of(target, options),
                        .silent = silent[t],
                        .keeper = keepers[t].get(),
                        .earlier = found(earlier, target)});
        // Rows that are all silent make no target.
        if (t > 0 && !rows[t].earlier)
            require_known(
                target, silent[t].training + silent[t].held_out < linalg::all_rows(data.comm(), *sources[t]));
    }
    auto solution = linalg::solve(data.comm(), rows, options.least_squares);
    if (kept) keep(targets, solution, *kept);
    return solution;
}

linalg::LeastSquaresSolution solve_kept(const parallel::Communicator& comm,
                                        const std::vector<Target>& targets, const TrainingOptions& options,
                                        RFactors& r_factors) {
    std::vector<Target> there;
    std::vector<linalg::TargetFactors> factors;
    for (const Target target : targets) {
        if (!found(&r_factors, target)) continue;
        there.push_back(target);
        const auto weight = r_factors.weights.find(target);
        factors.push_back({name_of(target), r_factors.by_target.at(target),
                           weight == r_factors.weights.end() ? linalg::Weight{} : weight->second});
    }
    auto solution = linalg::solve(comm, factors, options.least_squares);
    keep(there, solution, r_factors);
    return solution;
}

}  // namespace rfhgn::training
