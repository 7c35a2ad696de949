#pragma once
/// The triangular factor of [Z u]: all that a least-squares problem leaves behind of its rows. Triangles of
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
struct Triangle {
    int columns = 0;
    LargeArray values;
    GlobalIndex rows = 0;  ///< rows that went in; 0: values are all zero

    Triangle() = default;
    /// Of no rows.
    explicit Triangle(int n);

    /// |u|².
    [[nodiscard]] double squared_rhs() const;
    /// |Z θ − u|² for coefficients [columns].
    [[nodiscard]] double squared_residual(const std::vector<double>& coefficients) const;
};

/// The upper triangle column by column, [(n + 1)(n + 2) / 2]: what has to be sent or stored.
std::vector<double> packed(const Triangle& triangle);
Triangle unpacked(int columns, GlobalIndex rows, const std::vector<double>& packed);

/// Triangles of training and held-out rows from one pass over the blocks.
struct TrianglePair {
    Triangle training;
    Triangle held_out;  ///< rows == 0 when nothing is held out
};

/// The triangle of a's rows followed by b's. Local; the order of the arguments decides the last bits.
Triangle merge(const Triangle& a, const Triangle& b);
TrianglePair merge(const TrianglePair& a, const TrianglePair& b);

/// One streaming pass. The result is on every rank, and bit-identical on any number of ranks. *Collective.*
/// Throws RunError when rows hold non-finite numbers (naming leaf and block), or numbers whose squares
/// overflow.
TrianglePair factorise(const parallel::Communicator& comm, const RowSource& source);

}  // namespace rfhgn::linalg
