/// Data sets in extended XYZ, as ASE writes them: configurations in boxes with species, positions and, if
/// wanted, forces (dp/dt), energy, momenta, masses. Species are numbered in the order of their first
/// appearance, or by a column species_index. In units "metal" (the default) momenta are in ASE's units,
/// masses in g/mol; an element without a mass has its atomic weight.

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/potential/elements.hpp"
#include "rfhgn/systems/units.hpp"

#include "description.hpp"
#include "extended_xyz_species.hpp"
#include "extended_xyz_text.hpp"
#include "file_kind.hpp"

namespace rfhgn::io {

using parallel::Range;

namespace {

/// Lines of a file from a byte on.
class Lines {
  public:
    Lines(const InputFile& file, std::uint64_t offset, std::int64_t number)
        : file_(file), line_{file.path(), number - 1, {}}, begin_(offset) {}

    /// False at the end of the file. The line is valid until the next.
    bool next() {
        std::size_t end = text_.find('\n', at_);
        while (end == std::string::npos && more()) end = text_.find('\n', at_);
        if (at_ >= text_.size()) return false;
        line_.text = std::string_view(text_).substr(at_, std::min(end, text_.size()) - at_);
        ++line_.number;
        at_ = std::min(end, text_.size() - 1) + 1;
        return true;
    }
    /// The next line, which must be there.
    const xyz::Line& required() {
        require(next(), Advice{"it may be incomplete; copy it again"},
                "'{}' ends after line {} in the middle of a configuration", file_.path(), line_.number);
        return line_;
    }
    [[nodiscard]] const xyz::Line& line() const { return line_; }
    /// Where the next line begins.
    [[nodiscard]] std::uint64_t offset() const { return begin_ + at_; }

  private:
    bool more() {
        constexpr std::size_t step = std::size_t{1} << 18U;
        constexpr std::size_t longest = std::size_t{1} << 24U;
        require(text_.size() - at_ < longest, Advice{"check how it was made"},
                "'{}', line {}: a line of more than {} bytes", file_.path(), line_.number + 1, longest);
        text_.erase(0, at_);
        begin_ += at_;
        at_ = 0;
        const auto had = text_.size();
        text_.resize(had + step);
        text_.resize(had + file_.read(text_.data() + had, step, begin_ + had));
        return text_.size() > had;
    }

    const InputFile& file_;
    xyz::Line line_;
    std::uint64_t begin_;  // of text_ in the file
    std::string text_;
    std::size_t at_ = 0;
};

/// Where a configuration is.
struct Place {
    std::uint64_t offset;
    std::int64_t line;
    GlobalIndex first_node;
};

/// What all configurations have in common, and where they are.
struct Index {
    std::vector<Place> places;  // [configurations + 1]
    xyz::Species species;
    xyz::Header first;
};

void require_alike(const xyz::Line& line, const xyz::Header& header, const xyz::Header& first) {
    const bool forces = (header.columns.force >= 0) == (first.columns.force >= 0);
    require(forces && header.units == first.units &&
                (header.columns.species_index >= 0) == (first.columns.species_index >= 0),
            Advice{"make data sets of those that are alike"},
            "'{}', line {}: this configuration and the first one differ in units, or one has {} and the "
            "other has not",
            line.path, line.number, forces ? "species_index" : "forces");
}

// The root goes through the file once.
Index make_index(const InputFile& file) {
    Index index;
    Lines lines(file, 0, 1);
    Place place{0, 1, 0};
    while (lines.next()) {
        parallel::interruption_point();
        if (lines.line().text.find_first_not_of(" \t\r") == std::string_view::npos) {
            place = {lines.offset(), lines.line().number + 1, place.first_node};
            continue;
        }
        index.places.push_back(place);
        const auto count = xyz::read_count(lines.line());
        const auto header = xyz::read_header(lines.required());
        if (index.places.size() == 1) index.first = header;
        require_alike(lines.line(), header, index.first);
        for (GlobalIndex atom = 0; atom < count; ++atom) {
            const auto& line = lines.required();
            index.species.note(line, xyz::read_species(line, header.columns));
        }
        place = {lines.offset(), lines.line().number + 1, place.first_node + count};
    }
    require(!index.places.empty(), Advice{"check how it was made"}, "'{}' has no configuration", file.path());
    index.places.push_back(place);
    return index;
}

class ExtendedXyz final : public DataSetFile {
  public:
    ExtendedXyz(const parallel::Communicator& comm, const std::string& path)
        : comm_(comm), file_(parallel::together(comm, [&] { return InputFile(path); })) {
        Index index = parallel::together(comm, [&] { return comm.is_root() ? make_index(file_) : Index{}; });
        share(index);
        parallel::together(comm, [&] { unit_of_mass_ = systems::units_of(totals_.units).mass; });
    }

    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return totals_; }
    [[nodiscard]] bool has_velocity() const override { return false; }
    [[nodiscard]] bool has_force() const override { return forces_; }

