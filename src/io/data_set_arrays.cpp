#include "data_set_arrays.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "rfhgn/base/error.hpp"

#include "data_set_checks.hpp"
#include "data_set_layout.hpp"
#include "data_set_totals.hpp"

namespace rfhgn::io {

using parallel::Range;

namespace {

std::vector<double> read_vectors(const hdf5::Reader& file, const char* name, const data::SnapshotSet& set) {
    const Range nodes = set.part.nodes;
    auto values = file.rows<double>(name, nodes);
    check_sound({file.path(), name, nodes.begin}, values, static_cast<std::size_t>(set.totals.dimension),
                {"particle", set.first_snapshot, set.node_offset});
    return values;
}

std::vector<double> read_masses(const hdf5::Reader& file, const data::SnapshotSet& set) {
    auto values = file.rows<double>(layout::mass, set.part.nodes);
    check_sound({file.path(), layout::mass, set.part.nodes.begin}, values, 1,
                {"particle", set.first_snapshot, set.node_offset}, true);
    return values;
}

std::array<bool, 3> read_boundary(const hdf5::Reader& file, int dimension) {
    const auto names = file.texts(layout::box, "boundary");
    require(names.size() == static_cast<std::size_t>(dimension), Advice{"give one word an axis"},
            "{}: attribute 'boundary' of {} has {} words, but the dimension is {}", file.path(), layout::box,
            names.size(), dimension);
    std::array<bool, 3> periodic{};
    for (std::size_t k = 0; k < names.size(); ++k) {
        require(names[k] == "periodic" || names[k] == "open", Advice{"use \"periodic\" or \"open\""},
                "{}: attribute 'boundary' of {} has the word '{}'", file.path(), layout::box, names[k]);
        periodic[k] = names[k] == "periodic";
    }
    return periodic;
}

std::vector<graph::Box> read_boxes(const hdf5::Reader& file, Range here, int dimension) {
    const auto d = static_cast<std::size_t>(dimension);
    const auto values = file.rows<double>(layout::box, here);
    std::vector<GlobalIndex> vectors;  // of the cells, numbered through
    for (GlobalIndex s = here.begin; s <= here.end; ++s) vectors.push_back(s * dimension);
    check_sound({file.path(), layout::box, vectors.front()}, values, d, {"vector", here.begin, vectors});
    const auto periodic = read_boundary(file, dimension);
    std::vector<graph::Box> boxes;
    for (std::size_t s = 0; s < static_cast<std::size_t>(here.size()); ++s) {
        graph::Box box{.dimension = dimension, .periodic = periodic};
        for (std::size_t k = 0; k < d * d; ++k) box.vectors[k / d][k % d] = values[s * d * d + k];
        try {
            graph::check(box);
        } catch (const InputError& error) {
            throw InputError(fmt::format("{}: {} row {}: {}", file.path(), layout::box,
                                         here.begin + static_cast<GlobalIndex>(s), error.what()),
                             error.advice());
        }
        boxes.push_back(box);
    }
    return boxes;
}

std::vector<data::Virial> read_virials(const hdf5::Reader& file, Range here) {
    const auto values = file.rows<double>(layout::virial, here);
    std::vector<data::Virial> virials(static_cast<std::size_t>(here.size()));
    check_known({file.path(), layout::virial, here.begin}, values, 6);
    for (std::size_t k = 0; k < values.size(); ++k) virials[k / 6][k % 6] = values[k];
    return virials;
}

}  // namespace

std::vector<GlobalIndex> offsets_again(const hdf5::Reader& file, const char* name, Range groups,
                                       GlobalIndex total) {
    auto offsets = file.rows<GlobalIndex>(name, {groups.begin, groups.end + 1});
    const bool good = offsets.front() >= 0 && offsets.back() <= total && std::ranges::is_sorted(offsets);
    require<RunError>(good, Advice{"leave it alone while it is in use, and run again"},
                      "'{}' was changed while it was read: {} is not what it was", file.path(), name);
    return offsets;
}

void require_covered(const hdf5::Reader& file, const char* name, const std::vector<GlobalIndex>& offsets,
                     Range items) {
    require<RunError>(items.size() == 0 || (offsets.front() <= items.begin && offsets.back() >= items.end),
                      Advice{"leave it alone while it is in use, and run again"},
                      "'{}' was changed while it was read: {} is not what it was", file.path(), name);
}

std::vector<GlobalIndex> read_trajectories(const hdf5::Reader& file, Range snapshots) {
    if (file.has(layout::trajectory)) return file.rows<GlobalIndex>(layout::trajectory, snapshots);
    std::vector<GlobalIndex> own(static_cast<std::size_t>(snapshots.size()));
    std::iota(own.begin(), own.end(), snapshots.begin);
    return own;
}

void read_snapshot_values(const hdf5::Reader& file, Range here, data::SnapshotSet& set) {
    const auto count = static_cast<std::size_t>(here.size());
    set.first_snapshot = here.begin;
    set.node_offset = offsets_again(file, layout::node_offset, here, set.totals.nodes);
    set.energy.assign(count, std::numeric_limits<double>::quiet_NaN());
    if (file.has(layout::energy)) set.energy = file.rows<double>(layout::energy, here);
    check_known({file.path(), layout::energy, here.begin}, set.energy, 1);
    set.time.assign(count, 0);
    if (file.has(layout::time)) set.time = file.rows<double>(layout::time, here);
    check_sound({file.path(), layout::time, here.begin}, set.time);
    set.trajectory = read_trajectories(file, here);
    if (file.has(layout::group)) set.group = file.rows<GlobalIndex>(layout::group, here);
    if (file.has(layout::config_type)) set.config_type = file.rows<GlobalIndex>(layout::config_type, here);
    if (file.has(layout::virial)) set.virial = read_virials(file, here);
    if (set.totals.boxes) set.box = read_boxes(file, here, set.totals.dimension);
}

void read_nodes(const hdf5::Reader& file, data::SnapshotSet& set) {
    const Range nodes = set.part.nodes;
    set.position = read_vectors(file, layout::position, set);
    set.momentum = read_vectors(file, layout::momentum, set);
    if (const char* name = force_in(file); file.has(name)) set.force = read_vectors(file, name, set);
    if (const char* name = velocity_in(file); file.has(name)) set.velocity = read_vectors(file, name, set);
    set.part.mass = read_masses(file, set);
    set.part.species.assign(static_cast<std::size_t>(nodes.size()), 0);
    if (!file.has(layout::species)) return;
    const Rows rows{file.path(), layout::species, nodes.begin};
    set.part.species = narrowed(rows, file.rows<std::int64_t>(layout::species, nodes));
    check_named(rows, set.part.species, set.totals.species_names);
}

void read_edges(const hdf5::Reader& file, Range block, Range groups, data::SnapshotSet& set) {
    auto& part = set.part;
    part.first_edge_id = block.begin;
    const auto ends = file.rows<GlobalIndex>(layout::edges, block);
    for (std::size_t i = 0; i < ends.size(); i += 2) part.edges.push_back({ends[i], ends[i + 1]});
    const auto edge_offset = offsets_again(file, layout::edge_offset, groups, set.totals.edges);
    require_covered(file, layout::edge_offset, edge_offset, block);
    check_edges({file.path(), layout::edges, block.begin}, part.edges, groups.begin, edge_offset,
                offsets_again(file, layout::node_offset, groups, set.totals.nodes));
    part.edge_attributes.names = set.totals.edge_attribute_names;
    const std::size_t columns = part.edge_attributes.columns();
    if (columns == 0) return;
    part.edge_attributes.values = file.rows<double>(layout::attributes, block);
    check_sound({file.path(), layout::attributes, block.begin}, part.edge_attributes.values, columns,
                {"edge", groups.begin, edge_offset});
}

}  // namespace rfhgn::io
