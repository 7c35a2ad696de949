#pragma once
/// What a ridge problem does not say of itself (ridge, weights of targets, penalties of columns, width) shows
/// where parts of the rows are left out in turn. One pass reduces each part of each target to an R factor;
/// any setting is then judged from these: leaving a part out is a sum of small matrices.

#include <memory>
#include <span>
#include <vector>

#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/linalg/target_rows.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::linalg {

/// R factors of a target without its weight, one for each part of its rows (RowSource::part).
using PartFactors = std::vector<RFactor>;

/// Keepers of the R factors of two consecutive parts of a target; may be null.
using PartKeepers = std::vector<FactorCheckpoint*>;

/// R factors of the parts of each target, in one pass over all of them; on every rank and with the same bits
/// on any number of ranks. `keepers` [targets][(parts + 1) / 2]. Adds its seconds to "rows", "factorisation"
/// and "tree". *Collective.* Throws as factorise.
std::vector<PartFactors> factorise_parts(const parallel::Communicator& comm,
                                         std::span<const RowSource* const> targets, int parts,
                                         std::span<const PartKeepers> keepers, parallel::PhaseTimes& times);

/// All parts together, or all but one. Local; the order of parts decides the last bits.
RFactor merge(const PartFactors& parts, int but = -1);

/// A ridge problem but for its ridge.
struct RidgeSetting {
    std::vector<double> weights;  ///< of targets
    std::vector<double>
        penalty{};  ///< γ [columns] of λ² Σ γ_k² D_k² θ_k², D_k the norm of column k; empty: 1
};

/// What is left of rows that a fit has not seen: sums of squares [parts, targets], row by row; infinite where
/// the ridge is too small for double precision.
using LeftOutSquares = std::vector<double>;

class CrossValidation {
  public:
    /// Makes normal matrices of what is left where each part is left out: parts are dealt out to ranks.
    /// Without rows a part is not left out. Keeps a view of the factors. *Collective.*
    CrossValidation(const parallel::Communicator& comm, std::span<const PartFactors> targets);
    ~CrossValidation();

    [[nodiscard]] int columns() const noexcept { return columns_; }
    /// Parts that are left out.
    [[nodiscard]] int parts() const noexcept { return static_cast<int>(left_out_.size()); }
    /// For each λ (as in RidgeSetting) and within it for each width: what the first `width` columns leave.
    /// Same bits on any number of ranks. *Collective.*
    [[nodiscard]] std::vector<LeftOutSquares> errors(const RidgeSetting& setting,
                                                     std::span<const double> ridges,
                                                     std::span<const int> widths) const;

  private:
    struct Part {
        int part;
        std::vector<LargeArray> normal;  ///< of each target without this part [n + 1, n + 1], upper triangle
    };
    struct Scratch;
    void solve(const Part& part, const RidgeSetting& setting, std::span<const double> ridges,
               std::span<const int> widths, std::size_t place, std::span<LeftOutSquares> errors) const;

    parallel::Communicator comm_;
    std::span<const PartFactors> targets_;
    int columns_;
    std::vector<int> left_out_;
    std::vector<Part> mine_;
    std::unique_ptr<Scratch> scratch_;
};

}  // namespace rfhgn::linalg
