/// Data sets in HDF5: include/rfhgn/io/data_set.hpp has the layout.

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "data_set_arrays.hpp"
#include "data_set_checks.hpp"
#include "data_set_layout.hpp"
#include "data_set_totals.hpp"
#include "data_set_unread.hpp"
#include "description.hpp"
#include "file_kind.hpp"
#include "format.hpp"
#include "species_names.hpp"
#include "trial_reading.hpp"

namespace rfhgn::io {

using parallel::Range;

namespace {

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

data::SnapshotSet empty_set(const data::SnapshotTotals& totals, Range nodes) {
    data::SnapshotSet set;
    set.totals = totals;
    set.part.dimension = totals.dimension;
    set.part.total_nodes = totals.nodes;
    set.part.nodes = nodes;
    return set;
}

class Hdf5DataSet final : public DataSetFile {
  public:
    Hdf5DataSet(const parallel::Communicator& comm, const std::string& path)
        : comm_(comm), reader_(path), totals_(read_of_unchanged(reader_, [&] {
              auto totals = read_totals(reader_);
              check_offsets(reader_, totals, comm);
              return totals;
          })) {}

    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return totals_; }
    [[nodiscard]] bool has_velocity() const override { return reader_.has(velocity_in(reader_)); }
    [[nodiscard]] bool has_force() const override { return reader_.has(force_in(reader_)); }
    [[nodiscard]] std::vector<std::string> unread_names() const override { return io::unread_names(reader_); }
    [[nodiscard]] data::SnapshotSet read(Range nodes) const override;
    [[nodiscard]] data::SnapshotSet read_snapshots(Range snapshots) const override;
    [[nodiscard]] data::SnapshotSet read_part(Range nodes, Range edges) const override;
    [[nodiscard]] data::SnapshotOutline outline(Range snapshots) const override;

  private:
    parallel::Communicator comm_;
    hdf5::Reader reader_;
    data::SnapshotTotals totals_;
};

data::SnapshotSet Hdf5DataSet::read(Range nodes) const {
    const GlobalIndex begin = parallel::exclusive_sum(comm_, nodes.size());
    const GlobalIndex covered = parallel::sum(comm_, nodes.size());
    return parallel::together(comm_, [&] {
        RFHGN_ASSERT(nodes.begin == begin && covered == totals_.nodes);
        return read_part(nodes, parallel::block_range(totals_.edges, comm_.size(), comm_.rank()));
    });
}

data::SnapshotSet Hdf5DataSet::read_part(Range nodes, Range edges) const {
    const auto& file = reader_;
    return read_of_unchanged(file, [&] {
        auto set = empty_set(totals_, nodes);
        const GlobalIndex snapshots = totals_.snapshots;
        read_snapshot_values(file, groups_of(file, layout::node_offset, snapshots, nodes), set);
        require_covered(file, layout::node_offset, set.node_offset, nodes);
        read_nodes(file, set);
        if (!totals_.boxes)
            read_edges(file, edges, groups_of(file, layout::edge_offset, snapshots, edges), set);
        return set;
    });
}

data::SnapshotOutline Hdf5DataSet::outline(Range snapshots) const {
    const auto& file = reader_;
    const auto& totals = totals_;
    return read_of_unchanged(file, [&] {
        return data::SnapshotOutline{
            offsets_again(file, layout::node_offset, snapshots, totals.nodes),
            totals.boxes ? std::vector<GlobalIndex>(static_cast<std::size_t>(snapshots.size()) + 1, 0)
                         : offsets_again(file, layout::edge_offset, snapshots, totals.edges),
            file.has(layout::group) ? file.rows<GlobalIndex>(layout::group, snapshots)
                                    : read_trajectories(file, snapshots)};
    });
}

data::SnapshotSet Hdf5DataSet::read_snapshots(Range snapshots) const {
    const auto& file = reader_;
    const auto& totals = totals_;
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

bool recognises(const UnknownFile& file) {
    return file.hdf5 && format_name(*file.hdf5) == data_set_format.name;
}

std::string describe_groups(const hdf5::Reader& file) {
    if (!file.has(layout::group)) return "trajectories";
    if (!file.has_attribute(layout::group, "names")) return "given";
    return listed(file.texts(layout::group, "names"));
}

std::string describe(const UnknownFile& unknown, const std::string& seal) {
    const hdf5::Reader& file = *unknown.hdf5;
    std::string out;
    add_line(out, "seal", seal);
    add_line(out, "dimension", std::to_string(file.number<int>("/", "dimension")));
    add_line(out, "snapshots", std::to_string(file.shape(layout::node_offset, 1)[0] - 1));
    add_line(out, "nodes", std::to_string(file.shape(layout::position, 2)[0]));
    if (file.has(layout::box)) {
        add_line(out, "boxes",
                 fmt::format("{}; edges follow from a cutoff", listed(file.texts(layout::box, "boundary"))));
    } else {
        add_line(out, "edges", std::to_string(file.shape(layout::edges, 2)[0]));
    }
    const bool attributes = file.has_attribute(layout::attributes, "names");
    add_line(out, "edge attributes",
             listed(attributes ? file.texts(layout::attributes, "names") : std::vector<std::string>{}));
    add_line(out, "velocities", file.has(velocity_in(file)) ? "yes" : "no");
    add_line(out, "forces", file.has(force_in(file)) ? "yes" : "no (a time series)");
    add_line(out, "energies", file.has(layout::energy) ? "yes" : "no");
    add_line(out, "virials", file.has(layout::virial) ? "yes" : "no");
    add_line(out, "groups", describe_groups(file));
    if (file.has(layout::config_type) && file.has_attribute(layout::config_type, "names"))
        add_line(out, "config_type", listed(file.texts(layout::config_type, "names")));
    add_line(out, "species", potential::numbered(read_species_names(file, layout::species, "names")));
    add_line(out, "units", read_units(file));
    if (const auto unread = unread_names(file); !unread.empty()) add_line(out, "not read", listed(unread));
    add_provenance(out, file, "/provenance");
    return out;
}

std::unique_ptr<DataSetFile> open(const parallel::Communicator& comm, const std::string& path,
                                  const OpenOptions& /*options*/) {
    require_readable(comm, path);
    return parallel::together(comm, [&] { return std::make_unique<Hdf5DataSet>(comm, path); });
}

}  // namespace

const FileKind& hdf5_data_set() {
    static const FileKind kind{
        .name = "data set", .recognises = recognises, .describe = describe, .open = open};
    return kind;
}

}  // namespace rfhgn::io
