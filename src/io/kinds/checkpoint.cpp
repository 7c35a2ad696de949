/// Checkpoints of rollouts.

#include "rfhgn/io/checkpoint.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "checkpoint_layout.hpp"
#include "description.hpp"
#include "file_kind.hpp"
#include "format.hpp"

namespace rfhgn::io {

namespace {

using hdf5::Reader;

bool recognises(const UnknownFile& file) {
    return file.hdf5 && format_name(*file.hdf5) == checkpoint_format.name;
}

std::string describe(const UnknownFile& unknown, const std::string& seal) {
    const Reader& file = *unknown.hdf5;
    std::string out;
    add_line(out, "seal", seal);
    const auto values = file.texts(layout::values, "names");
    const auto step = file.number<GlobalIndex>("/", "step");
    if (std::find(values.begin(), values.end(), equilibration_steps) == values.end()) {
        add_line(out, "step", std::to_string(step));
    } else {
        const auto steps = file.all<double>(layout::value(equilibration_steps));
        add_line(out, "step", fmt::format("{} of the {} of an equilibration", step, fmt::join(steps, " ")));
    }
    add_line(out, "particles", std::to_string(file.number<GlobalIndex>("/", "particles")));
    add_line(out, "arrays of particles", listed(file.texts(layout::particles, "names")));
    add_line(out, "other arrays", listed(values));
    add_provenance(out, file, "/provenance");
    return out;
}

}  // namespace

const FileKind& checkpoint() {
    static const FileKind kind{.name = "checkpoint", .recognises = recognises, .describe = describe};
    return kind;
}

}  // namespace rfhgn::io
