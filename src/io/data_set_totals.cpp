#include "data_set_totals.hpp"

#include "rfhgn/base/error.hpp"

#include "data_set_checks.hpp"
#include "data_set_layout.hpp"
#include "format.hpp"
#include "species_names.hpp"

namespace rfhgn::io {

using parallel::Range;

namespace {

std::vector<std::string> attribute_names(const hdf5::Reader& file, GlobalIndex edges) {
    if (!file.has(layout::attributes)) return {};
    auto names = file.texts(layout::attributes, "names");
    file.require_shape(layout::attributes, {edges, static_cast<GlobalIndex>(names.size())},
                       "edges, attribute names");
    return names;
}

// By number; none where the array is absent or names nothing.
std::vector<std::string> names_of(const hdf5::Reader& file, const char* array) {
    const bool named = file.has(array) && file.has_attribute(array, "names");
    return named ? file.texts(array, "names") : std::vector<std::string>{};
}

// The name that an array has in this file: earlier releases called velocity and force rates.
const char* name_in(const hdf5::Reader& file, const char* name, const char* earlier) {
    require(!file.has(name) || !file.has(earlier), Advice{"leave one of them out"},
            "{}: there are both {} and {}", file.path(), name, earlier);
    return file.has(earlier) ? earlier : name;
}

// A time series does without forces.
void check_forces(const hdf5::Reader& file) {
    if (file.has(force_in(file))) return;
    for (const char* name : {layout::time, layout::trajectory})
        require(
            file.has(name),
            Advice{
                "write the forces, or, of frames along trajectories, time and trajectory of each snapshot"},
            "{}: there is no {} and, to make up for it from a time series, no {}", file.path(), layout::force,
            name);
}

void check_shapes(const hdf5::Reader& file, const data::SnapshotTotals& totals) {
    const GlobalIndex d = totals.dimension;
    for (const char* name : {layout::position, layout::momentum})
        file.require_shape(name, {totals.nodes, d}, "nodes, dimension");
    check_forces(file);
    for (const char* name : {velocity_in(file), force_in(file)})
        if (file.has(name)) file.require_shape(name, {totals.nodes, d}, "nodes, dimension");
    file.require_shape(layout::mass, {totals.nodes}, "nodes");
    if (file.has(layout::species)) file.require_shape(layout::species, {totals.nodes}, "nodes");
    for (const char* name :
         {layout::energy, layout::time, layout::trajectory, layout::group, layout::config_type})
        if (file.has(name)) file.require_shape(name, {totals.snapshots}, "snapshots");
    if (file.has(layout::virial))
        file.require_shape(layout::virial, {totals.snapshots, 6}, "snapshots, xx yy zz xy xz yz");
    if (totals.boxes) {
        file.require_shape(layout::box, {totals.snapshots, d, d}, "snapshots, cell vectors");
        return;
    }
    file.require_shape(layout::edges, {totals.edges, 2}, "edges, ends");
    file.require_shape(layout::edge_offset, {totals.snapshots + 1}, "snapshots + 1");
}

}  // namespace

const char* velocity_in(const hdf5::Reader& file) {
    return name_in(file, layout::velocity, layout::position_rate);
}

const char* force_in(const hdf5::Reader& file) {
    return name_in(file, layout::force, layout::momentum_rate);
}

data::SnapshotTotals read_totals(const hdf5::Reader& file) {
    check_format(file, data_set_format);
    data::SnapshotTotals totals;
    totals.dimension = file.number<int>("/", "dimension");
    require(totals.dimension >= 1 && totals.dimension <= 3, Advice{},
            "{}: dimension is {}, but must be 1, 2 or 3", file.path(), totals.dimension);
    totals.units = read_units(file);
    totals.species_names = read_species_names(file, layout::species, "names");
    totals.group_names = names_of(file, layout::group);
    totals.config_type_names = names_of(file, layout::config_type);
    totals.nodes = file.shape(layout::position, 2)[0];
    totals.boxes = file.has(layout::box);
    require(!totals.boxes || !file.has(layout::edges),
            Advice{"leave /graph out: edges in boxes follow from the cutoff of a model"},
            "{}: there are both {} and {}", file.path(), layout::box, layout::edges);
    if (!totals.boxes) totals.edges = file.shape(layout::edges, 2)[0];
    totals.snapshots = file.shape(layout::node_offset, 1)[0] - 1;
    require(totals.snapshots >= 1, Advice{"node_offset has one row more than there are snapshots"},
            "{}: {} names no snapshot", file.path(), layout::node_offset);
    check_shapes(file, totals);
    if (!totals.boxes) totals.edge_attribute_names = attribute_names(file, totals.edges);
    return totals;
}

namespace {

void check_offsets(const hdf5::Reader& file, const char* name, Range block, GlobalIndex count,
                   GlobalIndex total, bool strictly) {
    if (block.size() == 0) return;
    const auto offsets = file.rows<GlobalIndex>(name, {block.begin, block.end + 1});
    const Rows rows{file.path(), name, block.begin};
    require(block.begin > 0 || offsets.front() == 0, Advice{}, "{}: {} begins with {}, but must begin with 0",
            file.path(), name, offsets.front());
    check_increasing(rows, offsets, strictly);
    require(block.end < count || offsets.back() == total, Advice{},
            "{}: {} ends with {}, but must end with {}", file.path(), name, offsets.back(), total);
}

}  // namespace

void check_offsets(const hdf5::Reader& file, const data::SnapshotTotals& totals,
                   const parallel::Communicator& comm) {
    const Range block = parallel::block_range(totals.snapshots, comm.size(), comm.rank());
    check_offsets(file, layout::node_offset, block, totals.snapshots, totals.nodes, true);
    if (!totals.boxes) check_offsets(file, layout::edge_offset, block, totals.snapshots, totals.edges, false);
}

}  // namespace rfhgn::io
