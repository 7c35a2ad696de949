#include "file_kind.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/base/input_file.hpp"

namespace rfhgn::io {

// Each names the function of a file of kinds/ that tells of its kind. The first that recognises a file has
// it.
#define RFHGN_FILE_KINDS(KIND) \
    KIND(hdf5_data_set)        \
    KIND(extended_xyz)         \
    KIND(lammps_dump)          \
    KIND(lammps_data)          \
    KIND(model)                \
    KIND(checkpoint)           \
    KIND(trajectory)

#define RFHGN_DECLARE(kind) const FileKind& kind();
RFHGN_FILE_KINDS(RFHGN_DECLARE)

namespace {

const std::vector<const FileKind*>& all_kinds() {
#define RFHGN_LIST(kind) &kind(),
    static const std::vector<const FileKind*> kinds{RFHGN_FILE_KINDS(RFHGN_LIST)};
    return kinds;
}

}  // namespace

std::string first_bytes(const std::string& path) {
    constexpr std::uint64_t enough = 4096;
    return InputFile(path).head(enough);
}

const FileKind* find_kind(const UnknownFile& file) {
    const auto& kinds = all_kinds();
    const auto found = std::find_if(kinds.begin(), kinds.end(),
                                    [&](const FileKind* kind) { return kind->recognises(file); });
    return found == kinds.end() ? nullptr : *found;
}

void read_through(const DataSetFile& data) {
    constexpr GlobalIndex nodes_at_once = 262144;
    const auto& totals = data.totals();
    const GlobalIndex step = std::max<GlobalIndex>(1, nodes_at_once * totals.snapshots / totals.nodes);
    for (GlobalIndex s = 0; s < totals.snapshots; s += step)
        static_cast<void>(data.read_snapshots({s, std::min(s + step, totals.snapshots)}));
}

std::string known_kinds() {
    std::vector<std::string> names;
    for (const auto* kind : all_kinds()) names.emplace_back(kind->name);
    return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace rfhgn::io
