#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "value.hpp"

namespace rfhgn::config {

/// The text of a deck with the overrides laid over it.
class Document {
  public:
    Document(std::string_view text, std::string file_name, const std::vector<std::string>& overrides);

    [[nodiscard]] const std::string& file_name() const noexcept { return file_name_; }
    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }
    /// The entry of this dotted name, or null.
    [[nodiscard]] const Entry* find(std::string_view name) const noexcept;
    /// True for a table of this name; the root is always there.
    [[nodiscard]] bool has_table(std::string_view name) const noexcept;
    /// Overrides that would put a key into something that is not a table, or that contradict each other.
    [[nodiscard]] const std::vector<Problem>& conflicts() const noexcept { return conflicts_; }

    /// All problems, in order of line, as one message.
    [[nodiscard]] std::string report(std::vector<Problem> problems) const;

  private:
    void apply(const std::string& override_text);
    /// Notes a conflict when an earlier override says something else of this key.
    void compare_with_earlier(const std::string& name, const Entry& entry, const std::string& override_text);
    /// Makes the tables above an override's key; false when one of the names is already a key.
    bool make_parents(const Entry& entry);
    [[nodiscard]] std::string show(const Problem& problem) const;

    std::string text_;
    std::string file_name_;
    std::vector<Entry> entries_;
    std::vector<Problem> conflicts_;
    struct Override {
        std::string name;
        std::string text;
    };
    std::vector<Override> overrides_;
};

}  // namespace rfhgn::config
