#pragma once
/// Data sets on disk (HDF5). Layout:
///   /particles/{position, momentum, velocity, force} [nodes, d] float64, /particles/mass [nodes] float64,
///   /particles/species [nodes] int32 (optional: 0) with optional attribute `names` (by number, empty where
///   no particle has it: then each number that occurs has a name);
///   /snapshots/node_offset [M + 1] int64, /snapshots/{energy, time} [M] float64 (optional: NaN, 0),
///   /snapshots/virial [M, 6] float64 (optional: NaN; xx yy zz xy xz yz, see data::Virial),
///   /snapshots/trajectory [M] int64 (optional: snapshot index), /snapshots/group [M] int64 (optional: the
///   trajectory; snapshots of a group are held out together) with optional attribute `names` (of groups),
///   /snapshots/config_type [M] int64 (optional: of none, −1) with attribute `names`;
///   /graph/edges [E, 2] int64 (global node indices), /graph/edge_offset [M + 1] int64 (edges grouped by
///   snapshot), /graph/attributes [E, C] float64 with attribute `names` (optional: none);
///   root attributes format = "rfhgn-data-set", format_version = 1, dimension, units (optional: "reduced";
///   "lj", "metal": see systems/units.hpp); group /provenance (optional).
/// Integers of other widths and float32 are accepted. Any number of ranks may read what any number wrote.
///
/// Molecular dynamics: /snapshots/box [M, d, d] float64, the cell's vectors as rows, with attribute
/// `boundary` [d] of strings "periodic" or "open", takes the place of /graph: edges follow from the cutoff
/// that a model has.
///
/// Files of earlier releases call velocity position_rate and force momentum_rate: they stay readable.
///
/// velocity may be absent when the data set has only forces (train with [model] kinetic = "known"). force may
/// be absent too in a time series: time and trajectory are then present, and the frames of a trajectory
/// follow one another, evenly spaced in time (train with [train] rates = "leapfrog", "central4" or
/// "central2"; see data/time_series.hpp).

#include <memory>
#include <string>

#include "rfhgn/data/snapshots.hpp"
#include "rfhgn/io/provenance.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

/// Something to be told of a file, in words.
struct Remark {
    std::string about;  ///< "energies"
    std::string said;   ///< "'energy' in 3 of 4 configurations"
};

/// A data set that is open, in one format or another.
class DataSetFile : public data::SnapshotSource {
  public:
    /// Whether it has velocities and forces. Local.
    [[nodiscard]] virtual bool has_velocity() const = 0;
    [[nodiscard]] virtual bool has_force() const = 0;
    /// Nodes and edges by their global indices, parts of the data set or of one snapshot. Local: throws like
    /// read_snapshots.
    [[nodiscard]] virtual data::SnapshotSet read_part(parallel::Range nodes, parallel::Range edges) const = 0;
    /// What it holds and nobody reads, with the names that may be meant. Local.
    [[nodiscard]] virtual std::vector<std::string> unread_names() const { return {}; }
    /// What was found under which name, what of it counts, and what is ignored: of formats in which that is
    /// not fixed. Local.
    [[nodiscard]] virtual std::vector<Remark> remarks() const { return {}; }
};

/// What whoever opens a file knows and the file may not say.
struct OpenOptions {
    std::string units{};         ///< of files that do not name theirs; empty: what is usual for their format
    std::string lammps_units{};  ///< the same of LAMMPS' files only, where `units` is empty; "lj" by default
};

/// Reads parts of a data set of any format, which its content or its name tells (docs/data.md has the list).
/// InputErrors name the file and the data set or line and say what was found and what is expected (absent,
/// wrong type or shape, offsets not increasing or not ending at the totals, edges outside their snapshot,
/// non-finite values with the first bad row, non-positive mass).
class DataSetReader final : public DataSetFile {
  public:
    /// Checks types, shapes and offsets. *Collective*; throws on all ranks alike.
    DataSetReader(const parallel::Communicator& comm, const std::string& path,
                  const OpenOptions& options = {});

    /// From here on species have the numbers that `names` gives them, others numbers that are new. Nothing
    /// changes where names are not known on both sides. Local.
    void number_species_as(const potential::SpeciesNames& names);
    /// Names by number for a file that has none. Local.
    void name_species(const potential::SpeciesNames& names);

    /// What kind of file it is, in words. Local.
    [[nodiscard]] const std::string& kind() const noexcept { return kind_; }

    [[nodiscard]] const data::SnapshotTotals& totals() const noexcept override { return totals_; }
    [[nodiscard]] bool has_velocity() const override { return file_->has_velocity(); }
    [[nodiscard]] bool has_force() const override { return file_->has_force(); }
    [[nodiscard]] std::vector<std::string> unread_names() const override { return file_->unread_names(); }
    [[nodiscard]] std::vector<Remark> remarks() const override { return file_->remarks(); }
    /// Of the edges, block_range of the file. *Collective*; throws on all ranks alike.
    [[nodiscard]] data::SnapshotSet read(parallel::Range nodes) const override {
        return numbered(file_->read(nodes));
    }
    [[nodiscard]] data::SnapshotSet read_snapshots(parallel::Range snapshots) const override {
        return numbered(file_->read_snapshots(snapshots));
    }
    [[nodiscard]] data::SnapshotSet read_part(parallel::Range nodes, parallel::Range edges) const override {
        return numbered(file_->read_part(nodes, edges));
    }
    /// One snapshot as a data set of its own: of its nodes and of its edges, both counted from its first, a
    /// block a rank. *Collective*; throws on all ranks alike.
    [[nodiscard]] data::SnapshotSet read_snapshot(const parallel::Communicator& comm,
                                                  GlobalIndex snapshot) const;
    [[nodiscard]] data::SnapshotOutline outline(parallel::Range snapshots) const override {
        return file_->outline(snapshots);
    }

  private:
    [[nodiscard]] data::SnapshotSet numbered(data::SnapshotSet set) const;

    std::string kind_;
    std::unique_ptr<DataSetFile> file_;
    data::SnapshotTotals totals_;
    std::vector<int> number_;  // by that of the file; empty: the same
};

/// Writes a data set in one go: ranks' node ranges, edge ranges (part.first_edge_id) and snapshots in order.
/// A snapshot is written by the rank that owns its first node; `edge_offset` counts of snapshots here:
/// edges_of_snapshot[s] for the s-th snapshot whose first node this rank owns. Velocities, forces,
/// virials and groups that no rank has are left out. Written aside and renamed. *Collective.* Throws
/// RunError.
void write_data_set(const parallel::Communicator& comm, const std::string& path, const data::SnapshotSet& set,
                    const std::vector<GlobalIndex>& edges_of_snapshot, const Provenance& provenance);

}  // namespace rfhgn::io
