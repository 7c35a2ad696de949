#include "data_set_unread.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "rfhgn/base/visible.hpp"
#include "rfhgn/config/deck.hpp"

#include "data_set_layout.hpp"

namespace rfhgn::io {

namespace {

bool is_one_of(const std::vector<std::string>& known, const std::string& name) {
    return std::ranges::find(known, name) != known.end();
}

std::string with_nearest(const std::string& name, const std::string& nearest) {
    return nearest.empty() ? visible_line(name) : fmt::format("{} ({}?)", visible_line(name), nearest);
}

}  // namespace

std::vector<std::string> unread_names(const hdf5::Reader& file) {
    static const std::vector<std::string> arrays(std::begin(layout::all), std::end(layout::all));
    static const std::vector<std::string> attributes{"format", "format_version", "dimension", "units"};
    std::vector<std::string> unread;
    for (const auto& name : file.objects()) {
        const bool holds_others =
            std::ranges::any_of(arrays, [&](const auto& known) { return known.starts_with(name + "/"); });
        if (holds_others || name == "/" || name.starts_with("/provenance") || is_one_of(arrays, name))
            continue;
        unread.push_back(with_nearest(name, config::nearest(name, arrays)));
    }
    // Anyone may note something there; a slip looks like the word that was meant.
    for (const auto& name : file.attributes("/"))
        if (const auto meant = config::nearest(name, attributes);
            !meant.empty() && !is_one_of(attributes, name))
            unread.push_back("attribute " + with_nearest(name, meant));
    return unread;
}

}  // namespace rfhgn::io
