#pragma once

#include <string>

#include "rfhgn/linalg/least_squares.hpp"

namespace rfhgn::linalg {

/// What keeps the error of a solve from being smaller, and what would help.
struct Diagnosis {
    std::string limited_by;  ///< "tolerance", "rounding", "data", "width"; empty for plain LSQR
    std::string words;       ///< one sentence
};

/// The first rule that holds decides. The error is held-out where rows are held out, else of training.
///   tolerance  columns were pruned: a smaller error was not wanted
///   rounding   the error is below 1e-12: nothing is left to gain
///   rounding   λ was chosen within a decade of the smallest one, and the error is at most 3 times what it
///              takes from the fit (ridge_bias); unless the rule of "width" below holds
///   data       the held-out error is more than 3 times the training error: more data would help
///   width      no column depends on the others (rank = columns) and the error at full width is less than 0.8
///              of that at three quarters of the width: more columns would help
///   rounding   the training error still halves over the last two decades of λ, or falls with the width as
///              above though rank < columns: the smallest λ that rounding allows decides
///   data       neither more columns nor a smaller λ lowers the error: noise in the data, or what columns of
///              this kind cannot express
/// Local.
Diagnosis diagnose(const LeastSquaresReport& report);

}  // namespace rfhgn::linalg