    [[nodiscard]] data::SnapshotSet read(Range nodes) const override {
        return parallel::together(comm_, [&] { return read_part(nodes, {0, 0}); });
    }
    [[nodiscard]] data::SnapshotSet read_snapshots(Range snapshots) const override {
        return read_atoms({first_node(snapshots.begin), first_node(snapshots.end)}, snapshots);
    }
    [[nodiscard]] data::SnapshotSet read_part(Range nodes, Range /*edges*/) const override {
        if (nodes.size() == 0) return read_atoms(nodes, {0, 0});
        return read_atoms(nodes, {configuration_of(nodes.begin), configuration_of(nodes.end - 1) + 1});
    }
    [[nodiscard]] data::SnapshotOutline outline(Range snapshots) const override {
        const auto size = static_cast<std::size_t>(snapshots.size());
        data::SnapshotOutline outline{
            {}, std::vector<GlobalIndex>(size + 1, 0), std::vector<GlobalIndex>(size)};
        for (auto s = snapshots.begin; s <= snapshots.end; ++s) outline.node_offset.push_back(first_node(s));
        std::iota(outline.group.begin(), outline.group.end(), snapshots.begin);
        return outline;
    }

  private:
    [[nodiscard]] GlobalIndex first_node(GlobalIndex configuration) const {
        return places_[static_cast<std::size_t>(configuration)].first_node;
    }
    [[nodiscard]] GlobalIndex configuration_of(GlobalIndex node) const {
        const auto after = std::ranges::upper_bound(places_, node, {}, &Place::first_node);
        return after - places_.begin() - 1;
    }

    // What the root has found, on every rank.
    void share(Index& index) {
        std::array<GlobalIndex, 2> sizes{static_cast<GlobalIndex>(index.places.size()),
                                         index.first.columns.force};
        parallel::broadcast(comm_, std::span<GlobalIndex>(sizes));
        places_ = std::move(index.places);
        places_.resize(static_cast<std::size_t>(sizes[0]));
        parallel::broadcast(comm_, std::span<Place>(places_));
        forces_ = sizes[1] >= 0;
        const auto names =
            parallel::broadcast(comm_, fmt::format("{}", fmt::join(index.species.names(index.first), " ")));
        for (std::size_t at = 0; at < names.size();) {
            const auto end = std::min(names.find(' ', at), names.size());
            totals_.species_names.push_back(names.substr(at, end - at));
            at = end + 1;
        }
        totals_.units = parallel::broadcast(comm_, index.first.units);
        totals_.nodes = places_.back().first_node;
        totals_.snapshots = sizes[0] - 1;
        totals_.boxes = true;
    }

