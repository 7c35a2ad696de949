#include "rfhgn/io/inspect.hpp"

#include <algorithm>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/visible.hpp"
#include "rfhgn/io/checkpoint.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "block_seal.hpp"
#include "checkpoint_layout.hpp"
#include "data_set_layout.hpp"
#include "format.hpp"
#include "hdf5_reader.hpp"
#include "report_text.hpp"
#include "trial_reading.hpp"

namespace rfhgn::io {

namespace {

using hdf5::Reader;

void line(std::string& out, const std::string& name, const std::string& value) {
    out += fmt::format("  {:<18} {}\n", name, visible_line(value));
}

std::string text_or(const Reader& file, const std::string& object, const std::string& name,
                    const std::string& other) {
    return file.has_attribute(object, name) ? file.text(object, name) : other;
}

std::string listed(const std::vector<std::string>& names) {
    return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

void provenance(std::string& out, const Reader& file, const std::string& group) {
    for (const char* name : {"command", "commit", "versions"})
        if (file.has_attribute(group, name)) line(out, name, file.text(group, name));
    if (file.has_attribute(group, "ranks"))
        line(out, "ranks", std::to_string(file.number<int>(group, "ranks")));
    if (const auto deck = text_or(file, group, "deck", ""); !deck.empty()) out += "  deck\n" + deck + "\n";
}

std::string describe_groups(const Reader& file) {
    if (!file.has(layout::group)) return "trajectories";
    if (!file.has_attribute(layout::group, "names")) return "given";
    return listed(file.texts(layout::group, "names"));
}

std::string describe_data_set(const Reader& file, const std::string& seal) {
    auto out = fmt::format("{}: data set\n", file.path());
    line(out, "seal", seal);
    line(out, "dimension", std::to_string(file.number<int>("/", "dimension")));
    line(out, "snapshots", std::to_string(file.shape(layout::node_offset, 1)[0] - 1));
    line(out, "nodes", std::to_string(file.shape(layout::position, 2)[0]));
    if (file.has(layout::box)) {
        line(out, "boxes",
             fmt::format("{}; edges follow from a cutoff", listed(file.texts(layout::box, "boundary"))));
    } else {
        line(out, "edges", std::to_string(file.shape(layout::edges, 2)[0]));
    }
    const bool attributes = file.has_attribute(layout::attributes, "names");
    line(out, "edge attributes",
         listed(attributes ? file.texts(layout::attributes, "names") : std::vector<std::string>{}));
    const auto has = [&](const char* name, const char* earlier) {
        return file.has(name) || file.has(earlier);
    };
    line(out, "velocities", has(layout::velocity, layout::position_rate) ? "yes" : "no");
    line(out, "forces", has(layout::force, layout::momentum_rate) ? "yes" : "no (a time series)");
    line(out, "energies", file.has(layout::energy) ? "yes" : "no");
    line(out, "virials", file.has(layout::virial) ? "yes" : "no");
    line(out, "groups", describe_groups(file));
    line(out, "units", text_or(file, "/", "units", "reduced"));
    provenance(out, file, "/provenance");
    return out;
}

void describe_layer(std::string& out, const Reader& file, const std::string& name) {
    const auto group = "/" + name;
    if (!file.has(group)) return;
    const auto shape = file.shape(group + "/weights", 2);
    line(out, name + " layer",
         fmt::format("{} {} of {} inputs", shape[0], file.text(group, "activation"), shape[1]));
}

// What the training data showed of each pair of species.
void describe_pairs(std::string& out, const Reader& file) {
    const auto pairs = file.all<std::int64_t>("/domain/pairs");
    const auto distance = file.all<double>("/domain/pairs_distance");
    if (pairs.size() <= 2 || distance.size() != pairs.size()) return;
    for (std::size_t k = 0; k < pairs.size(); k += 2)
        line(out, k == 0 ? "of species" : "",
             fmt::format("{}-{}: {} to {}", pairs[k], pairs[k + 1], distance[k], distance[k + 1]));
}

std::string describe_model(const Reader& file, const std::string& seal) {
    auto out = fmt::format("{}: model\n", file.path());
    line(out, "seal", seal);
    line(out, "encoding", file.text("/", "encoding"));
    line(out, "dimension", std::to_string(file.number<int>("/", "dimension")));
    line(out, "edge attributes", listed(file.texts("/", "edge_attribute_names")));
    const bool pairwise = file.has_attribute("/", "kinetic_known");
    if (pairwise)
        line(out, "kinetic energy", file.number<int>("/", "kinetic_known") != 0 ? "|p|^2 / 2m" : "learned");
    for (const char* name : {"node", "edge", "message"}) describe_layer(out, file, name);
    if (pairwise)
        line(out, "distances",
             fmt::format("{} to {}", file.number<double>("/domain", "distance_min"),
                         file.number<double>("/domain", "distance_max")));
    if (file.has("/domain/pairs")) describe_pairs(out, file);
    if (file.has_attribute("/", "cutoff")) {
        line(
            out, "cutoff",
            file.number<double>("/", "cutoff") > 0
                ? fmt::format("{}, {}", file.number<double>("/", "cutoff"), file.text("/", "cutoff_function"))
                : "none");
        line(out, "distance input", file.text("/", "distance_input"));
        line(out, "species", fmt::format("{}", fmt::join(file.all<std::int64_t>("/species"), ", ")));
    }
    line(out, "units", file.text("/", "units"));
    line(out, "further training",
         file.has("/triangles") ? "possible" : "not possible (no R factors are kept)");
    const auto report = text_or(file, "/", "training_report", "");
    if (!report.empty()) out += "  training report\n" + report_text(report);
    provenance(out, file, "/provenance");
    return out;
}

std::string describe_trajectory(const Reader& file) {
    const std::string group = "/particles/trajectory";
    const auto shape = file.shape(group + "/position/value", 3);
    const auto steps = file.all<GlobalIndex>(group + "/position/step");
    const auto times = file.all<double>(group + "/position/time");
    auto out = fmt::format("{}: trajectory (H5MD)\n", file.path());
    line(out, "creator", text_or(file, "/h5md/creator", "name", "not given"));
    line(out, "particles", std::to_string(shape[1]));
    line(out, "frames", std::to_string(shape[0]));
    if (!steps.empty() && !times.empty()) {
        line(out, "steps", fmt::format("{} to {}", steps.front(), steps.back()));
        line(out, "times", fmt::format("{} to {}", times.front(), times.back()));
    }
    std::vector<std::string> quantities;
    for (const char* name : {"position", "velocity", "momentum", "force", "force_deviation"})
        if (file.has(group + "/" + name)) quantities.emplace_back(name);
    line(out, "quantities", listed(quantities));
    if (file.has("/connectivity/bonds"))
        line(out, "bonds", std::to_string(file.shape("/connectivity/bonds")[0]));
    provenance(out, file, "/parameters/provenance");
    return out;
}

std::string describe_checkpoint(const Reader& file) {
    auto out = fmt::format("{}: checkpoint\n", file.path());
    const auto values = file.texts(layout::values, "names");
    const auto step = file.number<GlobalIndex>("/", "step");
    if (std::find(values.begin(), values.end(), equilibration_steps) == values.end()) {
        line(out, "step", std::to_string(step));
    } else {
        const auto steps = file.all<double>(layout::value(equilibration_steps));
        line(out, "step", fmt::format("{} of the {} of an equilibration", step, fmt::join(steps, " ")));
    }
    line(out, "particles", std::to_string(file.number<GlobalIndex>("/", "particles")));
    line(out, "arrays of particles", listed(file.texts(layout::particles, "names")));
    line(out, "other arrays", listed(values));
    provenance(out, file, "/provenance");
    return out;
}

std::string describe(const Reader& file, bool sealed) {
    const auto format = format_name(file);
    const std::string seal = sealed ? "whole" : "none: damage does not show";
    if (format == data_set_format.name) return describe_data_set(file, seal);
    if (format == model_format.name) return describe_model(file, seal);
    if (format == checkpoint_format.name) return describe_checkpoint(file);
    if (file.has("/h5md") && file.has("/particles/trajectory")) return describe_trajectory(file);
    throw InputError(
        fmt::format("{}: not one of rfhgn's formats: root attribute 'format' is '{}'", file.path(), format),
        "data sets, models, checkpoints and trajectories are known");
}

}  // namespace

std::string inspect_file(const parallel::Communicator& comm, const std::string& path) {
    require_readable(comm, path);
    const auto text = parallel::together(comm, [&] {
        const InputFile file(path);
        BlockSeal seal(file);
        seal.verify(share_of_blocks(comm, seal.bytes()));
        return comm.is_root() ? describe(Reader(path), seal.present()) : std::string();
    });
    return parallel::broadcast(comm, text);
}

}  // namespace rfhgn::io
