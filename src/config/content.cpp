#include "content.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace rfhgn::config {

Deck::Content::Content(std::string_view text, std::string file_name,
                       const std::vector<std::string>& overrides)
    : document(text, std::move(file_name), overrides) {}

void Deck::Content::record(Declaration declaration, Outcome outcome) {
    const auto same = std::find_if(declarations.begin(), declarations.end(), [&](const Declaration& d) {
        return d.section == declaration.section && d.key == declaration.key;
    });
    if (same == declarations.end()) {
        declarations.push_back(std::move(declaration));
        outcomes_.push_back(std::move(outcome));
    } else {
        outcomes_[static_cast<std::size_t>(same - declarations.begin())] = std::move(outcome);
        *same = std::move(declaration);
    }
}

void Deck::Content::add_section(std::string_view name) {
    if (std::find(sections.begin(), sections.end(), name) != sections.end()) return;
    add_section(parent_of(name));
    sections.emplace_back(name);
}

void Deck::Content::take_over(const std::string& base, const std::string& heir) {
    heirs_[base].push_back(heir);
}

bool Deck::Content::acts(const std::string& name) const {
    if (!idle.contains(name)) return true;
    const auto found = heirs_.find(name);
    return found != heirs_.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [&](const std::string& heir) { return document.find(heir) == nullptr && acts(heir); });
}

Place Deck::Content::place_of(std::string_view name) const {
    for (; !name.empty(); name = parent_of(name)) {
        const Entry* entry = document.find(name);
        if (entry != nullptr) return entry->value.place;
    }
    return {};
}

std::vector<Problem> Deck::Content::all_problems() const {
    std::vector<Problem> problems = document.conflicts();
    std::set<std::string> doubtful;  // tables of which not all is understood
    for (std::size_t i = 0; i < outcomes_.size(); ++i) {
        if (!outcomes_[i].problem) continue;
        problems.push_back(*outcomes_[i].problem);
        doubtful.insert(declarations[i].section);
    }
    problems.insert(problems.end(), reported.begin(), reported.end());
    for (auto& [section, stray] : find_strays(document, declarations, sections, listed, renamed)) {
        problems.push_back(std::move(stray));
        doubtful.insert(section);
    }
    for (auto& problem : idle_keys(doubtful)) problems.push_back(std::move(problem));
    return problems;
}

// A misspelled "graph" makes many keys look idle that are not.
std::vector<Problem> Deck::Content::idle_keys(const std::set<std::string>& doubtful) const {
    const auto rests_on_doubt = [&](const std::string& name) {
        return doubtful.contains(std::string(parent_of(name))) ||
               std::any_of(doubtful.begin(), doubtful.end(), [&](const std::string& base) {
                   const auto found = heirs_.find(join(base, last_of(name)));
                   return found != heirs_.end() &&
                          std::find(found->second.begin(), found->second.end(), name) != found->second.end();
               });
    };
    std::vector<Problem> problems;
    for (const auto& [name, needs] : idle) {
        const Entry* entry = document.find(name);
        const bool declared =
            std::any_of(declarations.begin(), declarations.end(),
                        [&](const Declaration& d) { return join(d.section, d.key) == name; });
        if (entry == nullptr || !declared || acts(name) || rests_on_doubt(name)) continue;
        problems.push_back({entry->place, fmt::format("'{}' has no effect unless {}; change that, or leave "
                                                      "'{}' out",
                                                      name, needs, entry->key)});
    }
    return problems;
}

/// The program asked whether this is there, and it is not: writing it out would change the answer.
bool Deck::Content::means_absence(const std::string& name) const {
    for (std::string_view part = name; !part.empty(); part = parent_of(part)) {
        if (asked.contains(std::string(part)) && document.find(part) == nullptr) return true;
    }
    return false;
}

std::string Deck::Content::resolved_section(const std::string& section) const {
    std::string text;
    for (std::size_t i = 0; i < declarations.size(); ++i) {
        const auto& [in, key, type, default_value, allowed, unit, help] = declarations[i];
        if (in != section) continue;
        const std::string name = join(section, key);
        const bool live = outcomes_[i].readable && !means_absence(name) && !idle.contains(name);
        text += fmt::format("{}{} = {}\n", live ? "" : "# ", key, outcomes_[i].value);
    }
    if (section.empty()) return text;
    // A table without keys counts by being there; one with tables inside is there through them.
    const auto& entries = document.entries();
    const bool hollow = std::none_of(entries.begin(), entries.end(),
                                     [&](const Entry& entry) { return entry.section == section; });
    if (text.empty() && !(hollow && document.has_table(section))) return text;
    return fmt::format("{}[{}]\n{}", means_absence(section) ? "# " : "", section, text);
}

std::string Deck::Content::resolved() const {
    std::string all;
    for (const auto& section : sections) {
        const std::string text = resolved_section(section);
        if (text.empty()) continue;
        if (!all.empty()) all += '\n';
        all += text;
    }
    return all;
}

std::map<std::string, std::string> Deck::Content::values() const {
    std::map<std::string, std::string> values;
    for (std::size_t i = 0; i < declarations.size(); ++i) {
        if (declarations[i].type == "file") continue;
        const auto name = join(declarations[i].section, declarations[i].key);
        values[name] = outcomes_[i].value + (means_absence(name) ? " (not in the deck)" : "");
    }
    return values;
}

std::set<std::string> Deck::Content::at_default() const {
    std::set<std::string> names;
    for (std::size_t i = 0; i < declarations.size(); ++i)
        if (outcomes_[i].value == declarations[i].default_value)
            names.insert(join(declarations[i].section, declarations[i].key));
    return names;
}

}  // namespace rfhgn::config
