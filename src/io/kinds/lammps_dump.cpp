/// Trajectories in LAMMPS' text dumps (dump atom, dump custom): all frames are one trajectory.

#include <algorithm>
#include <set>

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/units.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/potential/elements.hpp"

#include "file_kind.hpp"
#include "lammps_dump_frame.hpp"
#include "text_data_set.hpp"
#include "text_words.hpp"

namespace rfhgn::io {

namespace {

using lammps::DumpHeader;
using lammps::DumpWord;

constexpr std::size_t most_species = 1000;

/// Goes through the file once.
class DumpIndexer {
  public:
    DumpIndexer(const InputFile& file, const OpenOptions& options) : file_(file), options_(options) {}

    TextIndex run() {
        TextLines lines(file_);
        DumpHeader header;
        TextPlace place{0, 1, 0};
        while (read_dump_header(lines, header)) {
            parallel::interruption_point();
            if (index_.places.empty()) first_ = header;
            require_alike(lines.line(), header);
            index_.places.push_back(place);
            for (GlobalIndex atom = 0; atom < header.atoms; ++atom) note(lines.required("a frame"), header);
            place = {lines.offset(), lines.line().number + 1, place.first_node + header.atoms};
        }
        require(!index_.places.empty(), Advice{"check how it was made"}, "'{}' has no frame", file_.path());
        index_.places.push_back(place);
        index_.force = first_.has(DumpWord::force);
        index_.units = lammps::units_of({file_.path(), 1, {}}, first_.units, options_);
        index_.own = {index_.units};
        index_.species_names.assign(elements_.begin(), elements_.end());
        std::ranges::sort(index_.species_names, goes_before);
        tell();
        return std::move(index_);
    }

  private:
    void require_alike(const Line& line, const DumpHeader& header) const {
        for (const auto word : {DumpWord::force, DumpWord::element, DumpWord::type, DumpWord::mass})
            if (header.has(word) != first_.has(word))
                refuse(line, "this frame and the first one have different columns",
                       "make a file of each kind of frames");
    }
    void note(const Line& line, const DumpHeader& header) {
        if (!header.has(DumpWord::element)) return;
        Words words(line.text);
        for (const auto& column : header.columns) {
            const auto word = words.next();
            if (column.word != DumpWord::element) continue;
            if (word.empty()) static_cast<void>(read_dump_atom(line, header));  // says what is wrong
            if (word == last_) return;
            last_ = word;
            elements_.insert(last_);
            if (elements_.size() > most_species) refuse(line, "more than a thousand species");
        }
    }
    void tell() {
        auto& remarks = index_.remarks;
        std::vector<std::string> ignored;
        for (const auto& column : first_.columns)
            if (column.word == DumpWord::other) ignored.push_back(shown(column.name));
        remarks.push_back({"units", lammps::units_said(first_.units, index_.units)});
        remarks.push_back({"positions", fmt::format("columns {}{}", first_.position,
                                                    first_.has(DumpWord::image) ? ", with images" : "")});
        if (first_.has(DumpWord::force)) remarks.push_back({"forces", "columns fx fy fz"});
        if (first_.has(DumpWord::velocity)) remarks.push_back({"momenta", "columns vx vy vz, times masses"});
        remarks.push_back(
            {"masses", first_.has(DumpWord::mass) ? "column mass" : "atomic weights of elements"});
        remarks.push_back({"times", first_.timed ? "of ITEM: TIME" : "numbers of steps"});
        remarks.push_back({"groups", "one trajectory: no frame is held out from the others"});
        if (!ignored.empty()) remarks.push_back({"ignored", fmt::format("{}", fmt::join(ignored, ", "))});
    }

    const InputFile& file_;
    const OpenOptions& options_;
    TextIndex index_;
    DumpHeader first_;
    std::set<std::string> elements_;
    std::string last_;
};

class LammpsDump final : public TextDataSet {
  public:
    LammpsDump(const parallel::Communicator& comm, const std::string& path, const OpenOptions& options)
        : TextDataSet(comm, path, [&](const InputFile& file) { return DumpIndexer(file, options).run(); }) {
        parallel::together(comm, [&] { unit_of_mass_ = units_of(totals().units).mass; });
    }

