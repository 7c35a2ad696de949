#include "measurements.hpp"

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/dynamics/thermodynamics.hpp"

namespace rfhgn::workflow {

io::ExtraScalars thermodynamic_scalars(const parallel::Communicator& comm, const SimulatedSystem& system,
                                       const potential::ForceField& field) {
    if (!system.follows_space) return {};
    const auto values = [comm, &field, volume = system.volume(),
                         units = system.units](const dynamics::StepView& frame) {
        const auto now = dynamics::thermodynamics(comm, frame, field, units, volume);
        return std::vector<double>{now.temperature, now.pressure};
    };
    return {{"temperature", "pressure"}, values};
}

dynamics::ObservedRun observed_run(const parallel::Communicator& comm, const SimulatedSystem& system,
                                   const potential::ForceField& field, const RolloutOptions& options,
                                   double dt) {
    return {.comm = comm,
            .species = system.species_count,
            .units = system.units,
            .field = &field,
            .volume = system.volume(),
            .cutoff = system.follows_space ? system.cutoff : 0.0,
            .steps = options.steps,
            .dt = dt};
}

Measurements::Measurements(const dynamics::ObserveOptions& options, const dynamics::ObservedRun& run,
                           dynamics::Simulation& simulation) {
    for (const auto& kind : options.kinds) {
        auto measurement = kind->observe(run, options.sampling);
        attached_.push_back({kind->files(), measurement.get()});
        simulation.observe_with(std::move(measurement));
    }
}

void Measurements::write(const parallel::Communicator& comm, const std::string& prefix) const {
    for (const auto& [files, measurement] : attached_) {
        const auto& tables = measurement->findings().tables;
        RFHGN_ASSERT(std::ranges::equal(files, tables, {}, {}, [](const auto& t) { return t.first; }));
        for (const auto& [name, table] : tables) report::write_text(comm, prefix + name, to_csv(table));
    }
}

void Measurements::add_to(report::Json& summary, const std::string& prefix) const {
    for (const auto& [files, measurement] : attached_)
        for (const auto& [path, number] : measurement->findings().numbers)
            summary[report::Json::json_pointer("/" + prefix + path)] =
                std::isfinite(number) ? report::Json(number) : report::Json();
}

std::vector<std::string> measurement_files(const dynamics::ObserveOptions& options,
                                           const std::string& prefix) {
    std::vector<std::string> names;
    for (const auto& kind : options.kinds)
        for (const auto& file : kind->files()) names.push_back(prefix + file);
    return names;
}

}  // namespace rfhgn::workflow
