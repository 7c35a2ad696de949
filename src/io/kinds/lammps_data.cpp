/// Configurations in LAMMPS' data files (read_data, write_data), for rollouts to start from.

#include <optional>

#include "rfhgn/base/units.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/potential/elements.hpp"

#include "file_kind.hpp"
#include "lammps_data_file.hpp"
#include "text_data_set.hpp"
#include "text_words.hpp"

namespace rfhgn::io {

namespace {

std::vector<Remark> remarks_of(const lammps::DataFile& data, const std::string& units) {
    std::vector<Remark> remarks{{"units", lammps::units_said(data.units, units)},
                                {"atoms", fmt::format("style {}, {} types", data.style, data.types)}};
    std::string ignored;
    for (const auto& section : data.ignored) ignored += (ignored.empty() ? "section " : ", ") + section;
    if (data.style == "full" || data.style == "charge") ignored += ignored.empty() ? "charges" : ", charges";
    if (!ignored.empty()) remarks.push_back({"ignored", ignored});
    return remarks;
}

TextIndex make_index(const InputFile& file, const OpenOptions& options) {
    const auto data = lammps::read_data_header(file);
    TextIndex index;
    index.places = {{0, 1, 0}, {0, 1, data.atoms}};
    index.units = lammps::units_of({file.path(), 1, {}}, data.units, options);
    index.species_names = data.names();
    index.remarks = remarks_of(data, index.units);
    return index;
}

class LammpsData final : public TextDataSet {
  public:
    LammpsData(const parallel::Communicator& comm, const std::string& path, const OpenOptions& options)
        : TextDataSet(comm, path, [&](const InputFile& file) { return make_index(file, options); }) {}

  private:
    void add_configuration(const Wanted& wanted, data::SnapshotSet& set) const override {
        const auto header = lammps::read_data_header(file());
        const auto masses = masses_of(header);
        const auto atoms = lammps::read_data_atoms(file(), header);
        for (GlobalIndex i = 0; i < wanted.atoms; ++i) {
            const auto& atom = atoms[static_cast<std::size_t>(i)];
            const double mass = masses[static_cast<std::size_t>(atom.type)];
            if (i < wanted.first || i >= wanted.end) continue;
            set.part.species.push_back(atom.type);
            set.part.mass.push_back(mass);
            set.position.insert(set.position.end(), atom.position.begin(), atom.position.end());
            for (const double v : atom.velocity) set.momentum.push_back(v * mass);
        }
        set.box.push_back(header.box);
        set.energy.push_back(data::unknown);
        set.time.push_back(0.0);
    }

    // Elements without a mass have their atomic weights.
    [[nodiscard]] std::vector<double> masses_of(const lammps::DataFile& header) const {
        auto masses = header.masses;
        const double unit = units_of(totals().units).mass;
        for (std::size_t type = 0; type < masses.size(); ++type) {
            if (masses[type] == 0) masses[type] = potential::atomic_weight(header.labels[type]);
            require(masses[type] > 0, Advice{"write a section Masses"}, "'{}': there is no mass of type {}",
                    file().path(), type + 1);
            masses[type] *= unit;
        }
        return masses;
    }
};

bool recognises(const UnknownFile& file) {
    if (file.hdf5 || file.beginning.starts_with("\x89HDF")) return false;
    return file.beginning.find(" atoms") != std::string_view::npos &&
           (file.beginning.find("xlo xhi") != std::string_view::npos ||
            file.beginning.find(" avec") != std::string_view::npos);
}

std::string describe(const UnknownFile& file, const std::string& /*seal*/) {
    return describe_text(LammpsData(parallel::Communicator::self(), file.path, {}));
}

std::unique_ptr<DataSetFile> open(const parallel::Communicator& comm, const std::string& path,
                                  const OpenOptions& options) {
    return std::make_unique<LammpsData>(comm, path, options);
}

}  // namespace

const FileKind& lammps_data() {
    static const FileKind kind{
        .name = "configuration (LAMMPS data)", .recognises = recognises, .describe = describe, .open = open};
    return kind;
}

}  // namespace rfhgn::io
