#include <algorithm>
#include <cstring>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "block_sealing.hpp"
#include "data_set_checks.hpp"
#include "data_set_layout.hpp"
#include "file_system.hpp"
#include "format.hpp"
#include "hdf5_reader.hpp"
#include "hdf5_writer.hpp"

namespace rfhgn::io {

using hdf5::Extents;
using parallel::Communicator;
using parallel::Range;

namespace {

// The snapshots that this rank writes (those whose first node it owns) and where their edges begin.
struct OwnSnapshots {
    Range rows;               // global indices of snapshots
    std::size_t skipped = 0;  // leading snapshots of the set that another rank writes
    std::vector<GlobalIndex> node_offset;
    std::vector<GlobalIndex> edge_offset;
};

OwnSnapshots own_snapshots(const Communicator& comm, const data::SnapshotSet& set,
                           const std::vector<GlobalIndex>& edges_of_snapshot) {
    OwnSnapshots own;
    const std::size_t count = set.snapshot_count();
    while (own.skipped < count && set.node_offset[own.skipped] < set.part.nodes.begin) ++own.skipped;
    const auto mine = static_cast<GlobalIndex>(count - own.skipped);
    own.rows.begin = parallel::exclusive_sum(comm, mine);
    own.rows.end = own.rows.begin + mine;
    GlobalIndex edges = 0;
    for (const auto number : edges_of_snapshot) edges += number;
    GlobalIndex edge = parallel::exclusive_sum(comm, edges);
    for (std::size_t s = 0; s < edges_of_snapshot.size() && s < count - own.skipped; ++s) {
        own.node_offset.push_back(set.node_offset[own.skipped + s]);
        own.edge_offset.push_back(edge);
        edge += edges_of_snapshot[s];
    }
    // Offsets have one row more than there are snapshots: the totals, written by the last rank.
    if (comm.rank() == comm.size() - 1) {
        own.node_offset.push_back(set.totals.nodes);
        own.edge_offset.push_back(set.totals.edges);
    }
    return own;
}

void check_consistent(const Communicator& comm, const data::SnapshotSet& set, const OwnSnapshots& own,
                      const std::vector<GlobalIndex>& edges_of_snapshot) {
    GlobalIndex listed = 0;
    for (const auto number : edges_of_snapshot) listed += number;
    const auto edges = parallel::sum(comm, static_cast<GlobalIndex>(set.part.edges.size()));
    const auto edges_listed = parallel::sum(comm, listed);
    const auto snapshots = parallel::sum(comm, own.rows.size());
    const auto nodes = parallel::sum(comm, set.part.nodes.size());
    parallel::together(comm, [&] {
        const auto here = static_cast<std::size_t>(set.part.nodes.size());
        RFHGN_ASSERT(nodes == set.totals.nodes && snapshots == set.totals.snapshots);
        RFHGN_ASSERT(edges == set.totals.edges && edges_listed == edges);
        RFHGN_ASSERT(static_cast<GlobalIndex>(edges_of_snapshot.size()) == own.rows.size());
        RFHGN_ASSERT(set.position.size() == here * static_cast<std::size_t>(set.totals.dimension));
        RFHGN_ASSERT(set.energy.size() == set.snapshot_count() && set.time.size() == set.snapshot_count());
        RFHGN_ASSERT(set.part.mass.size() == here && set.part.species.size() == here);
        RFHGN_ASSERT(set.box.size() == (set.totals.boxes ? set.snapshot_count() : 0));
        RFHGN_ASSERT(set.virial.empty() || set.virial.size() == set.snapshot_count());
        RFHGN_ASSERT(set.group.empty() || set.group.size() == set.snapshot_count());
        RFHGN_ASSERT(set.config_type.empty() || set.config_type.size() == set.snapshot_count());
    });
}

// A file of numbers that no one can compute with is not written.
void check_values(const std::string& path, const data::SnapshotSet& set) {
    const Groups particles{"particle", set.first_snapshot, set.node_offset};
    const auto d = static_cast<std::size_t>(set.totals.dimension);
    const auto check = [&](const char* name, const std::vector<double>& values, std::size_t columns,
                           bool positive) {
        if (is_sound(values, positive)) return;
        throw RunError(
            describe_unsound({path, name, set.part.nodes.begin}, values, columns, particles, positive),
            "look at the initial states, the step and the noise that the snapshots come from");
    };
    check(layout::position, set.position, d, false);
    check(layout::momentum, set.momentum, d, false);
    check(layout::velocity, set.velocity, d, false);
    check(layout::force, set.force, d, false);
    check(layout::mass, set.part.mass, 1, true);
}

void write_header(const std::string& path, const data::SnapshotTotals& totals, const Provenance& provenance) {
    auto file = hdf5::Writer::create(path);
    file.attribute("/", "format", std::string(data_set_format.name));
    file.attribute("/", "format_version", data_set_format.version);
    file.attribute("/", "dimension", totals.dimension);
    file.attribute("/", "units", totals.units.empty() ? "reduced" : totals.units);
    hdf5::write_provenance(file, "/provenance", provenance);
    file.close();
}

std::uint64_t estimated_bytes(const data::SnapshotTotals& totals) {
    const auto columns = static_cast<std::uint64_t>(totals.dimension) * 4 + 2;
    return 8 * (columns * static_cast<std::uint64_t>(totals.nodes) +
                (2 + totals.edge_attribute_names.size()) * static_cast<std::uint64_t>(totals.edges) +
                (totals.boxes ? 20 : 12) * static_cast<std::uint64_t>(totals.snapshots)) +
           65536;
}

// What a data set may lack and any rank has: it is written.
struct Optional {
    bool velocity;
    bool force;
    bool virial;
    bool group;
    bool config_type;
};

// Virials of the snapshots that this rank writes, [snapshots, 6].
std::vector<double> virials(const data::SnapshotSet& set, std::size_t skipped) {
    std::vector<double> values;
    for (std::size_t s = skipped; s < set.virial.size(); ++s)
        values.insert(values.end(), set.virial[s].begin(), set.virial[s].end());
    return values;
}

// Cell vectors of the snapshots that this rank writes, [snapshots, d, d].
std::vector<double> cells(const data::SnapshotSet& set, std::size_t skipped) {
    std::vector<double> values;
    const auto d = static_cast<std::size_t>(set.totals.dimension);
    for (std::size_t s = skipped; s < set.box.size(); ++s)
        for (std::size_t k = 0; k < d; ++k)
            values.insert(values.end(), set.box[s].vectors[k].begin(),
                          set.box[s].vectors[k].begin() + static_cast<std::ptrdiff_t>(d));
    return values;
}

using RowShape = std::vector<GlobalIndex>;

// Goes through all arrays of a data set in one order, for writing and for comparing; `visit` gets the name,
// the rows of the whole array, the shape of a row, and this rank's rows.
template <class Visit>
void for_each_array(const data::SnapshotSet& set, const OwnSnapshots& own, Optional has, Visit&& visit) {
    const auto& totals = set.totals;
    const auto& part = set.part;
    const Range nodes = part.nodes;
    const GlobalIndex d = totals.dimension;
    const auto doubles = [](std::span<const double> values) { return values; };
    const Range edges{part.first_edge_id, part.first_edge_id + static_cast<GlobalIndex>(part.edges.size())};
    std::vector<GlobalIndex> ends;
    for (const auto& edge : part.edges) ends.insert(ends.end(), {edge.first, edge.second});
    const std::span<const GlobalIndex> trajectory(set.trajectory);
    const Range offsets{own.rows.begin, own.rows.begin + static_cast<GlobalIndex>(own.node_offset.size())};

    const RowShape vector{d};
    const RowShape scalar;
    visit(layout::position, totals.nodes, vector, nodes, doubles(set.position));
    visit(layout::momentum, totals.nodes, vector, nodes, doubles(set.momentum));
    if (has.velocity) visit(layout::velocity, totals.nodes, vector, nodes, doubles(set.velocity));
    if (has.force) visit(layout::force, totals.nodes, vector, nodes, doubles(set.force));
    visit(layout::mass, totals.nodes, scalar, nodes, doubles(part.mass));
    visit(layout::species, totals.nodes, scalar, nodes, std::span<const int>(part.species));
    visit(layout::node_offset, totals.snapshots + 1, scalar, offsets,
          std::span<const GlobalIndex>(own.node_offset));
    visit(layout::energy, totals.snapshots, scalar, own.rows, doubles(set.energy).subspan(own.skipped));
    visit(layout::time, totals.snapshots, scalar, own.rows, doubles(set.time).subspan(own.skipped));
    visit(layout::trajectory, totals.snapshots, scalar, own.rows, trajectory.subspan(own.skipped));
    if (has.group)
        visit(layout::group, totals.snapshots, scalar, own.rows,
              std::span<const GlobalIndex>(set.group).subspan(own.skipped));
    if (has.config_type)
        visit(layout::config_type, totals.snapshots, scalar, own.rows,
              std::span<const GlobalIndex>(set.config_type).subspan(own.skipped));
    if (has.virial) {
        const auto values = virials(set, own.skipped);
        visit(layout::virial, totals.snapshots, RowShape{6}, own.rows, doubles(values));
    }
    if (totals.boxes) {
        const auto boxes = cells(set, own.skipped);
        return visit(layout::box, totals.snapshots, RowShape{d, d}, own.rows, doubles(boxes));
    }
    visit(layout::edges, totals.edges, RowShape{2}, edges, std::span<const GlobalIndex>(ends));
    visit(layout::edge_offset, totals.snapshots + 1, scalar, offsets,
          std::span<const GlobalIndex>(own.edge_offset));
    const auto columns = static_cast<GlobalIndex>(part.edge_attributes.columns());
    if (columns > 0)
        visit(layout::attributes, totals.edges, RowShape{columns}, edges,
              doubles(part.edge_attributes.values));
}

Extents extents_of(GlobalIndex rows, const RowShape& row) {
    Extents extents{static_cast<hsize_t>(rows)};
    for (const GlobalIndex extent : row) extents.push_back(static_cast<hsize_t>(extent));
    return extents;
}

// Along which vectors the boxes are periodic; known to the rank that has the first snapshot.
std::vector<std::string> boundary(const Communicator& comm, const data::SnapshotSet& set) {
    std::array<int, 3> periodic{};
    if (!set.box.empty() && set.first_snapshot == 0)
        std::copy(set.box.front().periodic.begin(), set.box.front().periodic.end(), periodic.begin());
    parallel::max(comm, std::span<int>(periodic));
    std::vector<std::string> names;
    for (std::size_t k = 0; k < static_cast<std::size_t>(set.totals.dimension); ++k)
        names.emplace_back(periodic[k] != 0 ? "periodic" : "open");
    return names;
}

void write_arrays(const Communicator& comm, const std::string& part_file, const data::SnapshotSet& set,
                  const OwnSnapshots& own, Optional has) {
    auto file = parallel::together(comm, [&] { return hdf5::Writer::open_parallel(comm, part_file); });
    for_each_array(set, own, has,
                   [&]<class T>(const char* name, GlobalIndex total, const RowShape& row, Range rows,
                                std::span<const T> values) {
                       parallel::together(comm, [&] {
                           Extents start(1 + row.size(), 0);
                           start[0] = static_cast<hsize_t>(rows.begin);
                           file.data_set<T>(name, extents_of(total, row))
                               .write(start, extents_of(rows.size(), row), values);
                       });
                   });
    const auto periodic = boundary(comm, set);
    parallel::together(comm, [&] {
        if (!set.totals.species_names.empty())
            file.fixed_text(layout::species, "names", set.totals.species_names, false);
        if (has.group && !set.totals.group_names.empty())
            file.fixed_text(layout::group, "names", set.totals.group_names, false);
        if (has.config_type)
            file.fixed_text(layout::config_type, "names", set.totals.config_type_names, false);
        if (set.totals.boxes) file.fixed_text(layout::box, "boundary", periodic, false);
        if (!set.totals.edge_attribute_names.empty())
            file.fixed_text(layout::attributes, "names", set.totals.edge_attribute_names, false);
        file.close();
    });
}

// Collective writes may lose data without a message: believe the file, not the return codes.
void compare_arrays(const std::string& part_file, const data::SnapshotSet& set, const OwnSnapshots& own,
                    Optional has) {
    const hdf5::Reader file(part_file);
    for_each_array(
        set, own, has,
        [&]<class T>(const char* name, GlobalIndex, const RowShape&, Range rows, std::span<const T> values) {
            const auto found = file.rows<T>(name, rows);
            const bool same =
                found.size() == values.size() &&
                (values.empty() || std::memcmp(found.data(), values.data(), values.size_bytes()) == 0);
            require<RunError>(same, Advice{"check the space and the state of the file system"},
                              "{}: {} was not written correctly", part_file, name);
        });
}

}  // namespace

void write_data_set(const Communicator& comm, const std::string& path, const data::SnapshotSet& set,
                    const std::vector<GlobalIndex>& edges_of_snapshot, const Provenance& provenance) {
    const auto own = own_snapshots(comm, set, edges_of_snapshot);
    check_consistent(comm, set, own, edges_of_snapshot);
    parallel::together(comm, [&] { check_values(path, set); });
    const Optional has{parallel::any(comm, !set.velocity.empty()), parallel::any(comm, !set.force.empty()),
                       parallel::any(comm, !set.virial.empty()), parallel::any(comm, !set.group.empty()),
                       parallel::any(comm, !set.config_type.empty())};
    const auto part_file = part_path(path);
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        require_space(path, estimated_bytes(set.totals));
        write_header(part_file, set.totals, provenance);
    });
    write_arrays(comm, part_file, set, own, has);
    parallel::together(comm, [&] { compare_arrays(part_file, set, own, has); });
    seal_by_blocks(comm, part_file);
    parallel::together(comm, [&] {
        if (comm.is_root()) put_in_place(path);
    });
}

}  // namespace rfhgn::io
