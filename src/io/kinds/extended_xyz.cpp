/// Data sets in extended XYZ, as ASE, QUIP, MACE, GPUMD, OVITO and others write them: configurations of
/// atoms, in boxes or in open space, and what is known of them. In units "metal" (the default) masses are in
/// g/mol; an element without a mass has its atomic weight.

#include <algorithm>
#include <cmath>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/units.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/potential/elements.hpp"

#include "extended_xyz_header.hpp"
#include "extended_xyz_index.hpp"
#include "file_kind.hpp"
#include "text_data_set.hpp"
#include "text_words.hpp"

namespace rfhgn::io {

namespace {

/// The number and the atomic weight that go with a name; the atom before had most likely the same.
class SpeciesLookup {
  public:
    explicit SpeciesLookup(const potential::SpeciesNames& names) : names_(names) {
        for (const auto& name : names) weights_.push_back(potential::atomic_weight(name));
    }

    int number(const Line& line, const xyz::Atom& atom) {
        if (atom.species_index >= 0) return atom.species_index;
        if (names_.empty()) return 0;  // the file has no column of symbols
        if (names_[last_] != atom.name) last_ = find(line, atom.name);
        return static_cast<int>(last_);
    }
    [[nodiscard]] double weight(const xyz::Atom& atom) const {
        if (last_ < names_.size() && names_[last_] == atom.name) return weights_[last_];
        return potential::atomic_weight(atom.name);
    }

  private:
    [[nodiscard]] std::size_t find(const Line& line, std::string_view name) const {
        const auto found = std::ranges::find(names_, name);
        require<RunError>(found != names_.end(), Advice{"leave it alone while it is in use, and run again"},
                          "'{}' was changed while it was read: line {} has a new species", line.path,
                          line.number);
        return static_cast<std::size_t>(found - names_.begin());
    }

    const potential::SpeciesNames& names_;
    std::vector<double> weights_;
    std::size_t last_ = 0;
};

class ExtendedXyz final : public TextDataSet {
  public:
    ExtendedXyz(const parallel::Communicator& comm, const std::string& path, const OpenOptions& options)
        : TextDataSet(comm, path, [&](const InputFile& file) {
              return xyz::make_index(file, options.units.empty() ? "metal" : options.units);
          }) {
        std::ranges::copy(index().own, choice_.begin());
        parallel::together(comm, [&] { unit_of_mass_ = units_of(index().units).mass; });
    }

  private:
    /// What only all atoms of a configuration together tell.
    struct Sums {
        std::vector<double> positions;  // where the box is made of them
        double kinetic = 0;
    };

    void add_configuration(const Wanted& wanted, data::SnapshotSet& set) const override {
        TextLines lines(file(), wanted.place.offset, wanted.place.line);
        lines.required("a configuration");
        const auto& line = lines.required("a configuration");
        const Line second{line.path, line.number, {}};
        const auto header = xyz::read_header(line, choice_, index().units);
        const bool all = header.columns.motion || !header.cell.complete();
        SpeciesLookup species(index().species_names);
        Sums sums;
        for (GlobalIndex atom = 0; atom < (all ? wanted.atoms : wanted.end); ++atom) {
            const auto& at = lines.required("a configuration");
            if (!all && atom < wanted.first) continue;
            add_atom(at, header, atom >= wanted.first && atom < wanted.end, species, sums, set);
        }
        set.box.push_back(xyz::box_of(second, header.cell, sums.positions));
        set.energy.push_back(header.energy + sums.kinetic);
        set.time.push_back(header.time);
        if (index().virial) set.virial.push_back(header.virial);
    }

    void add_atom(const Line& line, const xyz::Header& header, bool wanted, SpeciesLookup& species,
                  Sums& sums, data::SnapshotSet& set) const {
        const auto atom = xyz::read_atom(line, header.columns);
        const int number = species.number(line, atom);
        const double given = atom.values[xyz::mass_at];
        const double mass = (given > 0 ? given : species.weight(atom)) * unit_of_mass_;
        if (!(mass > 0)) refuse_mass(line, atom);
        std::array<double, 9> v;
        for (std::size_t k = 0; k < 3; ++k) {
            v[k] = atom.values[xyz::position_at + k] * header.unit_of_length;
            v[3 + k] = atom.values[xyz::force_at + k];
            v[6 + k] =
                atom.values[xyz::motion_at + k] * header.unit_of_motion * (header.velocities ? mass : 1.0);
            sums.kinetic += 0.5 * v[6 + k] * v[6 + k] / mass;
        }
        if (!header.cell.complete()) sums.positions.insert(sums.positions.end(), v.begin(), v.begin() + 3);
        if (!wanted) return;
        set.part.species.push_back(number);
        set.part.mass.push_back(mass);
        set.position.insert(set.position.end(), v.begin(), v.begin() + 3);
        if (has_force()) set.force.insert(set.force.end(), v.begin() + 3, v.begin() + 6);
        set.momentum.insert(set.momentum.end(), v.begin() + 6, v.end());
    }

    [[noreturn]] static void refuse_mass(const Line& line, const xyz::Atom& atom) {
        refuse(line, fmt::format("there is no mass, and '{}' is no chemical element", shown(atom.name)),
               "write a column masses:R:1");
    }

    xyz::Choice choice_;
    double unit_of_mass_ = 1;
};

bool recognises(const UnknownFile& file) {
    if (file.hdf5 || file.beginning.starts_with("\x89HDF")) return false;
    return file.path.ends_with(".xyz") || file.path.ends_with(".extxyz");
}

std::string describe(const UnknownFile& file, const std::string& /*seal*/) {
    return describe_text(ExtendedXyz(parallel::Communicator::self(), file.path, {}));
}

std::unique_ptr<DataSetFile> open(const parallel::Communicator& comm, const std::string& path,
                                  const OpenOptions& options) {
    return std::make_unique<ExtendedXyz>(comm, path, options);
}

}  // namespace

const FileKind& extended_xyz() {
    static const FileKind kind{
        .name = "data set (extended XYZ)", .recognises = recognises, .describe = describe, .open = open};
    return kind;
}

}  // namespace rfhgn::io
