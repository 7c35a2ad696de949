#include "hdf5_limits.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <sys/mman.h>
#include <vector>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io::hdf5 {

namespace {

constexpr Advice damaged{"it may be incomplete or damaged; make it again"};

// gzip makes at most this much out of a byte.
constexpr double largest_expansion = 1032;
constexpr double smallest_chunk_limit = 64.0 * 1024 * 1024;
// A file with a hole may have any size.
constexpr double largest_attribute = 256.0 * 1024 * 1024;

double bytes_of(hid_t file) {
    hsize_t bytes = 0;
    return H5Fget_filesize(file, &bytes) < 0 ? 0.0 : static_cast<double>(bytes);
}

double declared_bytes(hid_t data_set) {
    const Handle space(H5Dget_space(data_set), H5Sclose);
    const Handle type(H5Dget_type(data_set), H5Tclose);
    const int axes = std::max(H5Sget_simple_extent_ndims(space.id()), 0);
    std::vector<hsize_t> extents(static_cast<std::size_t>(axes));
    if (axes > 0) H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
    auto bytes = static_cast<double>(H5Tget_size(type.id()));
    for (const auto extent : extents) bytes *= static_cast<double>(extent);
    return bytes;
}

double chunk_bytes(hid_t data_set, hid_t list) {
    std::array<hsize_t, H5S_MAX_RANK> extents{};
    const int axes = H5Pget_chunk(list, H5S_MAX_RANK, extents.data());
    const Handle type(H5Dget_type(data_set), H5Tclose);
    auto bytes = static_cast<double>(H5Tget_size(type.id()));
    for (int axis = 0; axis < axes; ++axis)
        bytes *= static_cast<double>(extents[static_cast<std::size_t>(axis)]);
    return bytes;
}

// Decoders of other filters trust what the file says of the data.
void require_known_filters(hid_t list, int filters, const std::string& where) {
    constexpr std::array known{H5Z_FILTER_DEFLATE, H5Z_FILTER_SHUFFLE, H5Z_FILTER_FLETCHER32,
                               H5Z_FILTER_SZIP};
    for (int i = 0; i < filters; ++i) {
        unsigned flags = 0;
        std::size_t values = 0;
        const auto filter =
            H5Pget_filter2(list, static_cast<unsigned>(i), &flags, &values, nullptr, 0, nullptr, nullptr);
        require(std::find(known.begin(), known.end(), filter) != known.end(),
                Advice{"pack it with gzip: h5repack -f GZIP=4 OLD NEW"},
                "{} is stored with HDF5's filter {}, which is not read here", where, filter);
    }
}

}  // namespace

void require_bounded_data_set(hid_t file, hid_t data_set, const std::string& where) {
    const Handle list(H5Dget_create_plist(data_set), H5Pclose);
    require(list.valid(), damaged, "{}: cannot tell how it is stored: {}", where, reason());
    const auto layout = H5Pget_layout(list.id());
    require(layout != H5D_VIRTUAL && H5Pget_external_count(list.id()) <= 0,
            Advice{"copy the data into the file"}, "{} lies in other files", where);
    const double size = bytes_of(file);
    const auto stored = static_cast<double>(H5Dget_storage_size(data_set));
    const double declared = declared_bytes(data_set);
    const int filters = H5Pget_nfilters(list.id());
    require_known_filters(list.id(), filters, where);
    require(stored <= size, damaged, "{} takes {:.0f} bytes, but the file has {:.0f}", where, stored, size);
    require(declared <= stored * (filters > 0 ? largest_expansion : 1.0), damaged,
            "{} declares {:.0f} bytes, but {:.0f} are stored", where, declared, stored);
    if (layout != H5D_CHUNKED) return;
    const double chunk = chunk_bytes(data_set, list.id());
    require(chunk <= std::max(size, smallest_chunk_limit), damaged, "{} declares chunks of {:.0f} bytes",
            where, chunk);
}

void require_bounded_attribute(hid_t file, hid_t attribute, const std::string& where) {
    const Handle space(H5Aget_space(attribute), H5Sclose);
    const Handle type(H5Aget_type(attribute), H5Tclose);
    const auto count = std::max<hssize_t>(H5Sget_simple_extent_npoints(space.id()), 0);
    const double bytes = static_cast<double>(count) * static_cast<double>(H5Tget_size(type.id()));
    require(bytes <= bytes_of(file), damaged, "{} declares {:.0f} bytes, more than the file has", where,
            bytes);
    require(bytes <= largest_attribute, damaged, "{} declares {:.0f} bytes, too many for an attribute", where,
            bytes);
}

void require_room_for_hdf5() {
    constexpr std::size_t room = std::size_t{8} << 20U;
    // Not from the heap: to give back so large a block would change how it grows.
    void* const block = mmap(nullptr, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) throw std::bad_alloc();
    munmap(block, room);
}

}  // namespace rfhgn::io::hdf5
