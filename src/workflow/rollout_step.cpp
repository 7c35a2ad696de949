#include "rollout_step.hpp"

#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"

#include "rollout_setup.hpp"

namespace rfhgn::workflow {

namespace {

constexpr double steps_a_period = 40;

// So that ranks whose sums differ by rounding agree, and a later run on others does.
double two_digits(double value) {
    return std::stod(fmt::format("{:.1e}", value));
}

double chosen_step(const dynamics::ModeSpectrum& modes) {
    const double period = modes.shortest_period();
    require(std::isfinite(period), Advice{"give rollout.dt"},
            "rollout.dt is to follow from the force, but no force depends on where the particles are");
    return two_digits(period / steps_a_period);
}

}  // namespace

bool judged_by_force(const RolloutOptions& options) {
    return !options.described || options.dt.automatic;
}

RolloutStep choose_step(const Context& context, const InitialState& start,
                        const potential::ForceField& field) {
    const auto& options = context.options.rollout;
    RolloutStep step{options.dt.value, options.dt.automatic};
    if (!judged_by_force(options)) return step;
    const auto probe = start.run(field, {}, list_style_of(options));
    step.modes = dynamics::mode_spectrum(context.comm, probe.graph(), field, probe.simulation->state());
    parallel::together(context.comm, [&] {
        if (step.chosen) step.dt = chosen_step(*step.modes);
        const double limit = step.modes->stable_step();
        require(step.dt <= limit,
                Advice{"use at most a tenth of it for accurate trajectories; dt = \"auto\" chooses"},
                "rollout.dt is {}, but leapfrog is unstable above {:.3g} (2/omega of the fastest vibration "
                "about the start, by the {} force)",
                step.dt, limit, options.force);
    });
    return step;
}

std::string describe(const RolloutStep& step) {
    const auto& modes = *step.modes;
    const auto chosen =
        step.chosen ? fmt::format(", chosen as 1/{} of the shortest period", steps_a_period) : "";
    if (modes.largest_frequency() == 0)
        return fmt::format("dt is {}{}; nothing vibrates about the start", step.dt, chosen);
    return fmt::format(
        "dt is {}, {:.2g} of leapfrog's limit{}: the fastest vibration about the start has the "
        "angular frequency {:.4g}",
        step.dt, step.dt / modes.stable_step(), chosen, modes.largest_frequency());
}

report::Json to_json(const RolloutStep& step) {
    const auto& modes = *step.modes;
    const double limit = modes.stable_step();
    return {{"chosen", step.chosen},
            {"largest_frequency", modes.largest_frequency()},
            {"leapfrog_limit", std::isfinite(limit) ? report::Json(limit) : report::Json()},
            {"part_of_limit", step.dt / limit}};
}

}  // namespace rfhgn::workflow
