#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/units.hpp"
#include "rfhgn/base/visible.hpp"
#include "rfhgn/io/configuration_writers.hpp"
#include "rfhgn/parallel/interruption.hpp"
#include "rfhgn/potential/elements.hpp"

#include "extended_xyz_header.hpp"
#include "file_system.hpp"
#include "inverse.hpp"
#include "output_file.hpp"
#include "text_words.hpp"

namespace rfhgn::io {

namespace {

/// Symbols of species that have no names: any elements will do.
std::string stand_in(int species) {
    constexpr std::array common{18, 36, 54, 10, 2, 86};
    const auto s = static_cast<std::size_t>(species);
    return std::string(potential::element_symbol(s < common.size() ? common[s] : species - 5));
}

bool is_word(const std::string& name) {
    return !name.empty() && std::ranges::none_of(name, is_blank) && !has_control_characters(name);
}

/// What columns all configurations of a file have, and how species are called in it.
class XyzWriter {
  public:
    XyzWriter(const data::SnapshotTotals& totals, const Survey& survey)
        : totals_(totals),
          survey_(survey),
          unit_of_mass_(units_of(totals.units).mass),
          unit_of_momentum_(xyz::motion_of("momenta", totals.units).unit) {
        moves_ = survey.moving > 0;
        named_ = !totals.species_names.empty();
        potential::SpeciesNames used;
        for (const auto& [species, of] : survey.species) {
            symbols_[species] = symbol(species);
            used.push_back(symbols_[species]);
            const double usual = potential::atomic_weight(symbols_[species]) * unit_of_mass_;
            masses_ = masses_ || !named_ || of.lightest != usual || of.heaviest != usual;
        }
        const bool in_order = std::ranges::is_sorted(used, goes_before) && used == totals.species_names;
        numbers_ = !named_ || !in_order;
    }

    void append(const data::SnapshotSet& set, std::size_t s, std::string& text) const {
        const Snapshot at{set, s, static_cast<std::size_t>(set.node_offset[s] - set.node_offset.front()),
                          static_cast<std::size_t>(set.node_offset[s + 1] - set.node_offset.front())};
        fmt::format_to(std::back_inserter(text), "{}\n", at.end - at.first);
        append_box(at, text);
        append_properties(set, text);
        append_values(at, text);
        append_membership(at, text);
        text += '\n';
        for (auto i = at.first; i < at.end; ++i) append_atom(set, i, text);
    }

  private:
    struct Snapshot {
        const data::SnapshotSet& set;
        std::size_t s, first, end;
    };

    [[nodiscard]] std::string symbol(int species) const {
        if (!named_) return stand_in(species);
        const auto s = static_cast<std::size_t>(species);
        const auto name =
            species >= 0 && s < totals_.species_names.size() ? totals_.species_names[s] : std::string();
        require(is_word(name), Advice{"name species with --symbols"},
                "species {} is called '{}', which cannot stand in a column of extended XYZ", species,
                visible_line(name));
        return name;
    }

