#include "hdf5_handle.hpp"

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

}  // namespace rfhgn::io::hdf5
