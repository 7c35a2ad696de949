#pragma once
/// What a fit did not have to be told: settings that were tried, judged by cross-validation.

#include <string>
#include <utility>
#include <vector>

namespace rfhgn::training {

struct TriedSetting {
    std::vector<std::pair<std::string, double>> values{};  ///< by name
    /// Of left-out rows, over all of them, in the units of the data.
    double force_rmse = 0;
    double energy_rmse_per_atom = 0;  ///< NaN without energies
    double score = 0;                 ///< what is least for the best, see docs/method.md
};

struct Choice {
    int folds = 0;  ///< parts that were left out in turn
    std::vector<TriedSetting> tried{};
    std::size_t chosen = 0;  ///< of tried
};

}  // namespace rfhgn::training
