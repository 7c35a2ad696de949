#include "rfhgn/training/verdict.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rfhgn/training/trainer.hpp"

#include "alternatives.hpp"
#include "energies.hpp"
#include "residual_tests.hpp"

namespace rfhgn::training {

namespace {

constexpr double rounding = 1e-10;
constexpr double suspicious = 0.01;  // from here on the data are looked at
constexpr double wrong = 0.05;       // of models of pairs: forces of pairs are fitted far better
constexpr double useless = 0.5;      // of any model
constexpr double evident = 0.3;      // share of the squared residual
constexpr double much_better = 0.3;  // error by other keys over error by these
constexpr double far_better = 0.1;   // where these do already well
constexpr double noise_share = 0.5;  // noise that each force has, over the error

struct Cause {
    const char* name;
    const char* words;
    const char* advice;
};
constexpr Cause friction{"friction", "what the model leaves of the forces goes with velocities: friction",
                         "no Hamiltonian has friction: write forces without it, -dV/dq"};
constexpr Cause magnetic{"magnetic",
                         "what the model leaves of the forces is across velocities: a magnetic field, or a "
                         "rotating frame",
                         "H = T(p) + V(q) has no such forces: write forces without them"};
constexpr Cause field{
    "field",
    "what the model leaves of the forces depends on places, and forces do not add up to "
    "zero: an external field, or particles that are held",
    "write forces without the field, or use [model] encoding = \"absolute\" (given graphs)"};
constexpr Cause bonds{
    "bonds",
    "what the model leaves of the forces depends on which bond it is: bonds differ in what "
    "the data do not tell",
    "write what tells bonds apart as an edge attribute (/graph/attributes), or particles by "
    "species (/particles/species)"};
constexpr Cause unknown{"unknown", "nothing that was tried explains it",
                        "forces may depend on angles ([model] encoding = \"many_body\", in boxes of three "
                        "dimensions) or on what the data do not tell (charges, kinds of bonds); or use more "
                        "snapshots and features"};

void blame(const Cause& cause, Verdict& verdict) {
    verdict.cause = cause.name;
    verdict.words = cause.words;
    verdict.advice = cause.advice;
}

struct Test {
    const Cause& cause;
    double share;
};

// The test that explains most of the residual, if any does.
const Cause* best_of(const std::vector<Test>& tests, Verdict& verdict) {
    const Cause* found = nullptr;
    double most = evident;
    for (const auto& [cause, share] : tests) {
        verdict.residual.push_back({cause.name, share});
        if (share > most) most = share, found = &cause;
    }
    return found;
}

// Of a field only where what is left of forces does not add up to zero: within a system forces do.
const Cause* look_at_residuals(const Residuals& of, const data::TrainingSet& set, Verdict& verdict) {
    constexpr double unbalanced = 0.5;
    verdict.imbalance = imbalance(set.force, of);
    const bool nets = imbalance(of.force, of) > unbalanced;
    return best_of({{friction, friction_share(of, set)},
                    {magnetic, magnetic_share(of)},
                    {field, nets ? field_share(of) : 0.0}},
                   verdict);
}

bool blame_settings(const Search& search, const model::SamplingOptions& sampling, Verdict& verdict) {
    if (search.best_keys.empty()) return false;
    const bool angles = search.best_encoding != sampling.encoding;
    const double better = verdict.relative_force_error <= wrong ? far_better : angles ? 1.0 : much_better;
    if (search.best_error > better * search.own_error()) return false;
    verdict.cause = angles ? search.best_encoding : "settings";
    verdict.words =
        fmt::format("{}with {} the error on a sample falls from {:.2g} to {:.2g}",
                    angles ? "forces depend on more than pairs (angles between neighbours): " : "",
                    search.best_keys, search.own_error(), search.best_error);
    verdict.advice = fmt::format("set {} in [model]", search.best_keys);
    return true;
}

// The causes in the order in which they are looked for; the first that is evident is told.
void find_cause(const DataSample& sample, const model::Model& model, const model::SamplingOptions& sampling,
                Verdict& verdict) {
    const auto data = sample.data(model.cutoff_radius(), 1);
    const Cause* cause = nullptr;
    Search search;
    data->visit([&](const data::TrainingSet& set) {
        const auto residuals = residuals_of(set, model);
        cause = look_at_residuals(residuals, set, verdict);
        if (cause) return blame(*cause, verdict);
        search = search_alternatives(sample, sampling);
        verdict.tried = search.tried;
        if (blame_settings(search, sampling, verdict)) return;
        cause = best_of({{bonds, bond_share(residuals, set)}}, verdict);
        if (cause) return blame(*cause, verdict);
        if (verdict.imbalance < noise_share * verdict.relative_force_error) return;
        verdict.cause = "noise";
        verdict.words = fmt::format("forces of a snapshot add up to zero within {:.2g} only: they have noise",
                                    verdict.imbalance);
    });
}

void compare_energies(const DataSample& sample, const model::Model& model, Verdict& verdict) {
    sample.data(model.cutoff_radius(), 1)->visit([&](const data::TrainingSet& set) {
        judge_energies(energy_rise(set, model), verdict);
    });
}

// Kinds that have others to try fit what they can express far better than those that have none.
bool has_alternatives(const DataSample* sample, const model::SamplingOptions& sampling) {
    return !trainer_of(sampling.encoding)
                .alternatives(sample ? sample->snapshots() : data::SnapshotSet(), sampling)
                .empty();
}

}  // namespace

bool needs_a_look(const VectorFieldError& training, const VectorFieldError& held_out) {
    return (held_out.nodes > 0 ? held_out : training).relative_force > suspicious;
}

Verdict judge(const data::SnapshotSource* source, const model::Model& model,
              const model::SamplingOptions& sampling, const VectorFieldError& training,
              const VectorFieldError& held_out) {
    Verdict verdict;
    verdict.unseen = held_out.nodes > 0;
    verdict.relative_force_error = (verdict.unseen ? held_out : training).relative_force;
    std::optional<DataSample> sample;
    if (source) sample.emplace(*source);
    if (sample && sample->empty()) sample.reset();
    if (verdict.relative_force_error < rounding) {
        verdict.cause = "rounding";
        verdict.words = "good, near rounding";
    }
    if (sample && verdict.relative_force_error < wrong) compare_energies(*sample, model, verdict);
    if (!needs_a_look(training, held_out) || verdict.warns()) return verdict;
    if (sample) find_cause(*sample, model, sampling, verdict);
    const bool found = !verdict.advice.empty();
    const bool pairs = has_alternatives(sample ? &*sample : nullptr, sampling);
    verdict.bad =
        verdict.cause != "noise" && verdict.relative_force_error > (found || pairs ? wrong : useless);
    if (verdict.bad && !found) blame(unknown, verdict);
    return verdict;
}

}  // namespace rfhgn::training
