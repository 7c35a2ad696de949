#pragma once

#include "rfhgn/training/trainer.hpp"
#include "rfhgn/training/verdict.hpp"

#include "sample.hpp"

namespace rfhgn::training {

/// What other keys come to on a sample.
struct Search {
    std::vector<TriedSettings> tried{};  ///< the first as trained
    std::string best_keys{};             ///< that differ; empty: none does better
    std::string best_encoding{};
    double best_error = 0;

    [[nodiscard]] double own_error() const { return tried.empty() ? 0 : tried.front().relative_force_error; }
};

/// Greedy: the best key first, then others beside it, as long as errors fall by half. Nothing where the kind
/// has no alternatives.
Search search_alternatives(const DataSample& sample, model::SamplingOptions sampling);

}  // namespace rfhgn::training
