#include "rfhgn/config/deck.hpp"
#include "rfhgn/linalg/least_squares.hpp"

namespace rfhgn::linalg {

void LeastSquaresOptions::bind(config::Section section) {
    using config::Interval;
    section.number("ridge", ridge, Interval::between(-1, 1), "largest singular value",
                   "Tikhonov parameter on columns scaled to norm 1; negative: chosen on held-out rows");
    section.number(
        "ridge_floor", ridge_floor, {1e-16, 1, false, false}, "largest singular value",
        "smallest Tikhonov parameter that is tried or used; default: 5e-15 where held-out rows choose, 1e-13 "
        "(coefficients repeat better) where nothing is held out");
    section.integer("lsqr_iterations", lsqr_iterations, Interval::between(0, 1000),
                    "LSQR steps, at most, that certify and refine the direct solution; 0: none");
    section.choice("method", method, {"direct", "lsqr"},
                   "direct: tall-skinny QR, then LSQR; lsqr: plain LSQR from zero, for comparison");
    section.choice("rows", rows, {"auto", "keep", "recompute"},
                   "whether LSQR keeps the rows in memory or computes them again; auto: by row_memory");
    section.number("row_memory", row_memory, Interval::at_least(0), "MiB",
                   "memory per rank that kept rows may take");
    section.number(
        "prune_tolerance", prune_tolerance, {0, 1, false, true}, "",
        "keep the fewest leading features whose relative error (held-out if there is one) is below "
        "this; 0: keep all");
    section.boolean(
        "leave_one_out", leave_one_out,
        "estimate the error of each snapshot had it been left out, by one more pass over the rows");
    section.only_if({"ridge", "ridge_floor", "lsqr_iterations"}, method == "direct", "method is \"direct\"");
    section.only_if("lsqr_iterations", prune_tolerance == 0, "prune_tolerance is 0");
    const bool runs_lsqr = method == "lsqr" || (lsqr_iterations > 0 && prune_tolerance == 0);
    section.only_if({"rows", "row_memory"}, runs_lsqr,
                    "LSQR runs: lsqr_iterations above 0, no prune_tolerance");
    section.only_if("row_memory", rows == "auto", "rows is \"auto\"");
    if (method == "lsqr" && (prune_tolerance > 0 || leave_one_out))
        section.problem("method",
                        "must be \"direct\" to prune or to leave snapshots out: both need an R factor");
}

}  // namespace rfhgn::linalg
