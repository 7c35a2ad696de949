#include "fluid_statistics.hpp"

#include <array>
#include <cmath>

namespace rfhgn::workflow {

io::ExtraScalars thermodynamic_scalars(const parallel::Communicator& comm, const systems::System& system,
                                       const potential::ForceField& field) {
    if (!system.follows_space()) return {};
    const double volume = graph::volume(system.box());
    const auto values = [comm, &field, volume, units = system.units()](const dynamics::StepView& frame) {
        const auto now = dynamics::thermodynamics(comm, frame, field, units, volume);
        return std::vector<double>{now.temperature, now.pressure};
    };
    return {{"temperature", "pressure"}, values};
}

FluidStatistics::FluidStatistics(const parallel::Communicator& comm, const systems::System& system,
                                 const potential::ForceField& field, const RolloutOptions& options,
                                 dynamics::Simulation& simulation) {
    const dynamics::Fluid fluid{graph::volume(system.box()), system.cutoff(), system.species_count(),
                                system.units()};
    const auto& observe = options.observe;
    simulation.observe_with(
        dynamics::observe_averages(comm, observe, fluid, field, options.steps, averages_));
    simulation.observe_with(dynamics::observe_radial(comm, observe, fluid, options.steps, radial_));
    simulation.observe_with(
        dynamics::observe_motion(comm, observe, fluid, options.steps, options.dt, motion_));
}

void FluidStatistics::write(const parallel::Communicator& comm, const std::string& prefix) const {
    report::write_text(comm, prefix + "radial.csv", to_csv(radial_));
    report::write_text(comm, prefix + "motion.csv", to_csv(motion_));
}

report::Json FluidStatistics::averages() const {
    constexpr std::array names{"temperature", "pressure", "kinetic", "potential", "total"};
    const auto number = [](double value) {
        return std::isfinite(value) ? report::Json(value) : report::Json();
    };
    report::Json json;
    for (std::size_t k = 0; k < averages_.rows.size(); ++k)
        json[names[k]] = {{"mean", number(averages_.rows[k][0])}, {"error", number(averages_.rows[k][1])}};
    return json;
}

}  // namespace rfhgn::workflow
