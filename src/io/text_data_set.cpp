#include "text_data_set.hpp"

#include <algorithm>
#include <charconv>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "description.hpp"

namespace rfhgn::io {

using parallel::Range;

namespace {

using Texts = std::vector<std::string>;

// Lists of texts without line ends as one text: how many, and a line each.
std::string packed(const std::vector<const Texts*>& lists) {
    std::string text;
    for (const auto* list : lists) {
        text += std::to_string(list->size()) + '\n';
        for (const auto& item : *list) text += item + '\n';
    }
    return text;
}

void unpack(const std::string& text, const std::vector<Texts*>& lists) {
    std::size_t at = 0;
    const auto next = [&] {
        const auto end = text.find('\n', at);
        auto line = text.substr(at, end - at);
        at = end + 1;
        return line;
    };
    for (auto* list : lists) {
        list->resize(std::stoul(next()));
        for (auto& item : *list) item = next();
    }
}

}  // namespace

TextDataSet::TextDataSet(const parallel::Communicator& comm, const std::string& path,
                         const MakeIndex& make_index)
    : comm_(comm), file_(parallel::together(comm, [&] { return InputFile(path); })) {
    index_ = parallel::together(comm, [&] { return comm.is_root() ? make_index(file_) : TextIndex{}; });
    share();
    totals_.nodes = index_.places.back().first_node;
    totals_.snapshots = static_cast<GlobalIndex>(index_.places.size()) - 1;
    totals_.boxes = true;
    totals_.units = index_.units;
    totals_.species_names = index_.species_names;
    totals_.group_names = index_.group_names;
    totals_.config_type_names = index_.config_type_names;
}

// What the root has found, on every rank.
void TextDataSet::share() {
    auto& i = index_;
    std::array<GlobalIndex, 4> facts{static_cast<GlobalIndex>(i.places.size()), i.force, i.virial, i.grouped};
    parallel::broadcast(comm_, std::span<GlobalIndex>(facts));
    i.places.resize(static_cast<std::size_t>(facts[0]));
    parallel::broadcast(comm_, std::span<TextPlace>(i.places));
    i.force = facts[1] != 0;
    i.virial = facts[2] != 0;
    i.grouped = facts[3] != 0;
    Texts about;
    Texts said;
    for (const auto& remark : i.remarks) {
        about.push_back(remark.about);
        said.push_back(remark.said);
    }
    Texts units{i.units};
    const std::vector<Texts*> lists{&units, &i.species_names, &i.group_names, &i.config_type_names,
                                    &i.own, &about,           &said};
    unpack(parallel::broadcast(comm_, packed({lists.begin(), lists.end()})), lists);
    i.units = units.front();
    i.remarks.clear();
    for (std::size_t k = 0; k < about.size(); ++k) i.remarks.push_back({about[k], said[k]});
}

GlobalIndex TextDataSet::configuration_of(GlobalIndex node) const {
    const auto after = std::ranges::upper_bound(index_.places, node, {}, &TextPlace::first_node);
    return after - index_.places.begin() - 1;
}

data::SnapshotSet TextDataSet::read(Range nodes) const {
    return parallel::together(comm_, [&] { return read_part(nodes, {0, 0}); });
}

data::SnapshotSet TextDataSet::read_part(Range nodes, Range /*edges*/) const {
    if (nodes.size() == 0) return read_atoms(nodes, {0, 0});
    return read_atoms(nodes, {configuration_of(nodes.begin), configuration_of(nodes.end - 1) + 1});
}

data::SnapshotSet TextDataSet::read_snapshots(Range snapshots) const {
    return read_atoms({place(snapshots.begin).first_node, place(snapshots.end).first_node}, snapshots);
}

data::SnapshotOutline TextDataSet::outline(Range snapshots) const {
    data::SnapshotOutline outline{
        {}, std::vector<GlobalIndex>(static_cast<std::size_t>(snapshots.size()) + 1, 0), {}};
    for (auto s = snapshots.begin; s <= snapshots.end; ++s)
        outline.node_offset.push_back(place(s).first_node);
    for (auto s = snapshots.begin; s < snapshots.end; ++s)
        outline.group.push_back(index_.grouped ? place(s).group : place(s).trajectory);
    return outline;
}

data::SnapshotSet TextDataSet::read_atoms(Range nodes, Range configurations) const {
    data::SnapshotSet set;
    set.totals = totals_;
    set.part.total_nodes = totals_.nodes;
    set.part.nodes = nodes;
    set.first_snapshot = configurations.begin;
    for (auto s = configurations.begin; s < configurations.end; ++s) {
        const auto& from = place(s);
        const auto atoms = place(s + 1).first_node - from.first_node;
        set.node_offset.push_back(from.first_node);
        set.trajectory.push_back(from.trajectory);
        if (index_.grouped) set.group.push_back(from.group);
        if (!index_.config_type_names.empty()) set.config_type.push_back(from.config_type);
        add_configuration({from, atoms, std::max<GlobalIndex>(0, nodes.begin - from.first_node),
                           std::min(atoms, nodes.end - from.first_node)},
                          set);
    }
    set.node_offset.push_back(place(configurations.end).first_node);
    file_.require_unchanged();
    return set;
}

std::string describe_text(const TextDataSet& data) {
    const auto& totals = data.totals();
    std::string out;
    add_line(out, "snapshots", std::to_string(totals.snapshots));
    add_line(out, "nodes", std::to_string(totals.nodes));
    add_line(out, "species", potential::numbered(totals.species_names));
    add_line(out, "units", totals.units);
    if (!data.has_force()) add_line(out, "forces", "none");
    for (const auto& remark : data.remarks()) add_line(out, remark.about, remark.said);
    return out;
}

GlobalIndex NameNumbers::number(const std::string& name) {
    const auto [found, added] = numbers_.emplace(name, static_cast<GlobalIndex>(names_.size()));
    if (added) names_.push_back(name);
    return found->second;
}

}  // namespace rfhgn::io
