#include "description.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/base/visible.hpp"

namespace rfhgn::io {

void add_line(std::string& out, const std::string& name, const std::string& value) {
    out += fmt::format("  {:<18} {}\n", name, visible_line(value));
}

std::string text_or(const hdf5::Reader& file, const std::string& object, const std::string& name,
                    const std::string& other) {
    return file.has_attribute(object, name) ? file.text(object, name) : other;
}

std::string listed(const std::vector<std::string>& names) {
    return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

void add_provenance(std::string& out, const hdf5::Reader& file, const std::string& group) {
    for (const char* name : {"command", "commit", "versions"})
        if (file.has_attribute(group, name)) add_line(out, name, file.text(group, name));
    if (file.has_attribute(group, "ranks"))
        add_line(out, "ranks", std::to_string(file.number<int>(group, "ranks")));
    if (const auto deck = text_or(file, group, "deck", ""); !deck.empty()) out += "  deck\n" + deck + "\n";
}

}  // namespace rfhgn::io
