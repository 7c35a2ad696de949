#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/visible.hpp"
#include "rfhgn/io/configuration_writers.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/io/whole_file.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/systems/units.hpp"
#include "rfhgn/workflow/context.hpp"

#include "paths.hpp"

namespace rfhgn::workflow {

namespace {

enum class Form { data_set, extended_xyz, lammps };

Form form_of(const std::string& path) {
    const auto ends = [&](const char* end) { return path.ends_with(end); };
    require(!ends(".h5md"), Advice{"choose .h5, .xyz or .data"},
            "'{}': trajectories in H5MD are written by rollouts only", path);
    if (ends(".h5")) return Form::data_set;
    if (ends(".xyz") || ends(".extxyz")) return Form::extended_xyz;
    require(ends(".data") || ends(".lmp"), Advice{"choose one of them for the format that is wanted"},
            "'{}': the name must end in .h5 (data set), .xyz or .extxyz (extended XYZ), or .data or .lmp "
            "(LAMMPS)",
            path);
    return Form::lammps;
}

void require_output(const CommandLine& line) {
    require_path(line.other, "the output", std::string(".part").size());
    static_cast<void>(form_of(line.other));
    const auto folder = std::filesystem::path(line.other).parent_path();
    require(folder.empty() || std::filesystem::is_directory(folder),
            Advice{"make it, or name another folder"}, "there is no folder '{}' for '{}'", folder.string(),
            line.other);
    io::require_output_file(line.other, line.overwrite, line.command, {line.file});
}

// In the numbering of --symbols, which name species that have no names.
void number_species(const CommandLine& line, io::DataSetReader& reader) {
    potential::SpeciesNames wanted;
    for (std::size_t at = 0; !line.symbols.empty() && at <= line.symbols.size();) {
        const auto end = std::min(line.symbols.find(',', at), line.symbols.size());
        wanted.push_back(line.symbols.substr(at, end - at));
        at = end + 1;
    }
    if (wanted.empty()) return;
    const bool good = potential::distinct(wanted) && std::ranges::find(wanted, "") == wanted.end();
    require(good, Advice{"write --symbols Ar,Kr"}, "--symbols {} is no list of different names",
            line.symbols);
    const auto own = reader.totals().species_names;
    if (own.empty()) return reader.name_species(wanted);
    for (const auto& name : own)
        require(name.empty() || std::ranges::find(wanted, name) != wanted.end(),
                Advice{"name all species of the file"},
                "'{}' has the species {}, which --symbols {} does not name", line.file, name, line.symbols);
    reader.number_species_as(wanted);
}

std::unique_ptr<io::DataSetReader> open(const CommandLine& line) {
    auto reader = std::make_unique<io::DataSetReader>(parallel::Communicator::self(), line.file,
                                                      io::OpenOptions{.units = line.units});
    require(line.units.empty() || reader->totals().units == line.units, Advice{"leave --units out"},
            "'{}' has units {}, but --units is {}", line.file, reader->totals().units, line.units);
    number_species(line, *reader);
    return reader;
}

// Counted from the end where it is negative.
GlobalIndex frame_of(const CommandLine& line, GlobalIndex snapshots) {
    const GlobalIndex frame = *line.frame < 0 ? *line.frame + snapshots : *line.frame;
    require(frame >= 0 && frame < snapshots, Advice{"count from 0, or from -1 backwards"},
            "'{}' has {} frames, and none of number {}", line.file, snapshots, *line.frame);
    return frame;
}

void require_possible(const data::SnapshotTotals& totals, const io::Survey& survey, const CommandLine& line) {
    require(form_of(line.other) != Form::lammps || totals.snapshots == 1, Advice{"choose one with --frame"},
            "a LAMMPS data file holds one configuration, but '{}' has {}", line.file, totals.snapshots);
    require(form_of(line.other) != Form::data_set || survey.same_boundaries,
            Advice{"convert to extended XYZ, or make files of those that are alike"},
            "'{}' has configurations of different boundaries, but a data set in HDF5 has one for all",
            line.file);
    const int last = survey.species.rbegin()->first;
    require(totals.species_names.empty() || static_cast<std::size_t>(last) < totals.species_names.size(),
            Advice{"give more with --symbols"}, "'{}' has species up to number {}, but {} names", line.file,
            last, totals.species_names.size());
}

/// Lines "  name   value" below the one that names the files.
class Table {
  public:
    void add(const std::string& name, const std::string& value) {
        text_ += fmt::format("\n  {:<12} {}", name, visible_line(value));
    }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    std::string text_;
};

void add_species(const data::SnapshotTotals& totals, const io::Survey& survey, Table& table) {
    const double unit = systems::units_of(totals.units).mass;
    const char* name = totals.units == "metal" ? " g/mol" : "";
    for (const auto& [species, of] : survey.species) {
        const auto low = of.lightest / unit;
        const auto high = of.heaviest / unit;
        table.add("species", fmt::format("{}: {} atoms of mass {:.8g}{}{}",
                                         potential::called(species, totals.species_names), of.atoms, low,
                                         low == high ? "" : fmt::format(" to {:.8g}", high), name));
    }
}

std::string labels(const data::SnapshotTotals& totals, const io::Survey& survey) {
    const auto count = [&](GlobalIndex of, const char* what) {
        return fmt::format("{} {} of {}", what, of, totals.snapshots);
    };
    return fmt::format("{}, {}, {}, {}", count(survey.energies, "energies"), count(survey.forces, "forces"),
                       count(survey.virials, "virials"), count(survey.moving, "momenta"));
}

std::string boxes(const data::SnapshotTotals& totals, const io::Survey& survey) {
    if (!totals.boxes) return fmt::format("none: {} edges are given", totals.edges);
    return fmt::format("{} periodic, {} open along some vectors, {} open",
                       totals.snapshots - survey.open - survey.partly_open, survey.partly_open, survey.open);
}

void tell(const CommandLine& line, const io::DataSetReader& reader, const data::SnapshotTotals& totals,
          const io::Survey& survey) {
    Table table;
    for (const auto& remark : reader.remarks()) table.add(remark.about, remark.said);
    for (const auto& name : reader.unread_names()) table.add("ignored", name);
    if (totals.edges > 0 && form_of(line.other) != Form::data_set)
        table.add("left out", "edges between particles");
    if (form_of(line.other) == Form::lammps && survey.forces + survey.energies + survey.virials > 0)
        table.add("left out", "energies, forces and virials, for which a LAMMPS data file has no place");
    if (reader.has_velocity() && form_of(line.other) != Form::data_set)
        table.add("left out", "velocities; momenta and masses stay");
    table.add("units", totals.units);
    add_species(totals, survey, table);
    table.add("boxes", boxes(totals, survey));
    for (const auto& [name, of] : survey.groups)
        table.add("group", fmt::format("{}: {} configurations, {} atoms", name.empty() ? "none" : name,
                                       of.snapshots, of.atoms));
    table.add("labels", labels(totals, survey));
    report::info(fmt::format("convert: {} configurations, {} atoms of '{}', a {}, to '{}'{}",
                             totals.snapshots, totals.nodes, line.file, reader.kind(), line.other,
                             table.text()));
}

void write(const data::SnapshotSource& source, const io::Survey& survey, const CommandLine& line,
           const io::Provenance& provenance) {
    const auto form = form_of(line.other);
    if (form == Form::extended_xyz) return io::write_extended_xyz(source, survey, line.other);
    if (form == Form::lammps) return io::write_lammps_data(source, line.other);
    const parallel::Range all{0, source.totals().snapshots};
    auto set = source.read_snapshots(all);
    const auto outline = source.outline(all);
    std::vector<GlobalIndex> edges;
    for (std::size_t s = 0; s + 1 < outline.edge_offset.size(); ++s)
        edges.push_back(outline.edge_offset[s + 1] - outline.edge_offset[s]);
    io::write_data_set(parallel::Communicator::self(), line.other, set, edges, provenance);
}

void convert_here(const CommandLine& line, const io::Provenance& provenance) {
    require_output(line);
    const auto reader = open(line);
    std::unique_ptr<data::SnapshotSource> frame;
    if (line.frame) frame = io::only(*reader, frame_of(line, reader->totals().snapshots));
    const data::SnapshotSource& source = frame ? *frame : *reader;
    const auto survey = io::survey(source);
    require_possible(source.totals(), survey, line);
    write(source, survey, line, provenance);
    tell(line, *reader, source.totals(), survey);
}

}  // namespace

void convert(const parallel::Communicator& comm, const CommandLine& line) {
    const auto made_by = provenance(comm, line, "");
    parallel::together(comm, [&] {
        if (comm.is_root()) convert_here(line, made_by);
    });
}

}  // namespace rfhgn::workflow
