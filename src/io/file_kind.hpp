#pragma once
/// Kinds of files that rfhgn reads. A new kind, such as another format of data sets, is a source file of
/// kinds/ and its line in file_kind.cpp: opening data sets and `rfhgn info` follow from there.

#include <memory>
#include <string>
#include <string_view>

#include "rfhgn/io/data_set.hpp"
#include "rfhgn/parallel/communicator.hpp"

#include "hdf5_reader.hpp"

namespace rfhgn::io {

/// A file whose kind is asked for.
struct UnknownFile {
    const std::string& path;
    std::string_view beginning;          ///< its first bytes: see first_bytes
    const hdf5::Reader* hdf5 = nullptr;  ///< where it has been opened as HDF5
};

/// All functions are local but `open`.
struct FileKind {
    const char* name;  ///< in words
    bool (*recognises)(const UnknownFile& file);
    /// What it holds, for people: lines below the one that names file and kind. `seal` tells of the seal.
    /// Throws InputError.
    std::string (*describe)(const UnknownFile& file, const std::string& seal);
    /// Of data sets: checks what DataSetReader's constructor says. *Collective.*
    std::unique_ptr<DataSetFile> (*open)(const parallel::Communicator& comm, const std::string& path,
                                         const OpenOptions& options) = nullptr;
    /// Whether `rfhgn info` goes through all numbers of a data set without a seal, for it to be whole.
    bool looked_through = true;
};

/// The beginning of a file, as much as kinds are told by. Local. Throws InputError.
std::string first_bytes(const std::string& path);
/// The kind of a file, or none. HDF5 files have none until they are opened as such.
const FileKind* find_kind(const UnknownFile& file);
/// Reads all of a data set, part by part. Local. Throws InputError as its readers do.
void read_through(const DataSetFile& data);
/// Names of all kinds, for messages.
std::string known_kinds();

/// Data sets and trajectories in HDF5: who opens an HDF5 file as a data set says so, by its name, before it
/// is known to be one.
const FileKind& hdf5_data_set();
const FileKind& trajectory();

}  // namespace rfhgn::io
