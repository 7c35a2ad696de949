#include "hdf5_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"

#include "output_file.hpp"

namespace rfhgn::io::hdf5 {

namespace {

constexpr Advice check_disk{"check the space and the state of the file system"};

void check(bool ok, const std::string& where) {
    require<RunError>(ok, check_disk, "{}: writing failed: {}", where, reason());
}

Handle access_list(Readers readers) {
    Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    if (readers == Readers::from_1_10) H5Pset_libver_bounds(access.id(), H5F_LIBVER_V110, H5F_LIBVER_V110);
    return access;
}

Handle string_type(std::size_t width) {
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), width);
    return type;
}

}  // namespace

void DataSet::resize(const Extents& extents) {
    check(H5Dset_extent(handle_.id(), extents.data()) >= 0, where_);
}

Extents DataSet::extents() const {
    const Handle space(H5Dget_space(handle_.id()), H5Sclose);
    Extents found(static_cast<std::size_t>(std::max(H5Sget_simple_extent_ndims(space.id()), 0)));
    H5Sget_simple_extent_dims(space.id(), found.data(), nullptr);
    return found;
}

template <Element T>
void DataSet::write(const Extents& start, const Extents& count, std::span<const T> values) {
    const Handle file_space(H5Dget_space(handle_.id()), H5Sclose);
    const Handle memory_space(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr),
                              H5Sclose);
    if (values.empty()) {
        H5Sselect_none(file_space.id());
        H5Sselect_none(memory_space.id());
    } else {
        H5Sselect_hyperslab(file_space.id(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
    }
    check(H5Dwrite(handle_.id(), memory_type<T>(), memory_space.id(), file_space.id(), transfer_,
                   values.data()) >= 0,
          where_);
}

Writer::Writer(std::string path, Handle file, bool parallel)
    : path_(std::move(path)),
      file_(std::move(file)),
      transfer_(H5Pcreate(H5P_DATASET_XFER), H5Pclose),
      link_list_(H5Pcreate(H5P_LINK_CREATE), H5Pclose) {
    const auto why = file_.valid() ? std::string() : reason_not_opened(path_, true);
    require<RunError>(file_.valid(), Advice{"check that the directory exists, may be written and has space"},
                      "cannot write '{}': {}", path_, why);
    if (parallel) H5Pset_dxpl_mpio(transfer_.id(), H5FD_MPIO_COLLECTIVE);
    H5Pset_create_intermediate_group(link_list_.id(), 1);
}

Writer Writer::in_memory(const std::string& path) {
    silence();
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_core(access.id(), std::size_t{1} << 20U, false);
    return {path, {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), H5Fclose}, false};
}

Writer Writer::create(const std::string& path, Readers readers) {
    silence();
    make_new_file(path);
    const auto access = access_list(readers);
    H5Pset_file_locking(access.id(), true, true);
    return {path, {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access.id()), H5Fclose}, false};
}

Writer Writer::open(const std::string& path, Readers readers) {
    silence();
    const auto access = access_list(readers);
    H5Pset_file_locking(access.id(), true, true);
    return {path, {H5Fopen(path.c_str(), H5F_ACC_RDWR, access.id()), H5Fclose}, false};
}

Writer Writer::open_parallel(const parallel::Communicator& comm, const std::string& path, Readers readers) {
    silence();
    const auto access = access_list(readers);
    H5Pset_fapl_mpio(access.id(), comm.handle(), MPI_INFO_NULL);
    H5Pset_coll_metadata_write(access.id(), true);
    // Open MPI waits for ever when some ranks can open the file and others cannot.
    parallel::together(comm, [&] {
        const bool ok = ::access(path.c_str(), R_OK | W_OK) == 0;
        const int error = errno;
        require<RunError>(ok, Advice{"look whether the file system is there on all nodes"},
                          "rank {} cannot open '{}' for writing: {}", comm.rank(), path,
                          std::strerror(error));
    });
    return {path, {H5Fopen(path.c_str(), H5F_ACC_RDWR, access.id()), H5Fclose}, true};
}

void Writer::group(const std::string& name) {
    const Handle made(H5Gcreate2(file_.id(), name.c_str(), link_list_.id(), H5P_DEFAULT, H5P_DEFAULT),
                      H5Gclose);
    check(made.valid(), path_ + ": " + name);
}

