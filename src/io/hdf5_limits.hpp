#pragma once
/// What a file declares is believed only as far as its size can bear it, so that a damaged or malicious
/// header cannot make a reader allocate more than a small multiple of the file.

#include <string>

#include "hdf5_handle.hpp"

namespace rfhgn::io::hdf5 {

/// Throws InputError unless the data set's storage lies within the file, its chunks can be held, its filters
/// are ones that HDF5 itself brings for lossless data, and the declared extent is one that the storage can
/// fill.
void require_bounded_data_set(hid_t file, hid_t data_set, const std::string& where);

/// Throws InputError when the values of an attribute are more than the file can hold.
void require_bounded_attribute(hid_t file, hid_t attribute, const std::string& where);

/// Throws std::bad_alloc unless some MiB of memory can be had: where HDF5 gets none it corrupts its own lists
/// and crashes later. Local.
void require_room_for_hdf5();

}  // namespace rfhgn::io::hdf5
