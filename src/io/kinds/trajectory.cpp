/// Trajectories in H5MD, also those of other programs.

#include <fmt/format.h>

#include "description.hpp"
#include "file_kind.hpp"
#include "species_names.hpp"

namespace rfhgn::io {

namespace {

using hdf5::Reader;

bool recognises(const UnknownFile& file) {
    return file.hdf5 && file.hdf5->has("/h5md") && file.hdf5->has("/particles/trajectory");
}

std::string describe(const UnknownFile& unknown, const std::string& /*seal*/) {
    const Reader& file = *unknown.hdf5;
    const std::string group = "/particles/trajectory";
    const auto shape = file.shape(group + "/position/value", 3);
    const auto steps = file.all<GlobalIndex>(group + "/position/step");
    const auto times = file.all<double>(group + "/position/time");
    std::string out;
    add_line(out, "creator", text_or(file, "/h5md/creator", "name", "not given"));
    add_line(out, "particles", std::to_string(shape[1]));
    add_line(out, "frames", std::to_string(shape[0]));
    if (!steps.empty() && !times.empty()) {
        add_line(out, "steps", fmt::format("{} to {}", steps.front(), steps.back()));
        add_line(out, "times", fmt::format("{} to {}", times.front(), times.back()));
    }
    std::vector<std::string> quantities;
    for (const char* name : {"position", "velocity", "momentum", "force", "force_deviation"})
        if (file.has(group + "/" + name)) quantities.emplace_back(name);
    add_line(out, "quantities", listed(quantities));
    if (file.has_attribute(group + "/species", "names"))
        add_line(out, "species names",
                 potential::numbered(read_species_names(file, group + "/species", "names")));
    if (file.has("/connectivity/bonds"))
        add_line(out, "bonds", std::to_string(file.shape("/connectivity/bonds")[0]));
    add_provenance(out, file, "/parameters/provenance");
    return out;
}

}  // namespace

const FileKind& trajectory() {
    static const FileKind kind{.name = "trajectory (H5MD)", .recognises = recognises, .describe = describe};
    return kind;
}

}  // namespace rfhgn::io
