#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "data_set_checks.hpp"
#include "data_set_layout.hpp"
#include "format.hpp"
#include "hdf5_reader.hpp"
#include "trial_reading.hpp"

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

// The name that an array has in this file: earlier releases called velocity and force rates.
const char* name_in(const hdf5::Reader& file, const char* name, const char* earlier) {
    require(!file.has(name) || !file.has(earlier), Advice{"leave one of them out"},
            "{}: there are both {} and {}", file.path(), name, earlier);
    return file.has(earlier) ? earlier : name;
}

const char* velocity_in(const hdf5::Reader& file) {
    return name_in(file, layout::velocity, layout::position_rate);
}

const char* force_in(const hdf5::Reader& file) {
    return name_in(file, layout::force, layout::momentum_rate);
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
    for (const char* name : {layout::energy, layout::time, layout::trajectory, layout::group})
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

data::SnapshotTotals read_totals(const hdf5::Reader& file) {
    check_format(file, data_set_format);
    data::SnapshotTotals totals;
    totals.dimension = file.number<int>("/", "dimension");
    require(totals.dimension >= 1 && totals.dimension <= 3, Advice{},
            "{}: dimension is {}, but must be 1, 2 or 3", file.path(), totals.dimension);
    totals.units = file.has_attribute("/", "units") ? file.text("/", "units") : "reduced";
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

// A rank checks its block of the offsets, so that no rank holds them all.
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

// Offsets were found good when the file was opened, by all ranks together: others are those of another file.
// Nothing may be laid out by what has not been looked at, and a file system may tell late of a change.
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

// What has gone wrong in a file that was changed has gone wrong for that reason.
template <class Read>
auto read_of_unchanged(const hdf5::Reader& file, Read&& read) {
    try {
        auto result = read();
        file.require_unchanged();
        return result;
    } catch (const InputError&) {
        file.require_unchanged();
        throw;
    }
}

// The last group of `count` whose offset is at most `item`, by bisection in the file.
GlobalIndex group_of(const hdf5::Reader& file, const char* name, GlobalIndex count, GlobalIndex item) {
    Range groups{0, count};
    while (groups.size() > 1) {
        const GlobalIndex middle = groups.begin + groups.size() / 2;
        const auto offset = file.rows<GlobalIndex>(name, {middle, middle + 1}).front();
        (offset <= item ? groups.begin : groups.end) = middle;
    }
    return groups.begin;
}

// The groups that hold at least one of `items`.
Range groups_of(const hdf5::Reader& file, const char* name, GlobalIndex count, Range items) {
    if (items.size() == 0) return {0, 0};
    return {group_of(file, name, count, items.begin), group_of(file, name, count, items.end - 1) + 1};
}

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

std::vector<GlobalIndex> read_trajectories(const hdf5::Reader& file, Range snapshots) {
    if (file.has(layout::trajectory)) return file.rows<GlobalIndex>(layout::trajectory, snapshots);
    std::vector<GlobalIndex> own(static_cast<std::size_t>(snapshots.size()));
    std::iota(own.begin(), own.end(), snapshots.begin);
    return own;
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
    if (file.has(layout::species))
        set.part.species = narrowed({file.path(), layout::species, nodes.begin},
                                    file.rows<std::int64_t>(layout::species, nodes));
}

// The edges in `block`, all of them of the snapshots in `groups`.
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

data::SnapshotSet empty_set(const data::SnapshotTotals& totals, Range nodes) {
    data::SnapshotSet set;
    set.totals = totals;
    set.part.dimension = totals.dimension;
    set.part.total_nodes = totals.nodes;
    set.part.nodes = nodes;
    return set;
}

}  // namespace

struct DataSetReader::File {
    parallel::Communicator comm;
    hdf5::Reader reader;
    data::SnapshotTotals totals;
};

DataSetReader::DataSetReader(const parallel::Communicator& comm, std::string path) {
    require_readable(comm, path);
    file_ = parallel::together(comm, [&] {
        auto file = std::make_unique<File>(File{comm, hdf5::Reader(path), {}});
        return read_of_unchanged(file->reader, [&] {
            const auto& totals = file->totals = read_totals(file->reader);
            const Range block = parallel::block_range(totals.snapshots, comm.size(), comm.rank());
            check_offsets(file->reader, layout::node_offset, block, totals.snapshots, totals.nodes, true);
            if (!totals.boxes)
                check_offsets(file->reader, layout::edge_offset, block, totals.snapshots, totals.edges,
                              false);
            return std::move(file);
        });
    });
}

DataSetReader::~DataSetReader() = default;

const data::SnapshotTotals& DataSetReader::totals() const noexcept {
    return file_->totals;
}

bool DataSetReader::has_velocity() const {
    return file_->reader.has(velocity_in(file_->reader));
}

bool DataSetReader::has_force() const {
    return file_->reader.has(force_in(file_->reader));
}

data::SnapshotSet DataSetReader::read(Range nodes) const {
    const auto& comm = file_->comm;
    const GlobalIndex begin = parallel::exclusive_sum(comm, nodes.size());
    const GlobalIndex covered = parallel::sum(comm, nodes.size());
    return parallel::together(comm, [&] {
        RFHGN_ASSERT(nodes.begin == begin && covered == file_->totals.nodes);
        const auto& file = file_->reader;
        auto set = empty_set(file_->totals, nodes);
        return read_of_unchanged(file, [&] {
            const GlobalIndex snapshots = set.totals.snapshots;
            read_snapshot_values(file, groups_of(file, layout::node_offset, snapshots, nodes), set);
            require_covered(file, layout::node_offset, set.node_offset, nodes);
            read_nodes(file, set);
            if (set.totals.boxes) return std::move(set);
            const Range edges = parallel::block_range(set.totals.edges, comm.size(), comm.rank());
            read_edges(file, edges, groups_of(file, layout::edge_offset, snapshots, edges), set);
            return std::move(set);
        });
    });
}

data::SnapshotOutline DataSetReader::outline(Range snapshots) const {
    const auto& file = file_->reader;
    const auto& totals = file_->totals;
    return read_of_unchanged(file, [&] {
        return data::SnapshotOutline{
            offsets_again(file, layout::node_offset, snapshots, totals.nodes),
            totals.boxes ? std::vector<GlobalIndex>(static_cast<std::size_t>(snapshots.size()) + 1, 0)
                         : offsets_again(file, layout::edge_offset, snapshots, totals.edges),
            file.has(layout::group) ? file.rows<GlobalIndex>(layout::group, snapshots)
                                    : read_trajectories(file, snapshots)};
    });
}

data::SnapshotSet DataSetReader::read_snapshots(Range snapshots) const {
    const auto& file = file_->reader;
    const auto& totals = file_->totals;
    const auto range = [&](const char* name, GlobalIndex total) {
        const auto offsets = offsets_again(file, name, snapshots, total);
        return Range{offsets.front(), offsets.back()};
    };
    return read_of_unchanged(file, [&] {
        auto set = empty_set(totals, range(layout::node_offset, totals.nodes));
        read_snapshot_values(file, snapshots, set);
        require_covered(file, layout::node_offset, set.node_offset, set.part.nodes);
        read_nodes(file, set);
        if (totals.boxes) return set;
        read_edges(file, range(layout::edge_offset, totals.edges), snapshots, set);
        return set;
    });
}

}  // namespace rfhgn::io
