#include "parse.hpp"

#include <algorithm>
#include <tuple>

// Before it reports that a name does not begin like one, toml++ 3.3 asserts that it does: its assertions must
// neither end the program nor be taken for granted, which NDEBUG asks for.
#undef NDEBUG
#define TOML_ASSERT(expr) static_assert(true)
#include <toml++/toml.h>

#include "rfhgn/base/error.hpp"

#include "toml_text.hpp"

namespace rfhgn::config {

namespace {

Place place_of(const toml::source_region& source) {
    return {static_cast<int>(source.begin.line), static_cast<int>(source.begin.column), {}};
}

Value convert(const toml::node& node) {
    Value value{Table{}, place_of(node.source())};
    if (const auto* array = node.as_array()) {
        List list;
        for (const auto& element : *array) list.push_back(convert(element));
        value.data = std::move(list);
    } else if (const auto* boolean = node.as_boolean()) {
        value.data = boolean->get();
    } else if (const auto* integer = node.as_integer()) {
        value.data = integer->get();
    } else if (const auto* real = node.as_floating_point()) {
        value.data = real->get();
    } else if (const auto* text = node.as_string()) {
        value.data = text->get();
    } else if (!node.is_table()) {
        value.data = DateOrTime{};
    }
    return value;
}

void flatten(const toml::table& table, const std::string& section, std::vector<Entry>& entries) {
    for (auto&& [key, node] : table) {
        entries.push_back({section, key_text(key.str()), place_of(key.source()), convert(node)});
        // toml++ places a table at its brace or bracket; the name is what a reader looks for.
        if (node.is_table()) entries.back().value.place = entries.back().place;
        const std::string name = join(section, entries.back().key);
        if (const auto* inner = node.as_table()) flatten(*inner, name, entries);
    }
}

toml::table parse_table(std::string_view text) {
    try {
        return toml::parse(text);
    } catch (const toml::parse_error& error) {
        std::string_view what = error.description();
        constexpr std::string_view lead = "Error ";
        if (what.starts_with(lead)) what.remove_prefix(lead.size());
        throw ParseError(std::string(what), place_of(error.source()));
    }
}

/// The dotted name as key_text of each part; "" when it is not a TOML key.
std::string normal_name(const std::string& key) {
    if (key.find('\n') != std::string::npos) return {};
    try {
        const auto entries = parse(key + " = 0");
        return entries.empty() ? std::string() : join(entries.back().section, entries.back().key);
    } catch (const ParseError&) {
        return {};
    }
}

/// The value of an override as the entry v.v and, for a table, those below it: parsed as TOML and, failing
/// that, taken as text.
std::vector<Entry> value_entries(const std::string& value) {
    std::vector<Entry> entries;
    try {
        // In an inline table neither a comment nor a second line can go unnoticed.
        entries = parse(fmt::format("v = {{ v = {} }}", value));
    } catch (const ParseError&) {
        entries.clear();
    }
    const auto values =
        std::count_if(entries.begin(), entries.end(), [](auto& e) { return e.section == "v"; });
    if (values != 1) {
        Entry text;
        text.value.data = value;
        return {text};
    }
    entries.erase(entries.begin());
    return entries;
}

void set_place(Value& value, const Place& place) {
    value.place = place;
    if (!value.is<List>()) return;
    for (auto& element : std::get<List>(value.data)) set_place(element, place);
}

}  // namespace

std::vector<Entry> parse(std::string_view text) {
    std::vector<Entry> entries;
    flatten(parse_table(text), "", entries);
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
    });
    return entries;
}

std::vector<Entry> parse_override(const std::string& text) {
    const Advice advice{"write --set section.key=value, for example --set rollout.steps=100"};
    const std::size_t equals = text.find('=');
    require(equals != std::string::npos, advice, "command line: --set {}: there is no '='", text);
    const std::string name = normal_name(text.substr(0, equals));
    require(!name.empty(), advice, "command line: --set {}: '{}' is not a key", text, text.substr(0, equals));

    auto entries = value_entries(text.substr(equals + 1));
    for (auto& entry : entries) {
        entry.place = Place{0, 0, text};
        set_place(entry.value, entry.place);
        // Entries inside the value are named v.v.x: put the key's name in place of v.v.
        if (entry.section.size() >= 3) entry.section = name + entry.section.substr(3);
    }
    entries.front().section = parent_of(name);
    entries.front().key = last_of(name);
    return entries;
}

Value parse_value(std::string_view text) {
    return parse(fmt::format("v = {}", text)).front().value;
}

}  // namespace rfhgn::config
