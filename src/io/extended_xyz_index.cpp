#include "extended_xyz_index.hpp"

#include <algorithm>
#include <map>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/interruption.hpp"

#include "extended_xyz_header.hpp"
#include "extended_xyz_remarks.hpp"
#include "extended_xyz_species.hpp"
#include "text_words.hpp"

namespace rfhgn::io::xyz {

namespace {

/// Columns of configurations, by their Properties: most files have one and the same for all.
class Layouts {
  public:
    struct Layout {
        std::int64_t line;  ///< where it is found first
        std::vector<std::string> names;
        Columns columns;  ///< by the names that this layout has, others than those that count in the file
    };

    const Layout& of(const Line& line, const std::string& properties) {
        if (last_ && last_->first == properties) return last_->second;
        auto found = all_.find(properties);
        if (found == all_.end()) {
            Layout layout{line.number, column_names(line, properties), {}};
            NameCensus own;
            for (const auto& name : layout.names) own.note_column(name);
            layout.columns = columns_of(line, properties, own.choose());
            found = all_.emplace(properties, std::move(layout)).first;
        }
        last_ = &*found;
        return last_->second;
    }
    // Forces and what tells species apart are known of all configurations or of none.
    void require_alike(const std::string& path, const Choice& choice) const {
        std::map<std::int64_t, Columns> by_line;
        for (const auto& [properties, layout] : all_)
            by_line.emplace(layout.line, columns_of({path, layout.line, {}}, properties, choice));
        const auto& first = by_line.begin()->second;
        for (const auto& [number, columns] : by_line) {
            const char* what = columns.force != first.force                   ? "forces"
                               : columns.species_index != first.species_index ? "species_index"
                               : columns.name() != first.name()               ? "species"
                                                                              : nullptr;
            if (what)
                refuse({path, number, {}},
                       fmt::format(
                           "of this configuration and the first one, one has {} and the other has not", what),
                       "make data sets of those that are alike, and call the same by the same name");
        }
    }

  private:
    std::map<std::string, Layout> all_;
    const std::pair<const std::string, Layout>* last_ = nullptr;
};

/// What belongs together, by the values of a key.
class Membership {
  public:
    explicit Membership(const char* key) : key_(key) {}

    /// The number of the configuration's value; of one without a value `other`.
    GlobalIndex of(const Pairs& pairs, GlobalIndex other) {
        const auto* found = find(pairs, key_);
        return found ? numbers_.number(found->value) : other;
    }
    [[nodiscard]] const std::vector<std::string>& names() const { return numbers_.names(); }

  private:
    const char* key_;
    NameNumbers numbers_;
};

constexpr GlobalIndex alone = -1;

class Indexer {
  public:
    Indexer(const InputFile& file, const std::string& units) : file_(file), units_(units), lines_(file) {}

    TextIndex run() {
        TextPlace place{0, 1, 0};
        while (lines_.next()) {
            parallel::interruption_point();
            if (!is_empty(lines_.line().text)) place.first_node += configuration(place);
            place = {lines_.offset(), lines_.line().number + 1, place.first_node};
        }
        require(!index_.places.empty(), Advice{"check how it was made"}, "'{}' has no configuration",
                file_.path());
        const auto choice = census_.choose();
        layouts_.require_alike(file_.path(), choice);
        index_.own.assign(choice.begin(), choice.end());
        finish(choice);
        index_.places.push_back(place);
        return std::move(index_);
    }

  private:
    // Its atoms.
    GlobalIndex configuration(TextPlace place) {
        const auto count = count_atoms();
        const auto& line = lines_.required("a configuration");
        const auto pairs = pairs_of(line);
        note_header(line, pairs);
        place.trajectory = trajectories_.of(pairs, alone);
        place.group = groups_.of(pairs, alone);
        place.config_type = types_.of(pairs, alone);
        index_.places.push_back(place);
        note_atoms(layouts_.of(line, properties_of(pairs)), count);
        return count;
    }

    // Where the number of atoms is not found, one of the atoms before may be the fault.
    GlobalIndex count_atoms() {
        try {
            return read_count(lines_.line());
        } catch (const InputError&) {
            if (!index_.places.empty()) check_widths(index_.places.back());
            throw;
        }
    }

