#pragma once
/// min over θ of |Z θ − u|² + λ²|D θ|², Z tall, dense and as a rule numerically rank deficient; D holds the norms of
/// Z's columns. One streaming pass reduces [Z u] to a triangle (Householder, fixed binary tree over leaves); its SVD
/// answers rank, condition and every λ; KSP LSQR on [Z; λD] R_λ⁻¹ certifies and refines the direct solution.

#include <string>
#include <vector>

#include "rfhgn/linalg/row_source.hpp"
#include "rfhgn/parallel/communicator.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::config {
class Section;
}

namespace rfhgn::linalg {

/// Upper-triangular factor of [Z u]: values [n + 1, n + 1] column-major, n = columns; its last column holds Qᵀu and, in
/// the corner, the residual norm.
struct Triangle {
    int columns = 0;
    std::vector<double> values;
    GlobalIndex rows = 0;  ///< rows that went in
    double squared_rhs = 0;  ///< |u|²
};

/// Triangles of training and held-out rows from one pass over the blocks.
struct TrianglePair {
    Triangle training;
    Triangle held_out;  ///< rows == 0 when nothing is held out
};

/// One streaming pass. The result is on every rank, and bit-identical on any number of ranks. *Collective.*
TrianglePair factorise(const parallel::Communicator& comm, const RowSource& source);

struct LeastSquaresOptions {
    double ridge = -1.0;        ///< λ relative to the largest singular value of the scaled R; < 0: chosen
    double ridge_floor = 1e-14; ///< smallest λ that is tried
    int lsqr_iterations = 3;    ///< refinement steps at most; 0: direct solution only
    std::string method = "direct";  ///< "direct" (triangle, then LSQR certifies) or "lsqr" (plain KSP LSQR, for comparison)
    std::string rows = "auto";  ///< "keep", "recompute", or "auto" by `row_memory`
    double row_memory = 1024;   ///< MiB per rank that kept rows may take

    void bind(config::Section section);
};

struct RidgePoint {
    double ridge;            ///< relative λ
    double training_error;   ///< |Zθ − u| / |u|
    double held_out_error;   ///< the same on held-out rows; NaN without any
    double coefficient_norm; ///< |θ|
};

struct LeastSquaresReport {
    int columns = 0;
    GlobalIndex rows = 0;
    GlobalIndex held_out_rows = 0;
    double ridge = 0;              ///< relative λ used
    std::string ridge_choice;      ///< "held-out", "given", "floor"
    int rank = 0;                  ///< singular values of the scaled R above 1e-14 of the largest
    double condition = 0;          ///< of the scaled R; infinity when singular
    double training_error = 0;     ///< |Zθ − u| / |u|
    double held_out_error = 0;     ///< NaN without held-out rows
    double normal_residual = 0;    ///< |Bᵀr| / (|B||r|) of the ridge system in the preconditioned variables
    int lsqr_iterations = 0;
    std::string lsqr_reason;       ///< KSP's converged reason in words
    double largest_coefficient = 0;
    std::vector<RidgePoint> ridge_path;
    parallel::PhaseTimes times;    ///< "rows", "factorisation", "tree", "spectrum", "lsqr"
};

struct LeastSquaresSolution {
    std::vector<double> coefficients;  ///< [columns], on every rank
    LeastSquaresReport report;
};

/// Solves for θ. PETSc options with the prefix `-rfhgn_` reach the KSP. *Collective.* Throws RunError when rows hold
/// non-finite numbers (naming leaf and block) or there are none.
LeastSquaresSolution solve(const parallel::Communicator& comm, const RowSource& source, const LeastSquaresOptions& options);

}  // namespace rfhgn::linalg
