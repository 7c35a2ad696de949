#pragma once
/// Writing HDF5 files: in memory or through POSIX on one rank, through MPI-IO on all. Failures are RunErrors
/// that name the file and the data set.

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/provenance.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "hdf5_handle.hpp"

namespace rfhgn::io::hdf5 {

using Extents = std::vector<hsize_t>;

/// A data set that stays open for writing.
class DataSet {
  public:
    DataSet(Handle handle, hid_t transfer, std::string where)
        : handle_(std::move(handle)), transfer_(transfer), where_(std::move(where)) {}

    /// Sets the extents of a data set that may grow. *Collective* in a parallel file. There, never shrink:
    /// what is then written first comes back as zero.
    void resize(const Extents& extents);
    [[nodiscard]] Extents extents() const;
    /// Writes the block [start, start + count); a rank whose block is empty takes part too. *Collective* in a
    /// parallel file, one transfer of all ranks: written independently, frames take 2-2.5 times as long.
    template <Element T>
    void write(const Extents& start, const Extents& count, std::span<const T> values);
    /// Drops the handle without closing.
    void abandon() noexcept { handle_.release(); }

  private:
    Handle handle_;
    hid_t transfer_;
    std::string where_;
};

/// Which releases of HDF5 read a file. Only from 1.10 on are there chunks without an index, and headers that
/// are written in one piece.
enum class Readers { all, from_1_10 };

/// In a parallel file every function is *Collective* with the same arguments on all ranks (blocks aside).
class Writer {
  public:
    /// A file in memory; `path` is for messages.
    static Writer in_memory(const std::string& path);
    /// A new file, through POSIX.
    static Writer create(const std::string& path, Readers readers = Readers::all);
    /// An existing file, through POSIX.
    static Writer open(const std::string& path, Readers readers);
    /// An existing file, by all ranks through MPI-IO. *Collective.* Throws RunError on all ranks when one of
    /// them may not write it.
    static Writer open_parallel(const parallel::Communicator& comm, const std::string& path,
                                Readers readers = Readers::all);

    void group(const std::string& name);
    template <Element T>
    void attribute(const std::string& object, const std::string& name, std::span<const T> values);
    void attribute(const std::string& object, const std::string& name, int value);
    void attribute(const std::string& object, const std::string& name, double value);
    /// A string of variable length and any size, as h5py writes it.
    void attribute(const std::string& object, const std::string& name, const std::string& text);
    /// Strings of fixed length, as H5MD asks; an array where `scalar` is false.
    void fixed_text(const std::string& object, const std::string& name, const std::vector<std::string>& texts,
                    bool scalar);
    /// An attribute that points to another object.
    void reference(const std::string& object, const std::string& name, const std::string& target);
    void hard_link(const std::string& existing, const std::string& name);

    /// A data set of fixed extents, or, with a chunk, one that may grow along its first axis, up to `most`.
    /// Below a finite `most`, and with readers from 1.10 on, all chunks have their places at once and there
    /// is no index of them: growing changes nothing in the file but the extents.
    template <Element T>
    DataSet data_set(const std::string& name, const Extents& extents, const Extents& chunk = {},
                     hsize_t most = H5S_UNLIMITED);
    /// One that is there.
    DataSet open_data_set(const std::string& name);
    /// A whole data set, by one rank.
    template <Element T>
    void write(const std::string& name, const Extents& extents, std::span<const T> values);

    void flush();
    void close();
    /// The bytes of a file in memory.
    [[nodiscard]] std::string image();
    /// Drops the handle without closing, so that no collective call is made.
    void abandon() noexcept { file_.release(); }

  private:
    Writer(std::string path, Handle file, bool parallel);
    void attach(const std::string& object, const std::string& name, hid_t type, const Handle& space,
                const void* data);

    std::string path_;
    Handle file_;
    Handle transfer_;
    Handle link_list_;
};

/// Collective transfers one after the other, with no agreement between them: a rank on which one fails takes
/// part in those that follow, or the others would wait for it inside HDF5. A rank without memory cannot take
/// part: what is thrown then leaves at once, to where a rank that fails alone ends the run.
class Transfers {
  public:
    template <class Transfer>
    void add(Transfer&& transfer) {
        try {
            transfer();
        } catch (const Error& error) {
            if (!first_) first_ = error;
        }
    }
    /// Throws the first error of the lowest rank that has one, on all ranks. *Collective.*
    void agree(const parallel::Communicator& comm) const { parallel::agree(comm, first_); }

  private:
    std::optional<Error> first_;
};

/// Attributes deck, command, commit, versions and ranks of a new group.
void write_provenance(Writer& writer, const std::string& group, const Provenance& provenance);

}  // namespace rfhgn::io::hdf5
