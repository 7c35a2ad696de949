#include "potential_report.hpp"

#include <array>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace rfhgn::workflow {

namespace {

using training::ErrorsByTarget;
using training::ErrorSums;
using training::ParityPoint;

void add(report::Json& json, const char* name, const char* unit, const ErrorSums& sums) {
    if (sums.count == 0) return;
    json[fmt::format("{}_rmse{}", name, unit)] = sums.rmse();
    json[fmt::format("{}_mae{}", name, unit)] = sums.mae();
}

report::Json json_of(const ErrorsByTarget& errors) {
    report::Json json = report::Json::object();
    add(json, "force", "", errors.force);
    add(json, "energy", "_per_atom", errors.energy_per_atom);
    add(json, "stress", "", errors.stress);
    return json;
}

report::Json json_of(const training::SnapshotError& worst) {
    return {{"snapshot", worst.snapshot},
            {"group", worst.group},
            {"force_rmse", worst.force_rmse},
            {"energy_error_per_atom", worst.energy_error_per_atom}};
}

std::string name_of(int species, const potential::SpeciesNames& names) {
    const auto at = static_cast<std::size_t>(species);
    return species >= 0 && at < names.size() ? names[at] : std::to_string(species);
}

const char* name_of(const ParityPoint& point) {
    constexpr std::array components{"xx", "yy", "zz", "xy", "xz", "yz"};
    constexpr std::array axes{"x", "y", "z"};
    const auto at = static_cast<std::size_t>(point.component);
    return point.of == ParityPoint::Of::force    ? axes[at]
           : point.of == ParityPoint::Of::stress ? components[at]
                                                 : "";
}

}  // namespace

report::Json to_json(const training::PotentialErrors& errors, const data::DataFacts& facts) {
    auto json = json_of(errors.all);
    for (const auto& [species, sums] : errors.force_by_species)
        add(json["species"][name_of(species, facts.species_names)], "force", "", sums);
    if (errors.by_group.size() > 1)
        for (const auto& [group, found] : errors.by_group)
            json["groups"][std::to_string(group)] = json_of(found);
    if (errors.worst_force.snapshot >= 0) json["worst"]["force"] = json_of(errors.worst_force);
    if (errors.worst_energy.snapshot >= 0) json["worst"]["energy"] = json_of(errors.worst_energy);
    return json;
}

std::string text_of(const training::PotentialErrors& errors) {
    const auto& all = errors.all;
    auto text = fmt::format("evaluate: RMSE of force components {:.4g}", all.force.rmse());
    if (all.energy_per_atom.count > 0)
        text += fmt::format(", of energies of an atom {:.4g} ({} known)", all.energy_per_atom.rmse(),
                            all.energy_per_atom.count);
    if (all.stress.count > 0) text += fmt::format(", of stress components {:.4g}", all.stress.rmse());
    text += fmt::format("; forces are worst in snapshot {} ({:.4g})", errors.worst_force.snapshot,
                        errors.worst_force.force_rmse);
    if (errors.worst_energy.snapshot >= 0)
        text += fmt::format(", the energy in snapshot {} ({:+.4g})", errors.worst_energy.snapshot,
                            errors.worst_energy.energy_error_per_atom);
    return text;
}

std::string parity_table(const training::PotentialErrors& errors, const potential::SpeciesNames& names) {
    constexpr std::array kinds{"force", "energy_per_atom", "stress"};
    std::string text = "of,snapshot,group,atom,species,component,data,model\n";
    for (const auto& point : errors.parity)
        text += fmt::format("{},{},{},{},{},{},{},{}\n", kinds[static_cast<std::size_t>(point.of)],
                            point.snapshot, point.group, point.atom < 0 ? "" : std::to_string(point.atom),
                            point.species < 0 ? "" : name_of(point.species, names), name_of(point),
                            point.data, point.model);
    return text;
}

}  // namespace rfhgn::workflow