    void check_widths(const TextPlace& place) {
        TextLines again(file_, place.offset, place.line);
        const auto count = read_count(again.required("a configuration"));
        const auto& line = again.required("a configuration");
        const auto& columns = layouts_.of(line, properties_of(pairs_of(line))).columns;
        for (GlobalIndex atom = 0; atom < count; ++atom)
            require_width(again.required("a configuration"), columns);
    }

    void note_header(const Line& line, const Pairs& pairs) {
        census_.note(line, pairs);
        const auto ipi = ipi_comment(line);
        const auto cell = ipi.found ? ipi.cell : cell_of(line, pairs);
        if (cell.complete()) static_cast<void>(box_of(line, cell, {}));
        facts_.ipi = facts_.ipi || ipi.found;
        facts_.comment = facts_.comment || (pairs.empty() && !ipi.found && !is_empty(line.text));
        facts_.without_lattice += cell.complete() ? 0 : 1;
        const auto periodic = std::ranges::count(cell.periodic, true);
        facts_.open += periodic == 0 ? 1 : 0;
        facts_.partly_open += periodic == 1 || periodic == 2 ? 1 : 0;
        named_ = named_ && are_named(pairs);
        const auto units = units_of(line, pairs, units_);
        if (index_.places.empty()) index_.units = units;
        if (units != index_.units)
            refuse(line,
                   fmt::format("this configuration and the first one differ in units: {} and {}", units,
                               index_.units),
                   "make data sets of those that are alike");
    }

    void note_atoms(const Layouts::Layout& layout, GlobalIndex count) {
        constexpr GlobalIndex at_once = 65536;
        for (const auto& name : layout.names) census_.note_column(name);
        const auto& columns = layout.columns;
        const bool told = columns.name() != Word::other || columns.species_index;
        for (GlobalIndex atom = 0; atom < count; ++atom) {
            const auto& line = lines_.required("a configuration");
            if (atom == 0) require_width(line, columns);
            if (atom % at_once == 0) parallel::interruption_point();
            if (told || atom == 0) species_.note(line, read_species(line, columns));
        }
    }

    void finish(const Choice& choice) {
        index_.force = !of(choice, Quantity::force).empty();
        index_.virial = !of(choice, Quantity::virial).empty() || !of(choice, Quantity::stress).empty();
        index_.species_names = species_.names(named_);
        index_.grouped = !groups_.names().empty();
        index_.group_names = groups_.names();
        index_.config_type_names = types_.names();
        number_places();
        facts_.configurations = static_cast<GlobalIndex>(index_.places.size());
        facts_.trajectories = static_cast<GlobalIndex>(trajectories_.names().size());
        index_.remarks = remarks_of(census_, choice, facts_, index_);
    }

    // Configurations that say nothing of a group or a trajectory are one of their own. Without trajectories
    // the numbers go from type to type, so that every type has its share of what is held out.
    void number_places() {
        auto next_group = static_cast<GlobalIndex>(groups_.names().size());
        auto next_trajectory = static_cast<GlobalIndex>(trajectories_.names().size());
        const bool by_type = next_trajectory == 0;
        std::vector<GlobalIndex> next_of_type(types_.names().size() + 1, 0);
        for (const auto& place : index_.places)
            ++next_of_type[static_cast<std::size_t>(place.config_type + 1)];
        GlobalIndex before = 0;
        for (auto& count : next_of_type) count = std::exchange(before, before + count);
        for (auto& place : index_.places) {
            if (place.group == alone) place.group = next_group++;
            if (by_type)
                place.trajectory = next_of_type[static_cast<std::size_t>(place.config_type + 1)]++;
            else if (place.trajectory == alone)
                place.trajectory = next_trajectory++;
        }
    }

    const InputFile& file_;
    const std::string& units_;
    TextLines lines_;
    TextIndex index_;
    Layouts layouts_;
    NameCensus census_;
    Species species_;
    Membership groups_{"group"}, trajectories_{"trajectory"}, types_{"config_type"};
    FileFacts facts_;
    bool named_ = true;
};

}  // namespace

TextIndex make_index(const InputFile& file, const std::string& units) {
    return Indexer(file, units).run();
}

}  // namespace rfhgn::io::xyz
