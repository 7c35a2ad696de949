/// Learned models.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "description.hpp"
#include "file_kind.hpp"
#include "format.hpp"
#include "r_factors_group.hpp"
#include "report_text.hpp"
#include "species_names.hpp"

namespace rfhgn::io {

namespace {

using hdf5::Reader;

bool recognises(const UnknownFile& file) {
    return file.hdf5 && format_name(*file.hdf5) == model_format.name;
}

void describe_layer(std::string& out, const Reader& file, const std::string& name) {
    const auto group = "/" + name;
    if (!file.has(group)) return;
    const auto shape = file.shape(group + "/weights", 2);
    add_line(out, name + " layer",
             fmt::format("{} {} of {} inputs", shape[0], file.text(group, "activation"), shape[1]));
}

// What the training data showed of each pair of species.
void describe_pairs(std::string& out, const Reader& file) {
    const auto pairs = file.all<std::int64_t>("/domain/pairs");
    const auto distance = file.all<double>("/domain/pairs_distance");
    if (pairs.size() <= 2 || distance.size() != pairs.size()) return;
    for (std::size_t k = 0; k < pairs.size(); k += 2)
        add_line(out, k == 0 ? "of species" : "",
                 fmt::format("{}-{}: {} to {}", pairs[k], pairs[k + 1], distance[k], distance[k + 1]));
}

std::string describe(const UnknownFile& unknown, const std::string& seal) {
    const Reader& file = *unknown.hdf5;
    std::string out;
    add_line(out, "seal", seal);
    add_line(out, "encoding", file.text("/", "encoding"));
    add_line(out, "dimension", std::to_string(file.number<int>("/", "dimension")));
    add_line(out, "edge attributes", listed(file.texts("/", "edge_attribute_names")));
    const bool pairwise = file.has_attribute("/", "kinetic_known");
    if (pairwise)
        add_line(out, "kinetic energy",
                 file.number<int>("/", "kinetic_known") != 0 ? "|p|^2 / 2m" : "learned");
    for (const char* name : {"node", "edge", "message"}) describe_layer(out, file, name);
    if (pairwise)
        add_line(out, "distances",
                 fmt::format("{} to {}", file.number<double>("/domain", "distance_min"),
                             file.number<double>("/domain", "distance_max")));
    if (file.has("/domain/pairs")) describe_pairs(out, file);
    if (file.has_attribute("/", "cutoff")) {
        add_line(
            out, "cutoff",
            file.number<double>("/", "cutoff") > 0
                ? fmt::format("{}, {}", file.number<double>("/", "cutoff"), file.text("/", "cutoff_function"))
                : "none");
        add_line(out, "distance input", file.text("/", "distance_input"));
        add_line(out, "species", fmt::format("{}", fmt::join(file.all<std::int64_t>("/species"), ", ")));
    }
    if (file.has_attribute("/", "species_names"))
        add_line(out, "species names", potential::numbered(read_species_names(file, "/", "species_names")));
    add_line(out, "units", read_units(file));
    add_line(out, "further training",
             has_r_factors(file) ? "possible" : "not possible (no R factors are kept)");
    if (const auto verdict = text_or(file, "/", "verdict", ""); !verdict.empty())
        add_line(out, "verdict", verdict);
    const auto report = text_or(file, "/", "training_report", "");
    if (!report.empty()) out += "  training report\n" + report_text(report);
    add_provenance(out, file, "/provenance");
    return out;
}

}  // namespace

const FileKind& model() {
    static const FileKind kind{.name = "model", .recognises = recognises, .describe = describe};
    return kind;
}

}  // namespace rfhgn::io