    [[nodiscard]] data::SnapshotSet read_atoms(Range nodes, Range configurations) const {
        data::SnapshotSet set;
        set.totals = totals_;
        set.part.total_nodes = totals_.nodes;
        set.part.nodes = nodes;
        set.first_snapshot = configurations.begin;
        for (auto s = configurations.begin; s < configurations.end; ++s) add_configuration(s, set);
        set.node_offset.push_back(first_node(configurations.end));
        file_.require_unchanged();
        return set;
    }

    // Those of its atoms that belong to the part.
    void add_configuration(GlobalIndex s, data::SnapshotSet& set) const {
        const auto& place = places_[static_cast<std::size_t>(s)];
        Lines lines(file_, place.offset, place.line);
        lines.required();
        const auto header = xyz::read_header(lines.required());
        set.node_offset.push_back(place.first_node);
        set.energy.push_back(header.energy);
        set.time.push_back(header.time);
        set.trajectory.push_back(s);
        set.box.push_back(header.box);
        set.virial.push_back(header.virial);
        const auto end = std::min(first_node(s + 1), set.part.nodes.end);
        for (auto node = place.first_node; node < end; ++node) {
            const auto& line = lines.required();
            if (node >= set.part.nodes.begin) add_atom(line, xyz::read_atom(line, header.columns), set);
        }
    }

    void add_atom(const xyz::Line& line, const xyz::Atom& atom, data::SnapshotSet& set) const {
        set.part.species.push_back(species_of(line, atom));
        const double mass = atom.mass > 0 ? atom.mass : potential::atomic_weight(atom.symbol);
        require(mass > 0, Advice{"write a column masses:R:1"},
                "'{}', line {}: there is no mass, and '{}' is no chemical element", line.path, line.number,
                atom.symbol);
        set.part.mass.push_back(mass * unit_of_mass_);
        // ASE's unit of time is that in which the unit of mass is 1.
        const double unit_of_momentum = std::sqrt(unit_of_mass_);
        for (std::size_t k = 0; k < 3; ++k) {
            set.position.push_back(atom.position[k]);
            set.momentum.push_back(atom.momentum[k] * unit_of_momentum);
            if (forces_) set.force.push_back(atom.force[k]);
        }
    }

    [[nodiscard]] int species_of(const xyz::Line& line, const xyz::Atom& atom) const {
        if (atom.species_index >= 0) return atom.species_index;
        const auto& names = totals_.species_names;  // none: the file has no column of symbols
        const auto found = std::find(names.begin(), names.end(), atom.symbol);
        require<RunError>(
            found != names.end() || names.empty(), Advice{"leave it alone while it is in use, and run again"},
            "'{}' was changed while it was read: line {} has a new species", line.path, line.number);
        return static_cast<int>(found - names.begin());
    }

    parallel::Communicator comm_;
    InputFile file_;
    data::SnapshotTotals totals_;
    std::vector<Place> places_;
    bool forces_ = false;
    double unit_of_mass_ = 1;
};

bool recognises(const UnknownFile& file) {
    if (file.hdf5 || file.beginning.starts_with("\x89HDF")) return false;
    return file.path.ends_with(".xyz") || file.path.ends_with(".extxyz");
}

std::string describe(const UnknownFile& file, const std::string& /*seal*/) {
    const ExtendedXyz data(parallel::Communicator::self(), file.path);
    const auto& totals = data.totals();
    std::string out;
    add_line(out, "snapshots", std::to_string(totals.snapshots));
    add_line(out, "nodes", std::to_string(totals.nodes));
    add_line(out, "species", potential::numbered(totals.species_names));
    add_line(out, "forces", data.has_force() ? "yes" : "no");
    add_line(out, "units", totals.units);
    return out;
}

std::unique_ptr<DataSetFile> open(const parallel::Communicator& comm, const std::string& path) {
    return std::make_unique<ExtendedXyz>(comm, path);
}

}  // namespace

const FileKind& extended_xyz() {
    static const FileKind kind{
        .name = "data set (extended XYZ)", .recognises = recognises, .describe = describe, .open = open};
    return kind;
}

}  // namespace rfhgn::io
