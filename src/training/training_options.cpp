#include "rfhgn/training/training_options.hpp"

namespace rfhgn::training {

void TrainingOptions::bind(config::Section section) {
    energy_weight_given = section.has("energy_weight");
    virial_weight_given = section.has("virial_weight");
    section.choice(
        "rates", rates, {"given", "central2", "central4", "leapfrog"},
        "dq/dt and dp/dt of the data set, or from frames along trajectories: central differences of "
        "order 2 or 4 in time, or the equations of leapfrog steps from frame to frame");
    section.number("held_out", held_out, config::Interval{0.0, 1.0, false, true}, "",
                   "fraction of trajectories that judge the ridge and the fit, not used for fitting");
    section.integer(
        "folds", folds, config::Interval::between(2, 100),
        "many_body: parts of the snapshots that are left out in turn to choose what is not given; "
        "the held-out one is among them");
    section.number_or_auto(
        "energy_weight", energy_weight, config::Interval::at_least(0), "1 / length",
        "how much more the known energy of a snapshot counts than a component of a force; auto: the noise of "
        "forces over that of energies, which is best; 0: energies fix the constant only");
    section.number_or_auto("virial_weight", virial_weight, config::Interval::at_least(0), "1 / length",
                           "how much more a component of the known virial of a snapshot in a box counts than "
                           "one of a force; auto: "
                           "the noise of forces over that of virials; 0: virials are not used");
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
    if (energy_weight.positive() && rates == "leapfrog")
        section.problem(
            "energy_weight",
            "must be 0 with rates = \"leapfrog\", which learn the Hamiltonian of the steps, not the "
            "energy");
    for (const auto& [key, weight] :
         {std::pair{"energy_weight", energy_weight}, {"virial_weight", virial_weight}})
        if (weight.automatic && least_squares.method == "lsqr")
            section.problem(key, "must be a number with method = \"lsqr\": to choose one needs an R factor");
    if (rates != "given" && data.stream == "always")
        section.problem("stream", "must not be \"always\" with rates from frames, which are made in memory");
}

}  // namespace rfhgn::training
