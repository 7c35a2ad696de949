#include "document.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

#include "rfhgn/base/error.hpp"

#include "parse.hpp"
#include "toml_text.hpp"

namespace rfhgn::config {

namespace {

std::string_view line_of(std::string_view text, int line) {
    for (int skipped = 1; skipped < line; ++skipped) {
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    std::string_view found = text.substr(0, text.find('\n'));
    if (found.ends_with('\r')) found.remove_suffix(1);
    return found;
}

/// White space as wide as the characters before `column`, which counts code points, not bytes.
std::string padding(std::string_view line, int column) {
    std::string pad;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const bool continuation = (static_cast<unsigned char>(line[i]) & 0xC0U) == 0x80U;
        if (continuation) continue;
        if (static_cast<int>(pad.size()) + 1 >= column) break;
        pad += line[i] == '\t' ? '\t' : ' ';
    }
    return pad;
}

/// Lines of the deck first, then what has no line, then the command line.
auto order_of(const Problem& problem) {
    const Place& place = problem.place;
    return std::tuple(place.on_command_line(), place.line == 0, place.line, place.column);
}

bool lies_within(const Entry& entry, std::string_view name) {
    const std::string own = join(entry.section, entry.key);
    return own == name || own.starts_with(std::string(name) + '.');
}

}  // namespace

Document::Document(std::string_view text, std::string file_name, const std::vector<std::string>& overrides)
    : text_(text), file_name_(std::move(file_name)) {
    try {
        entries_ = parse(text_);
    } catch (const ParseError& error) {
        throw InputError(report({{error.place(), error.what()}}));
    }
    for (const auto& override_text : overrides) apply(override_text);
}

const Entry* Document::find(std::string_view name) const noexcept {
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
        return entry.key == last_of(name) && entry.section == parent_of(name);
    });
    return found == entries_.end() ? nullptr : &*found;
}

bool Document::has_table(std::string_view name) const noexcept {
    if (name.empty()) return true;
    const Entry* entry = find(name);
    return entry != nullptr && entry->value.is<Table>();
}

void Document::apply(const std::string& override_text) {
    auto added = parse_override(override_text);
    if (!make_parents(added.front())) return;
    const std::string name = join(added.front().section, added.front().key);
    compare_with_earlier(name, added.front(), override_text);
    std::erase_if(entries_, [&](const Entry& entry) { return lies_within(entry, name); });
    std::move(added.begin(), added.end(), std::back_inserter(entries_));
}

void Document::compare_with_earlier(const std::string& name, const Entry& entry,
                                    const std::string& override_text) {
    const auto value = [](const std::string& text) {
        const auto begin = text.find_first_not_of(" \t", text.find('=') + 1);
        return begin == std::string::npos ? std::string_view() : std::string_view(text).substr(begin);
    };
    for (const auto& earlier : overrides_) {
        const bool same = earlier.name == name && value(earlier.text) == value(override_text);
        const bool within = earlier.name.starts_with(name + '.') || name.starts_with(earlier.name + '.');
        if (same || (earlier.name != name && !within)) continue;
        conflicts_.push_back(
            {entry.place, fmt::format("'{}' was set already, by --set {}; leave one of them out",
                                      earlier.name, earlier.text)});
    }
    overrides_.push_back({name, override_text});
}

bool Document::make_parents(const Entry& entry) {
    std::vector<std::string_view> parents;
    for (std::string_view name = entry.section; !name.empty(); name = parent_of(name))
        parents.push_back(name);
    for (auto name = parents.rbegin(); name != parents.rend(); ++name) {
        const Entry* present = find(*name);
        if (present == nullptr) {
            entries_.push_back({std::string(parent_of(*name)), std::string(last_of(*name)), entry.place,
                                Value{Table{}, entry.place}});
        } else if (!present->value.is<Table>()) {
            conflicts_.push_back(
                {entry.place, fmt::format("'{}' is {}, not a table", *name, kind_of(present->value))});
            return false;
        }
    }
    return true;
}

std::string Document::report(std::vector<Problem> problems) const {
    std::stable_sort(problems.begin(), problems.end(),
                     [](const Problem& a, const Problem& b) { return order_of(a) < order_of(b); });
    std::string text;
    for (const auto& problem : problems) text += show(problem);
    return text +
           fmt::format("{} error{}; nothing was run", problems.size(), problems.size() == 1 ? "" : "s");
}

std::string Document::show(const Problem& problem) const {
    const Place& place = problem.place;
    if (place.on_command_line())
        return fmt::format("command line: --set {}: error: {}\n", place.override_text, problem.message);
    if (place.line == 0) return fmt::format("{}: error: {}\n", file_name_, problem.message);
    const std::string_view line = line_of(text_, place.line);
    return fmt::format("{}:{}:{}: error: {}\n{:5} | {}\n      | {}^\n", file_name_, place.line, place.column,
                       problem.message, place.line, line, padding(line, place.column));
}

}  // namespace rfhgn::config