    // A box that is open everywhere and was made to hold the atoms is made again.
    void append_box(const Snapshot& at, std::string& text) const {
        graph::Box box;
        std::array<bool, 3> made{true, true, true};
        if (!at.set.box.empty()) {
            box = at.set.box[at.s];
            const bool moved = box.origin != graph::Vector3{};
            for (std::size_t k = 0; k < 3; ++k)
                made[k] = moved && k < static_cast<std::size_t>(box.dimension) && !box.periodic[k];
        }
        for (std::size_t k = 0; k < 3; ++k)
            if (made[k]) box.vectors[k] = {};
        if (made != std::array{true, true, true})
            fmt::format_to(std::back_inserter(text), "Lattice=\"{} {} {}\" ", fmt::join(box.vectors[0], " "),
                           fmt::join(box.vectors[1], " "), fmt::join(box.vectors[2], " "));
        const auto letter = [&](std::size_t k) { return box.periodic[k] ? 'T' : 'F'; };
        fmt::format_to(std::back_inserter(text), "pbc=\"{} {} {}\" ", letter(0), letter(1), letter(2));
    }
    void append_properties(const data::SnapshotSet& set, std::string& text) const {
        text += "Properties=species:S:1:pos:R:3";
        if (moves_) text += ":momenta:R:3";
        if (!set.force.empty()) text += ":forces:R:3";
        if (masses_) text += ":masses:R:1";
        if (numbers_) text += ":species_index:I:1";
    }
    void append_values(const Snapshot& at, std::string& text) const {
        const auto& set = at.set;
        fmt::format_to(std::back_inserter(text), " units={}", totals_.units);
        if (!named_) text += " species_named=F";
        if (const double energy = set.energy[at.s]; !std::isnan(energy)) {
            const double kinetic = kinetic_energy(at);
            const double potential = inverse(energy - kinetic, energy, [&](double e) { return e + kinetic; });
            fmt::format_to(std::back_inserter(text), " energy={}", potential);
        }
        if (!set.virial.empty() && data::is_known(set.virial[at.s])) append_virial(at, text);
        if (set.time[at.s] != 0) fmt::format_to(std::back_inserter(text), " time={}", set.time[at.s]);
    }
    void append_virial(const Snapshot& at, std::string& text) const {
        const auto nine = [](const data::Virial& v) {
            return std::array{v[0], v[3], v[4], v[3], v[1], v[5], v[4], v[5], v[2]};
        };
        auto values = nine(at.set.virial[at.s]);
        fmt::format_to(std::back_inserter(text), " virial=\"{}\"", fmt::join(values, " "));
        if (at.set.box.empty() || at.set.box[at.s].origin != graph::Vector3{} || at.set.totals.dimension != 3)
            return;
        const double volume = graph::volume(at.set.box[at.s]);
        for (double& value : values) value /= -volume;
        fmt::format_to(std::back_inserter(text), " stress=\"{}\"", fmt::join(values, " "));
    }
    // As the reader adds it up.
    [[nodiscard]] double kinetic_energy(const Snapshot& at) const {
        const auto d = static_cast<std::size_t>(totals_.dimension);
        double sum = 0;
        for (auto i = at.first; i < at.end; ++i)
            for (std::size_t k = 0; k < d; ++k) {
                const double p = at.set.momentum[i * d + k];
                sum += 0.5 * p * p / at.set.part.mass[i];
            }
        return sum;
    }
    static void append_name(const char* key, const std::vector<std::string>& names, GlobalIndex number,
                            std::string& text) {
        const auto n = static_cast<std::size_t>(number);
        std::string name = number >= 0 && n < names.size() ? names[n] : std::to_string(number);
        std::ranges::replace_if(
            name, [](unsigned char c) { return c < ' '; }, ' ');  // line ends among them
        for (auto mark = name.find_first_of("\\\""); mark != name.npos;
             mark = name.find_first_of("\\\"", mark + 2))
            name.insert(mark, 1, '\\');
        fmt::format_to(std::back_inserter(text), " {}=\"{}\"", key, name);
    }
    void append_membership(const Snapshot& at, std::string& text) const {
        const auto& set = at.set;
        if (!set.config_type.empty() && set.config_type[at.s] >= 0)
            append_name("config_type", totals_.config_type_names, set.config_type[at.s], text);
        if (!set.group.empty()) append_name("group", totals_.group_names, set.group[at.s], text);
        if (survey_.trajectories) append_name("trajectory", {}, set.trajectory[at.s], text);
    }

    void append_vector(const std::vector<double>& values, std::size_t i, double unit,
                       std::string& text) const {
        const auto d = static_cast<std::size_t>(totals_.dimension);
        for (std::size_t k = 0; k < 3; ++k) {
            double value = k < d ? values[i * d + k] : 0.0;
            if (unit != 1.0) value = inverse(value / unit, value, [&](double x) { return x * unit; });
            fmt::format_to(std::back_inserter(text), " {}", value);
        }
    }
    void append_atom(const data::SnapshotSet& set, std::size_t i, std::string& text) const {
        text += symbols_.at(set.part.species[i]);
        append_vector(set.position, i, 1.0, text);
        if (moves_) append_vector(set.momentum, i, unit_of_momentum_, text);
        if (!set.force.empty()) append_vector(set.force, i, 1.0, text);
        const double mass = set.part.mass[i];
        if (masses_)
            fmt::format_to(std::back_inserter(text), " {}",
                           inverse(mass / unit_of_mass_, mass, [&](double x) { return x * unit_of_mass_; }));
        if (numbers_) fmt::format_to(std::back_inserter(text), " {}", set.part.species[i]);
        text += '\n';
    }

    const data::SnapshotTotals& totals_;
    const Survey& survey_;
    double unit_of_mass_, unit_of_momentum_;
    std::map<int, std::string> symbols_;
    bool moves_ = false, masses_ = false, numbers_ = false, named_ = false;
};

}  // namespace

void write_extended_xyz(const data::SnapshotSource& source, const Survey& survey, const std::string& path) {
    const auto& totals = source.totals();
    const XyzWriter writer(totals, survey);
    auto file = OutputFile::create(part_path(path));
    std::string text;
    constexpr std::size_t at_once = std::size_t{1} << 20U;
    for (GlobalIndex s = 0; s < totals.snapshots; ++s) {
        parallel::interruption_point();
        writer.append(source.read_snapshots({s, s + 1}), 0, text);
        if (text.size() < at_once) continue;
        file.write(text);
        text.clear();
    }
    file.write(text);
    file = {};
    put_in_place(path);
}

}  // namespace rfhgn::io
