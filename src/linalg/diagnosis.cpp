#include "rfhgn/linalg/diagnosis.hpp"

#include <cmath>

#include "rfhgn/base/error.hpp"

namespace rfhgn::linalg {

namespace {

constexpr double exact = 1e-12;
constexpr double near_the_floor = 10.0;
constexpr double of_its_size = 3.0;
constexpr double much_larger = 3.0;
constexpr double falling_with_width = 0.8;  // from three quarters of the width to all of it
constexpr double falling_with_ridge = 0.5;
constexpr double two_decades = 100.0;

double judged(double training, double held_out) {
    return std::isnan(held_out) ? training : held_out;
}

bool falls_with_width(const LeastSquaresReport& report) {
    if (report.width_curve.size() < 2) return false;
    const auto& full = report.width_curve.back();
    const WidthPoint* narrower = nullptr;
    for (const auto& point : report.width_curve)
        if (4 * point.columns <= 3 * full.columns) narrower = &point;
    return narrower != nullptr &&
           judged(full.training_error, full.held_out_error) <
               falling_with_width * judged(narrower->training_error, narrower->held_out_error);
}

bool falls_with_ridge(const LeastSquaresReport& report) {
    const auto& path = report.ridge_path;
    if (path.empty()) return false;
    for (const auto& point : path)
        if (point.ridge >= 0.999 * two_decades * path.front().ridge)
            return path.front().training_error < falling_with_ridge * point.training_error;
    return false;
}

// A ridge of noisy data is larger; one at the floor that still costs as much as the whole error is there for
// rounding alone.
bool ridge_of_rounding_costs_it(const LeastSquaresReport& report, double error) {
    return !report.ridge_path.empty() && report.ridge_choice != "given" &&
           report.ridge <= near_the_floor * report.ridge_path.front().ridge &&
           error <= of_its_size * report.ridge_bias;
}

}  // namespace

Diagnosis diagnose(const LeastSquaresReport& report) {
    if (report.width_curve.empty()) return {};
    if (report.pruning && report.pruning->columns < report.pruning->full_columns)
        return {"tolerance", fmt::format("pruned to the tolerance {:.1e}", report.pruning->tolerance)};
    const double error = judged(report.training_error, report.held_out_error);
    if (error < exact) return {"rounding", fmt::format("the error {:.1e} is rounding", error)};
    const bool wider_helps = falls_with_width(report);
    if (!(wider_helps && report.rank == report.columns) && ridge_of_rounding_costs_it(report, error))
        return {"rounding",
                fmt::format("the error {:.1e} is what the smallest ridge that rounding allows costs "
                            "(rank {} of {})",
                            error, report.rank, report.columns)};
    if (report.held_out_error > much_larger * report.training_error)
        return {
            "data",
            fmt::format("the held-out error is {:.1f} times the training error: more snapshots would help",
                        report.held_out_error / report.training_error)};
    if (wider_helps && report.rank == report.columns)
        return {"width", "the error still falls at full width: more features would help"};
    if (wider_helps || falls_with_ridge(report))
        return {"rounding",
                fmt::format("features are numerically dependent (rank {} of {}) and the error falls down "
                            "to the smallest ridge that rounding allows",
                            report.rank, report.columns)};
    return {
        "data",
        fmt::format("neither more features nor a smaller ridge lowers the error {:.1e}: noise in the data, "
                    "or forces that such features cannot express",
                    error)};
}

}  // namespace rfhgn::linalg