void Writer::attach(const std::string& object, const std::string& name, hid_t type, const Handle& space,
                    const void* data) {
    const Handle made(H5Acreate_by_name(file_.id(), object.c_str(), name.c_str(), type, space.id(),
                                        H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                      H5Aclose);
    check(made.valid(), path_ + ": " + object + " " + name);
    if (data != nullptr) check(H5Awrite(made.id(), type, data) >= 0, path_ + ": " + object + " " + name);
}

template <Element T>
void Writer::attribute(const std::string& object, const std::string& name, std::span<const T> values) {
    const hsize_t count = values.size();
    attach(object, name, memory_type<T>(), {H5Screate_simple(1, &count, nullptr), H5Sclose}, values.data());
}

void Writer::attribute(const std::string& object, const std::string& name, int value) {
    attach(object, name, H5T_NATIVE_INT, {H5Screate(H5S_SCALAR), H5Sclose}, &value);
}

void Writer::attribute(const std::string& object, const std::string& name, double value) {
    attach(object, name, H5T_NATIVE_DOUBLE, {H5Screate(H5S_SCALAR), H5Sclose}, &value);
}

void Writer::attribute(const std::string& object, const std::string& name, const std::string& text) {
    const auto type = string_type(H5T_VARIABLE);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    const char* const pointer = text.c_str();
    attach(object, name, type.id(), {H5Screate(H5S_SCALAR), H5Sclose}, static_cast<const void*>(&pointer));
}

void Writer::fixed_text(const std::string& object, const std::string& name,
                        const std::vector<std::string>& texts, bool scalar) {
    std::size_t width = 1;
    for (const auto& text : texts) width = std::max(width, text.size());
    std::string packed;
    for (const auto& text : texts) packed += text + std::string(width - text.size(), '\0');
    const auto type = string_type(width);
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    const hsize_t count = texts.size();
    const Handle space(scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr), H5Sclose);
    attach(object, name, type.id(), space, count > 0 ? packed.data() : nullptr);
}

void Writer::reference(const std::string& object, const std::string& name, const std::string& target) {
    hobj_ref_t pointer{};
    check(H5Rcreate(&pointer, file_.id(), target.c_str(), H5R_OBJECT, H5I_INVALID_HID) >= 0,
          path_ + ": " + target);
    attach(object, name, H5T_STD_REF_OBJ, {H5Screate(H5S_SCALAR), H5Sclose}, &pointer);
}

void Writer::hard_link(const std::string& existing, const std::string& name) {
    check(H5Lcreate_hard(file_.id(), existing.c_str(), file_.id(), name.c_str(), link_list_.id(),
                         H5P_DEFAULT) >= 0,
          path_ + ": " + name);
}

template <Element T>
DataSet Writer::data_set(const std::string& name, const Extents& extents, const Extents& chunk,
                         hsize_t most) {
    const Handle list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_alloc_time(list.id(), H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(list.id(), H5D_FILL_TIME_NEVER);
    auto limits = extents;
    const int axes = static_cast<int>(extents.size());
    if (!chunk.empty()) {
        H5Pset_chunk(list.id(), axes, chunk.data());
        limits[0] = most;
    }
    const Handle space(H5Screate_simple(axes, extents.data(), limits.data()), H5Sclose);
    Handle made(H5Dcreate2(file_.id(), name.c_str(), memory_type<T>(), space.id(), link_list_.id(), list.id(),
                           H5P_DEFAULT),
                H5Dclose);
    check(made.valid(), path_ + ": " + name);
    return {std::move(made), transfer_.id(), path_ + ": " + name};
}

DataSet Writer::open_data_set(const std::string& name) {
    Handle opened(H5Dopen2(file_.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
    check(opened.valid(), path_ + ": " + name);
    return {std::move(opened), transfer_.id(), path_ + ": " + name};
}

template <Element T>
void Writer::write(const std::string& name, const Extents& extents, std::span<const T> values) {
    data_set<T>(name, extents).write(Extents(extents.size(), 0), extents, values);
}

void Writer::flush() {
    check(H5Fflush(file_.id(), H5F_SCOPE_LOCAL) >= 0, path_);
}

void Writer::close() {
    check(file_.reset(), path_);
}

std::string Writer::image() {
    flush();
    const ssize_t size = H5Fget_file_image(file_.id(), nullptr, 0);
    check(size > 0, path_);
    std::string bytes(static_cast<std::size_t>(size), '\0');
    check(H5Fget_file_image(file_.id(), bytes.data(), bytes.size()) == size, path_);
    return bytes;
}

void write_provenance(Writer& writer, const std::string& group, const Provenance& provenance) {
    writer.group(group);
    writer.attribute(group, "deck", provenance.deck);
    writer.attribute(group, "command", provenance.command);
    writer.attribute(group, "commit", provenance.commit);
    writer.attribute(group, "versions", provenance.versions);
    writer.attribute(group, "ranks", provenance.ranks);
}

#define RFHGN_INSTANTIATE(T)                                                                           \
    template void DataSet::write<T>(const Extents&, const Extents&, std::span<const T>);               \
    template void Writer::attribute<T>(const std::string&, const std::string&, std::span<const T>);    \
    template DataSet Writer::data_set<T>(const std::string&, const Extents&, const Extents&, hsize_t); \
    template void Writer::write<T>(const std::string&, const Extents&, std::span<const T>);
RFHGN_INSTANTIATE(double)
RFHGN_INSTANTIATE(int)
RFHGN_INSTANTIATE(std::int64_t)
#undef RFHGN_INSTANTIATE

}  // namespace rfhgn::io::hdf5