  private:
    /// An atom with what its line tells in words.
    struct Found {
        lammps::DumpAtom atom;
        int species;
        double mass;
    };

    void add_configuration(const Wanted& wanted, data::SnapshotSet& set) const override {
        TextLines lines(file(), wanted.place.offset, wanted.place.line);
        DumpHeader header;
        require<RunError>(read_dump_header(lines, header) && header.atoms == wanted.atoms,
                          Advice{"leave it alone while it is in use, and run again"},
                          "'{}' was changed while it was read", file().path());
        const auto atoms = read_atoms(lines, header);
        for (auto i = wanted.first; i < wanted.end; ++i) {
            const auto& [atom, species, mass] = atoms[static_cast<std::size_t>(i)];
            set.part.species.push_back(species);
            set.part.mass.push_back(mass);
            set.position.insert(set.position.end(), atom.position.begin(), atom.position.end());
            for (const double v : atom.velocity) set.momentum.push_back(v * mass);
            if (has_force()) set.force.insert(set.force.end(), atom.force.begin(), atom.force.end());
        }
        set.box.push_back(header.box);
        set.energy.push_back(data::unknown);
        set.time.push_back(header.time);
    }

    // By increasing id, where there are ids: dumps of several ranks come in any order.
    [[nodiscard]] std::vector<Found> read_atoms(TextLines& lines, const DumpHeader& header) const {
        std::vector<Found> atoms;
        atoms.reserve(static_cast<std::size_t>(header.atoms));
        for (GlobalIndex i = 0; i < header.atoms; ++i) {
            const auto& line = lines.required("a frame");
            const auto atom = read_dump_atom(line, header);
            const double mass = atom.mass > 0 ? atom.mass : potential::atomic_weight(atom.element);
            if (!(mass > 0))
                refuse(line, "there is no mass, and no chemical element", "dump the mass, or the element");
            atoms.push_back({atom, species_of(line, atom), mass * unit_of_mass_});
            atoms.back().atom.element = {};  // the line goes
        }
        if (!header.has(DumpWord::id)) return atoms;
        const auto id = [](const Found& found) { return found.atom.id; };
        std::ranges::stable_sort(atoms, {}, id);
        const auto twice = std::ranges::adjacent_find(atoms, {}, id);
        require(twice == atoms.end(), Advice{"number each atom once"},
                "'{}': atom {} stands twice in a frame", file().path(),
                twice == atoms.end() ? 0 : twice->atom.id);
        return atoms;
    }

    // The number of its element, or else its type.
    [[nodiscard]] int species_of(const Line& line, const lammps::DumpAtom& atom) const {
        const auto& names = index().species_names;
        if (names.empty()) return std::max(0, atom.type);
        const auto found = std::ranges::find(names, atom.element);
        require<RunError>(found != names.end(), Advice{"leave it alone while it is in use, and run again"},
                          "'{}' was changed while it was read: line {} has a new element", line.path,
                          line.number);
        return static_cast<int>(found - names.begin());
    }

    double unit_of_mass_ = 1;
};

bool recognises(const UnknownFile& file) {
    return !file.hdf5 && file.beginning.starts_with("ITEM:");
}

std::string describe(const UnknownFile& file, const std::string& /*seal*/) {
    return describe_text(LammpsDump(parallel::Communicator::self(), file.path, {}));
}

std::unique_ptr<DataSetFile> open(const parallel::Communicator& comm, const std::string& path,
                                  const OpenOptions& options) {
    return std::make_unique<LammpsDump>(comm, path, options);
}

}  // namespace

const FileKind& lammps_dump() {
    static const FileKind kind{
        .name = "trajectory (LAMMPS dump)", .recognises = recognises, .describe = describe, .open = open};
    return kind;
}

}  // namespace rfhgn::io
