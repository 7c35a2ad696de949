#include <algorithm>

#include <fmt/format.h>

#include "content.hpp"
#include "edit_distance.hpp"

namespace rfhgn::config {

namespace {

bool among(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The dotted name that was probably meant: one letter off in the same table, else the same last name in
/// another table, else the nearest in the same table.
std::string meant_by(const Entry& entry, const std::vector<std::string>& known) {
    std::vector<std::string> siblings;
    for (const auto& name : known) {
        if (parent_of(name) == entry.section) siblings.emplace_back(last_of(name));
    }
    const std::string sibling = nearest(entry.key, siblings);
    const bool one_letter_off = !sibling.empty() && edit_distance(entry.key, sibling) <= 1;
    const auto elsewhere = std::find_if(known.begin(), known.end(),
                                        [&](const std::string& name) { return last_of(name) == entry.key; });
    if (!one_letter_off && elsewhere != known.end()) return *elsewhere;
    return sibling.empty() ? "" : join(entry.section, sibling);
}

std::string unknown(const Entry& entry, const std::vector<std::string>& known,
                    const std::map<std::string, std::string>& renamed) {
    const char* kind = entry.value.is<Table>() ? "table" : "key";
    const auto now = renamed.find(join(entry.section, entry.key));
    if (now != renamed.end())
        return fmt::format("the {} '{}' is now called '{}'", kind, now->first, now->second);
    const std::string meant = meant_by(entry, known);
    return fmt::format("unknown {} '{}'{}", kind, join(entry.section, entry.key),
                       meant.empty() ? "" : fmt::format("; did you mean '{}'?", meant));
}

}  // namespace

std::vector<Stray> find_strays(const Document& document, const std::vector<Declaration>& declarations,
                               const std::vector<std::string>& sections, const std::set<std::string>& listed,
                               const std::map<std::string, std::string>& renamed) {
    std::vector<std::string> keys;
    keys.reserve(declarations.size());
    for (const auto& declaration : declarations) keys.push_back(join(declaration.section, declaration.key));
    std::vector<std::string> known = keys;
    std::copy_if(sections.begin(), sections.end(), std::back_inserter(known),
                 [](auto& s) { return !s.empty(); });
    const auto has_keys = [&](const std::string& section) {
        return std::any_of(declarations.begin(), declarations.end(),
                           [&](const Declaration& d) { return d.section == section; });
    };

    std::vector<Stray> problems;
    for (const auto& entry : document.entries()) {
        const std::string name = join(entry.section, entry.key);
        // What is wrong with a table is said once, not again for each of its keys.
        if (!among(sections, entry.section) || among(keys, name)) continue;
        const bool table = entry.value.is<Table>();
        const bool table_expected =
            among(sections, name) || (listed.contains(entry.section) && !has_keys(entry.section));
        if (!table && table_expected)
            problems.push_back({entry.section,
                                {entry.place, fmt::format("'{}' must be a table ([{}]), but is {}", name,
                                                          name, kind_of(entry.value))}});
        else if (!among(sections, name))
            problems.push_back({entry.section, {entry.place, unknown(entry, known, renamed)}});
    }
    return problems;
}

}  // namespace rfhgn::config
