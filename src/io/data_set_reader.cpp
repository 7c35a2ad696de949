#include <algorithm>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/parallel/agreement.hpp"

#include "file_kind.hpp"

namespace rfhgn::io {

namespace {

const FileKind& kind_of(const std::string& path, const std::string& beginning) {
    const auto* found = find_kind({path, beginning});
    require(
        found || beginning.find("\x89HDF\r\n") != std::string::npos,
        Advice{"data sets are HDF5, extended XYZ by the name NAME.xyz or NAME.extxyz, or text dumps and data "
               "files of LAMMPS"},
        "'{}' is not an HDF5 file, nor by its name another data set", path);
    const auto& kind = found ? *found : path.ends_with(".h5md") ? trajectory() : hdf5_data_set();
    require(kind.open != nullptr, Advice{"name a data set"}, "'{}' is a {}, not a data set", path, kind.name);
    return kind;
}

}  // namespace

DataSetReader::DataSetReader(const parallel::Communicator& comm, const std::string& path,
                             const OpenOptions& options) {
    const auto beginning = parallel::together(comm, [&] { return first_bytes(path); });
    const auto& kind = *parallel::together(comm, [&] { return &kind_of(path, beginning); });
    kind_ = kind.name;
    file_ = kind.open(comm, path, options);
    totals_ = file_->totals();
    totals_.path = path;
}

void DataSetReader::number_species_as(const potential::SpeciesNames& names) {
    const auto& own = file_->totals().species_names;
    if (own.empty() || names.empty()) return;
    totals_.species_names = potential::renamed(own, names);
    number_.clear();
    for (const auto& name : own)
        number_.push_back(
            static_cast<int>(std::ranges::find(totals_.species_names, name) - totals_.species_names.begin()));
}

void DataSetReader::name_species(const potential::SpeciesNames& names) {
    RFHGN_ASSERT(file_->totals().species_names.empty());
    totals_.species_names = names;
}

data::SnapshotSet DataSetReader::read_snapshot(const parallel::Communicator& comm,
                                               GlobalIndex snapshot) const {
    const auto block = [&](const std::vector<GlobalIndex>& offset) {
        const auto mine = parallel::block_range(offset[1] - offset[0], comm.size(), comm.rank());
        return parallel::Range{offset[0] + mine.begin, offset[0] + mine.end};
    };
    return parallel::together(comm, [&] {
        const auto whole = file_->outline({snapshot, snapshot + 1});
        const GlobalIndex first = whole.node_offset[0];
        const auto edges = block(whole.edge_offset);
        auto set = read_part(block(whole.node_offset), edges);
        set.totals.nodes = set.part.total_nodes = whole.node_offset[1] - first;
        set.totals.edges = whole.edge_offset[1] - whole.edge_offset[0];
        set.totals.snapshots = 1;
        set.part.nodes = {set.part.nodes.begin - first, set.part.nodes.end - first};
        for (auto& edge : set.part.edges) edge = {edge.first - first, edge.second - first};
        set.part.first_edge_id = edges.begin - whole.edge_offset[0];
        set.first_snapshot = 0;
        set.node_offset = {0, set.totals.nodes};
        return set;
    });
}

// Whoever has names has one for each species that is met.
data::SnapshotSet DataSetReader::numbered(data::SnapshotSet set) const {
    set.totals = totals_;
    if (number_.empty()) return set;
    for (int& species : set.part.species) species = number_[static_cast<std::size_t>(species)];
    return set;
}

}  // namespace rfhgn::io
