#pragma once
/// How good a setting is by what is left of rows that its fits have not seen.

#include <span>
#include <vector>

namespace rfhgn::training {

/// Logarithms of root mean squares, part by part and relative to those of another setting; the mean of them
/// without the largest and the least (of at least four parts), so that no single part decides. Forces count
/// three quarters and energies one; forces alone where there is no energy.
class Score {
  public:
    /// Squares of the setting that others are compared with [parts, targets]; which target energies are, −1:
    /// none.
    Score(std::vector<double> reference, std::size_t targets, int energies)
        : reference_(std::move(reference)), targets_(targets), energies_(energies) {}

    /// 0 for the reference; smaller is better; infinite for fits that failed.
    [[nodiscard]] double operator()(std::span<const double> squares) const;

  private:
    [[nodiscard]] double of_target(std::span<const double> squares, std::size_t target) const;

    std::vector<double> reference_;
    std::size_t targets_;
    int energies_;
};

}  // namespace rfhgn::training
