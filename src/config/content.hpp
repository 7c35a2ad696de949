#pragma once
/// What a Deck keeps: the document, what was declared so far, and what is wrong.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rfhgn/config/deck.hpp"

#include "document.hpp"
#include "parse.hpp"
#include "toml_text.hpp"

namespace rfhgn::config {

struct Deck::Content {
    Content(std::string_view text, std::string file_name, const std::vector<std::string>& overrides);

    /// Declares a key and reads it into `value`; `read(value_in_deck, subject, target)` returns what is
    /// wrong.
    template <class T, class Read>
    void bind(Declaration declaration, T& value, Read read);
    /// A table that the program knows, and those above it.
    void add_section(std::string_view name);
    /// What the deck says of `base` only is the value of `heir` too.
    void take_over(const std::string& base, const std::string& heir);
    /// Whether the value that the deck gives this key matters to anything.
    [[nodiscard]] bool acts(const std::string& name) const;
    /// Where a caller's problem with this key is shown.
    [[nodiscard]] Place place_of(std::string_view name) const;
    [[nodiscard]] std::vector<Problem> all_problems() const;
    [[nodiscard]] std::string resolved() const;
    [[nodiscard]] std::map<std::string, std::string> values() const;
    [[nodiscard]] std::set<std::string> at_default() const;

    Document document;
    std::vector<Declaration> declarations;
    std::vector<std::string> sections{""};       ///< known tables in order of declaration
    std::set<std::string> listed;                ///< tables whose inner tables users name
    std::set<std::string> asked;                 ///< names whose presence the program asked for
    std::vector<Problem> reported;               ///< by callers
    std::map<std::string, std::string> renamed;  ///< names of earlier releases, and what they are now
    std::map<std::string, std::string> idle;     ///< keys that do not act themselves, and what that needs

  private:
    /// Of the declaration with the same index.
    struct Outcome {
        std::string value;  ///< as TOML
        bool readable;      ///< the value would pass again
        std::optional<Problem> problem;
    };
    void record(Declaration declaration, Outcome outcome);
    /// Keys that the deck gives and that act nowhere, but for tables in doubt.
    [[nodiscard]] std::vector<Problem> idle_keys(const std::set<std::string>& doubtful) const;
    [[nodiscard]] bool means_absence(const std::string& name) const;
    [[nodiscard]] std::string resolved_section(const std::string& section) const;

    std::vector<Outcome> outcomes_;
    std::map<std::string, std::vector<std::string>> heirs_;
};

/// Something wrong within a table.
struct Stray {
    std::string section;
    Problem problem;
};
/// Keys and tables that nothing declared, and keys where tables are expected.
std::vector<Stray> find_strays(const Document& document, const std::vector<Declaration>& declarations,
                               const std::vector<std::string>& sections, const std::set<std::string>& listed,
                               const std::map<std::string, std::string>& renamed);

template <class T, class Read>
void Deck::Content::bind(Declaration declaration, T& value, Read read) {
    const std::string name = join(declaration.section, declaration.key);
    const std::string subject = "'" + name + "'";
    Outcome outcome;
    if (const Entry* entry = document.find(name)) outcome.problem = read(entry->value, subject, value);
    outcome.value = to_toml(value);
    // A default may lie outside what a deck may say, for "not given".
    T again = value;
    outcome.readable = !read(parse_value(outcome.value), subject, again);
    record(std::move(declaration), std::move(outcome));
}

}  // namespace rfhgn::config
