#include "hdf5_strings.hpp"

#include <cstring>

#include "hdf5_handle.hpp"

namespace rfhgn::io::hdf5 {

namespace {

std::string trimmed(std::string text) {
    text.resize(std::strlen(text.c_str()));
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
}

}  // namespace

std::vector<std::string> read_strings(hid_t attribute, hid_t type, std::size_t count) {
    std::vector<std::string> texts;
    if (H5Tis_variable_str(type) > 0) {
        std::vector<char*> pointers(count, nullptr);
        const Handle space(H5Aget_space(attribute), H5Sclose);
        if (H5Aread(attribute, type, pointers.data()) < 0) return texts;
        for (const char* text : pointers) texts.emplace_back(text != nullptr ? text : "");
        H5Dvlen_reclaim(type, space.id(), H5P_DEFAULT, pointers.data());
        return texts;
    }
    const std::size_t width = H5Tget_size(type);
    std::string packed(width * count, '\0');
    if (H5Aread(attribute, type, packed.data()) < 0) return texts;
    for (std::size_t i = 0; i < count; ++i) texts.push_back(trimmed(packed.substr(i * width, width)));
    return texts;
}

}  // namespace rfhgn::io::hdf5
