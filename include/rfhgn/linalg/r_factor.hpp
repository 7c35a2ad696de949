#pragma once
/// The triangular factor of [Z u]: all that a least-squares problem leaves behind of its rows. R factors of
/// different rows merge, so that a problem can be reduced leaf by leaf, rank by rank, or data set by data
/// set.

#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/linalg/large_array.hpp"
#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::linalg {

/// Upper-triangular factor of [Z u]: values [n + 1, n + 1] column-major, n = columns, zero below the
/// diagonal; the last column holds Qᵀu and, in the corner, the residual norm (signs as they come).
struct RFactor {
    int columns = 0;
    LargeArray values;
    GlobalIndex rows = 0;  ///< rows that went in; 0: values are all zero

    RFactor() = default;
    /// Of no rows.
    explicit RFactor(int n);

    /// Rows of it that hold more than rounding errors: as many as went in, and one for each column among them
    /// that is zero.
    [[nodiscard]] int height() const;
    /// |u|².
    [[nodiscard]] double squared_rhs() const;
    /// |Z θ − u|² for coefficients [columns].
    [[nodiscard]] double squared_residual(const std::vector<double>& coefficients) const;
};

/// The upper R factor column by column, [(n + 1)(n + 2) / 2]: what has to be sent or stored.
std::vector<double> packed(const RFactor& r_factor);
RFactor unpacked(int columns, GlobalIndex rows, const std::vector<double>& packed);

/// R factors of training and held-out rows from one pass over the blocks.
struct RFactorPair {
    RFactor training;
    RFactor held_out;  ///< rows == 0 when nothing is held out
};

/// The R factor of a's rows followed by b's. Local; the order of the arguments decides the last bits.
RFactor merge(const RFactor& a, const RFactor& b);
RFactorPair merge(const RFactorPair& a, const RFactorPair& b);

/// One streaming pass. The result is on every rank, and bit-identical on any number of ranks. *Collective.*
/// Throws RunError when rows hold non-finite numbers (naming leaf and block), or numbers whose squares
/// overflow.
RFactorPair factorise(const parallel::Communicator& comm, const RowSource& source);

}  // namespace rfhgn::linalg
