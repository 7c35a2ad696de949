#include "rfhgn/training/train.hpp"

namespace rfhgn::training {

void TrainingOptions::bind(config::Section section) {
    section.choice(
        "rates", rates, {"given", "central2", "central4", "leapfrog"},
        "dq/dt and dp/dt of the data set, or from frames along trajectories: central differences of "
        "order 2 or 4 in time, or the equations of leapfrog steps from frame to frame");
    section.number("held_out", held_out, config::Interval{0.0, 1.0, false, true}, "",
                   "fraction of trajectories that judge the ridge and the fit, not used for fitting");
    section.number(
        "energy_weight", energy_weight, config::Interval::at_least(0), "1 / length",
        "how much more the known energy of a snapshot counts than a component of a force: best is the "
        "noise of forces over that of energies; 0: energies fix the constant only");
    section.boolean(
        "uncertainty", uncertainty,
        "keep in the model what standard deviations of its forces need (8 width^2 bytes); default: up to "
        "512 features");
    section.renamed("keep_triangle", "keep_factor");
    section.boolean(
        "keep_factor", keep_factor,
        "store in the model file what further training needs: see rfhgn train --update, rfhgn merge");
    least_squares.bind(section);
    if (keep_factor && least_squares.method == "lsqr")
        section.problem("method", "must be \"direct\" to keep R factors");
    data.bind(section);
    section.only_if("data_memory", rates == "given",
                    "rates is \"given\": those from frames are made in memory");
    section.only_if("uncertainty", least_squares.method == "direct", "method is \"direct\"");
    if (energy_weight > 0 && rates == "leapfrog")
        section.problem(
            "energy_weight",
            "must be 0 with rates = \"leapfrog\", which learn the Hamiltonian of the steps, not the "
            "energy");
    if (energy_weight > 0 && least_squares.leave_one_out)
        section.problem("energy_weight", "must be 0 to leave snapshots out");
    if (rates != "given" && data.stream == "always")
        section.problem("stream", "must not be \"always\" with rates from frames, which are made in memory");
}

}  // namespace rfhgn::training
