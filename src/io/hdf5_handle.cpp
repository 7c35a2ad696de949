#include "hdf5_handle.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "hdf5_held.hpp"

namespace rfhgn::io::hdf5 {

namespace {

// Upward walk: the first entry is where the failure began.
herr_t take_first(unsigned n, const H5E_error2_t* entry, void* text) {
    if (n == 0 && entry->desc != nullptr) *static_cast<std::string*>(text) = entry->desc;
    return 0;
}

}  // namespace

void silence() {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::string reason() {
    std::string text = "unknown reason";
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_first, &text);
    return text;
}

// HDF5 locks the files that it opens.
bool is_held(const std::string& path, bool for_writing) {
    const int file = open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) return false;
    const bool held = flock(file, (for_writing ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(file);
    return held;
}

std::string reason_not_opened(const std::string& path, bool for_writing) {
    const auto of_library = reason();
    const bool allowed = access(path.c_str(), for_writing ? R_OK | W_OK : R_OK) == 0;
    const int error = errno;
    if (!allowed) return std::strerror(error);
    if (!is_held(path, for_writing)) return of_library;
    return for_writing ? "another process has it open (HDF5 file locking)"
                       : "another process has it open for writing (HDF5 file locking)";
}

}  // namespace rfhgn::io::hdf5
