#pragma once
/// Errors on groups of rows (snapshots) that the fit had not seen, without fitting again: leaving group s out
/// of a ridge problem turns its residual r_s into (I − H_s)⁻¹ r_s, H_s = Z_s D⁻¹ (R_λᵀ R_λ)⁻¹ D⁻¹ Z_sᵀ,
/// exactly for the same λ and D.

#include <span>
#include <vector>

#include "rfhgn/linalg/ridge.hpp"
#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::linalg {

/// One group. Errors are root mean squares over its rows, in units of the right-hand side.
struct GroupError {
    GlobalIndex group = 0;
    GlobalIndex rows = 0;
    double left_out =
        0;  ///< infinity when some direction is fitted by this group alone (1 − leverage < 1e-10)
    double fitted = 0;
};

struct LeaveOneOut {
    GlobalIndex groups = 0;
    double relative_error = 0;      ///< |(I − H)⁻¹ r| / |u| over all groups that can be left out
    double rms = 0;                 ///< the same per row, in units of the right-hand side
    GlobalIndex indispensable = 0;  ///< groups whose left-out error is infinite
    std::vector<GroupError> worst;  ///< at most ten, worst first
};

/// Rows and what they are multiplied by.
struct WeightedRows {
    const RowSource& rows;
    double weight = 1.0;
};

/// One pass over the training rows, for the fit `coefficients` of the first coefficients.size() columns at
/// `ridge`. Groups: RowSource::groups, of all targets together; errors are of rows with their weights. The
/// same on every rank. *Collective.* Throws InputError where groups do not ascend.
LeaveOneOut leave_one_out(const parallel::Communicator& comm, std::span<const WeightedRows> targets,
                          const RidgeSolution& ridge, const std::vector<double>& coefficients);
LeaveOneOut leave_one_out(const parallel::Communicator& comm, const RowSource& source,
                          const RidgeSolution& ridge, const std::vector<double>& coefficients);

}  // namespace rfhgn::linalg
