#pragma once
/// Data sets in text: configurations in boxes, one after the other. The root goes through the file once and
/// notes where each begins; from then on every rank reads those that it needs.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "rfhgn/base/input_file.hpp"
#include "rfhgn/io/data_set.hpp"

namespace rfhgn::io {

/// Where a configuration is, and what it belongs to.
struct TextPlace {
    std::uint64_t offset;
    std::int64_t line;
    GlobalIndex first_node;
    GlobalIndex trajectory = 0;
    GlobalIndex group = 0;
    GlobalIndex config_type = -1;
};

/// What one pass through the file finds.
struct TextIndex {
    std::vector<TextPlace> places;  ///< [configurations + 1]
    bool force = false, virial = false, grouped = false;
    std::string units;
    potential::SpeciesNames species_names;
    std::vector<std::string> group_names, config_type_names;
    std::vector<std::string> own;  ///< what the format has to know again when it reads
    std::vector<Remark> remarks;
};

class TextDataSet : public DataSetFile {
  public:
    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return totals_; }
    [[nodiscard]] bool has_velocity() const override { return false; }
    [[nodiscard]] bool has_force() const override { return index_.force; }
    [[nodiscard]] std::vector<Remark> remarks() const override { return index_.remarks; }

    [[nodiscard]] data::SnapshotSet read(parallel::Range nodes) const override;
    [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range snapshots) const override;
    [[nodiscard]] data::SnapshotSet read_part(parallel::Range nodes, parallel::Range edges) const override;
    [[nodiscard]] data::SnapshotOutline outline(parallel::Range snapshots) const override;

  protected:
    using MakeIndex = std::function<TextIndex(const InputFile&)>;
    /// *Collective*; throws on all ranks alike.
    TextDataSet(const parallel::Communicator& comm, const std::string& path, const MakeIndex& make_index);

    /// A configuration whose atoms the set wants all, or [first, end) of them.
    struct Wanted {
        const TextPlace& place;
        GlobalIndex atoms;  ///< of the configuration
        GlobalIndex first, end;
    };
    /// Appends box, energy, time and virial, and of the atoms wanted species, mass, position, momentum and
    /// force. Local. Throws InputError.
    virtual void add_configuration(const Wanted& wanted, data::SnapshotSet& set) const = 0;

    [[nodiscard]] const InputFile& file() const { return file_; }
    [[nodiscard]] const TextIndex& index() const { return index_; }

  private:
    [[nodiscard]] const TextPlace& place(GlobalIndex configuration) const {
        return index_.places[static_cast<std::size_t>(configuration)];
    }
    [[nodiscard]] GlobalIndex configuration_of(GlobalIndex node) const;
    [[nodiscard]] data::SnapshotSet read_atoms(parallel::Range nodes, parallel::Range configurations) const;
    void share();

    parallel::Communicator comm_;
    InputFile file_;
    TextIndex index_;
    data::SnapshotTotals totals_;
};

/// The beginning of what `rfhgn info` says of one. Local.
std::string describe_text(const TextDataSet& data);

/// Numbers names in the order in which they are met.
class NameNumbers {
  public:
    GlobalIndex number(const std::string& name);
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

  private:
    std::map<std::string, GlobalIndex> numbers_;
    std::vector<std::string> names_;
};

}  // namespace rfhgn::io
