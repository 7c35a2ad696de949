#include "rfhgn/config/deck.hpp"
#include "rfhgn/linalg/least_squares.hpp"

namespace rfhgn::linalg {

void LeastSquaresOptions::bind(config::Section section) {
    using config::Interval;
    section.number("ridge", ridge, Interval::between(-1, 1), "largest singular value",
                   "Tikhonov parameter on columns scaled to norm 1; negative: chosen on held-out rows");
    section.number(
        "ridge_floor", ridge_floor, {1e-16, 1, false, false}, "largest singular value",
        "smallest Tikhonov parameter that is tried or used; 1e-13 makes coefficients repeat better");
    section.integer("lsqr_iterations", lsqr_iterations, Interval::between(0, 1000),
                    "LSQR steps, at most, that certify and refine the direct solution; 0: none");
    section.choice("method", method, {"direct", "lsqr"},
                   "direct: tall-skinny QR, then LSQR; lsqr: plain LSQR from zero, for comparison");
    section.choice("rows", rows, {"auto", "keep", "recompute"},
                   "whether LSQR keeps the rows in memory or computes them again; auto: by row_memory");
    section.number("row_memory", row_memory, Interval::at_least(0), "MiB",
                   "memory per rank that kept rows may take");
}

}  // namespace rfhgn::linalg
