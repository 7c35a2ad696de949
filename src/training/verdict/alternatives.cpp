#include "alternatives.hpp"

#include <algorithm>
#include <limits>

#include "rfhgn/base/error.hpp"

namespace rfhgn::training {

namespace {

constexpr int widest = 128;  // of layers that are tried

// On unseen snapshots, of training ones where none is held out; infinite where it cannot be trained.
double error_with(const DataSample& sample, const model::SamplingOptions& sampling) {
    const auto& trainer = trainer_of(sampling.encoding);
    TrainingOptions options;
    options.uncertainty = false;
    options.energy_weight_given = options.virial_weight_given = true;  // at zero
    options.least_squares.lsqr_iterations = 0;
    constexpr double hopeless = std::numeric_limits<double>::infinity();
    try {
        const auto data = sample.data(trainer.cutoff(sampling), trainer.widest_problem(sampling));
        const auto result = trainer.train(*data, sampling, options);
        return (result.held_out.nodes > 0 ? result.held_out : result.training).relative_force;
    } catch (const InputError&) {
        return hopeless;
    } catch (const RunError&) {
        return hopeless;
    }
}

// As it is tried: forces only, T known, no wider than what takes a moment.
model::SamplingOptions to_try(model::SamplingOptions sampling) {
    sampling.message_width = std::min(sampling.message_width, widest);
    sampling.edge_width = std::min(sampling.edge_width, widest);
    sampling.kinetic = "known";
    return sampling;
}

// The best of those that halve the error, or nearly so by another kind of model (a small one here); the
// search takes it over.
std::optional<Alternative> best_beside(const DataSample& sample, const model::SamplingOptions& sampling,
                                       Search& search) {
    constexpr double half = 0.5;
    constexpr double nearly_half = 0.6;
    const double before_it = search.best_error;
    const auto before = search.best_keys.empty() ? std::string() : search.best_keys + ", ";
    std::optional<Alternative> best;
    for (auto& other : trainer_of(sampling.encoding).alternatives(sample.snapshots(), sampling)) {
        const double error = error_with(sample, other.sampling);
        search.tried.push_back({before + other.keys, error});
        const double part = other.sampling.encoding == sampling.encoding ? half : nearly_half;
        if (error > part * before_it || error >= search.best_error) continue;
        search.best_error = error;
        best = std::move(other);
    }
    return best;
}

}  // namespace

Search search_alternatives(const DataSample& sample, model::SamplingOptions sampling) {
    Search search;
    sampling = to_try(std::move(sampling));
    if (trainer_of(sampling.encoding).alternatives(sample.snapshots(), sampling).empty()) return search;
    search.best_error = error_with(sample, sampling);
    search.best_encoding = sampling.encoding;
    search.tried.push_back({"as trained", search.best_error});
    constexpr int most_keys = 3;
    constexpr double exact = 1e-3;
    for (int keys = 0; keys < most_keys && search.best_error > exact; ++keys) {
        const auto better = best_beside(sample, sampling, search);
        if (!better) break;
        search.best_keys = search.best_keys.empty() ? better->keys : search.best_keys + ", " + better->keys;
        search.best_encoding = better->sampling.encoding;
        sampling = better->sampling;
    }
    return search;
}

}  // namespace rfhgn::training
