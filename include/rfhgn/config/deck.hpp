#pragma once
/// Parameters that declare themselves once. Each room binds the fields of its own options structure to keys
/// of a Section; reading a deck, checking it, `--help` and the resolved echo all come from these
/// declarations.

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rfhgn::config {

/// Allowed values of a number. `exclusive_*` leaves the end point out.
struct Interval {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool exclusive_low = false;
    bool exclusive_high = false;

    static Interval any() { return {}; }
    static Interval positive() { return {0.0, std::numeric_limits<double>::infinity(), true, false}; }
    static Interval at_least(double low) {
        return {low, std::numeric_limits<double>::infinity(), false, false};
    }
    static Interval between(double low, double high) { return {low, high, false, false}; }
};

/// A value that is the same everywhere (low == high) or drawn uniformly from [low, high); in a deck `1.0` or
/// `[0.5, 2.0]`.
struct Spread {
    double low = 1.0;
    double high = 1.0;
    [[nodiscard]] bool uniform() const noexcept { return low == high; }
    friend bool operator==(const Spread&, const Spread&) = default;
};

/// A number, or "auto" in a deck where the program is to choose it.
struct NumberOrAuto {
    double value = 0;
    bool automatic = false;

    NumberOrAuto() = default;
    NumberOrAuto(double number) : value(number) {}  // NOLINT(google-explicit-constructor): a number is one
    static NumberOrAuto chosen() {
        NumberOrAuto result;
        result.automatic = true;
        return result;
    }
    /// Neither 0 nor below.
    [[nodiscard]] bool positive() const noexcept { return automatic || value > 0; }
    friend bool operator==(const NumberOrAuto&, const NumberOrAuto&) = default;
};

/// One declared key, for `--help` and the manual.
struct Declaration {
    std::string section;  ///< dotted, e.g. "rollout.system"
    std::string key;
    std::string type;  ///< "integer", "number", "boolean", "text", "choice", "number or [low, high]", "list
                       ///< of integers", "list of choices", "file"
    std::string default_value;  ///< as TOML
    std::string allowed;        ///< e.g. "> 0", "one of tanh, sine"; empty when anything goes
    std::string unit;           ///< empty when it has none
    std::string help;
};

class Deck;

/// One table of a deck. Each call binds a key to a field: the field's value on entry is the default; it is
/// replaced when the deck has the key and the value passes. Problems are collected in the Deck, never thrown
/// from here. A number may be written as an integer; infinities and NaN are refused. A default may lie
/// outside the allowed values, to stand for "not given". A key bound again (options that inherit others) is
/// declared anew: the last call counts. A Section is a light handle and must not outlive its Deck.
class Section {
  public:
    void number(std::string_view key, double& value, Interval allowed, std::string_view unit,
                std::string_view help);
    void number_or_auto(std::string_view key, NumberOrAuto& value, Interval allowed, std::string_view unit,
                        std::string_view help);
    void integer(std::string_view key, int& value, Interval allowed, std::string_view help);
    void integer(std::string_view key, std::int64_t& value, Interval allowed, std::string_view help);
    void seed(std::string_view key, std::uint64_t& value, std::string_view help);
    void boolean(std::string_view key, bool& value, std::string_view help);
    void text(std::string_view key, std::string& value, std::string_view help);
    /// `value` must be one of `allowed`.
    void choice(std::string_view key, std::string& value, const std::vector<std::string>& allowed,
                std::string_view help);
    /// Every element must be one of `allowed`. A single text in the deck stands for a list of one.
    void choices(std::string_view key, std::vector<std::string>& value,
                 const std::vector<std::string>& allowed, std::string_view help);
    /// A file. A relative path counts from the deck's folder, one from --set from the working directory; the
    /// value becomes an absolute path (empty stays empty).
    void file(std::string_view key, std::string& value, std::string_view help);
    void spread(std::string_view key, Spread& value, Interval allowed, std::string_view unit,
                std::string_view help);
    /// A single number in the deck stands for a list of one.
    void integers(std::string_view key, std::vector<std::int64_t>& value, Interval allowed_each,
                  std::string_view help);
    void numbers(std::string_view key, std::vector<double>& value, Interval allowed_each,
                 std::string_view unit, std::string_view help);

    /// True when the deck (or --set) has this key or table, bound or not. Asking makes presence part of the
    /// meaning: what is absent is then only a comment in the resolved deck.
    [[nodiscard]] bool has(std::string_view key) const;
    /// The table `name` (may be dotted) within this one; it need not be in the deck (its keys then keep their
    /// defaults).
    [[nodiscard]] Section section(std::string_view name) const;
    /// Names of the tables within this one that the deck has, in order; for tables that users name
    /// themselves. These count as known. A name that TOML wants in quotes keeps them.
    [[nodiscard]] std::vector<std::string> tables() const;
    /// Dotted name, "" for the root.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    /// Records a problem found by the caller with the value of `key` (combination of keys, file that is
    /// absent, ...). Reported with the others as "'section.key' message", so begin it with a verb ("needs
    /// three numbers ..."); at the line of the key, else of its table, when it is in the deck. An empty key
    /// means the table itself.
    void problem(std::string_view key, std::string_view message) const;

    /// Says that `key` acts only where `needs` is the case. Where it is not (`acts` false), a key that the
    /// deck or --set gives is a problem, "'section.key' has no effect unless `needs`", and a comment in the
    /// resolved deck; defaults are no problem, nor is a key that acts in a table which takes it over (see
    /// `over`). The first reason of a key is told. A key that is not declared is left alone.
    void only_if(std::string_view key, bool acts, std::string_view needs) const;
    /// The same for each of several keys.
    void only_if(std::initializer_list<std::string_view> keys, bool acts, std::string_view needs) const;
    /// Says that what earlier releases called `old` in this table is now called `now` there: a deck that
    /// still says `old` is refused with the new name.
    void renamed(std::string_view old, std::string_view now) const;
    /// This table, for binding options that were copied from those of `base`: keys that are bound through the
    /// result and that the deck gives in `base` only take their values from there.
    [[nodiscard]] Section over(const Section& base) const;

  private:
    friend class Deck;
    Section(Deck* deck, std::string name) : deck_(deck), name_(std::move(name)) {}
    [[nodiscard]] Declaration declare(std::string_view key, std::string_view type, std::string default_value,
                                      std::string allowed, std::string_view unit,
                                      std::string_view help) const;
    Deck* deck_;
    std::string name_;
    std::vector<std::string> bases_;  ///< tables whose values these keys take over
};

/// A parsed TOML deck. Local: give every rank the same text (see workflow::read_deck_text) and every rank
/// finds the same errors.
class Deck {
  public:
    /// `file_name` is used in messages and to resolve relative paths. `overrides` are `section.key=value` of
    /// --set; each value is parsed as TOML and, failing that, taken as text; it replaces the deck's value, a
    /// later one an earlier one, and tables that are absent are made. Throws InputError when the text is not
    /// TOML (message with file:line:column, the source line and a caret) or an override has no '=' or no
    /// proper key.
    Deck(std::string_view text, std::string file_name, const std::vector<std::string>& overrides = {});
    ~Deck();
    Deck(const Deck&) = delete;
    Deck& operator=(const Deck&) = delete;

    [[nodiscard]] Section root();
    /// The table of this dotted name.
    [[nodiscard]] Section section(std::string_view name);

    /// Call once everything is bound: throws one InputError that lists all problems in order of line, each as
    /// `file:line:column: error: ...` with the source line and a caret, unknown keys included with the
    /// nearest valid key
    /// ("did you mean 'rollout.dt'?"), and ends with "N errors; nothing was run". Problems of overrides come
    /// last, each as `command line: --set x=y: error: ...`.
    void finish();

    /// Every bound key with its value as TOML, sections in order of declaration; parses to the same options
    /// again. A value that a deck may not say (a default for "not given") and what is absent though `has`
    /// asked for it are comments.
    [[nodiscard]] std::string resolved() const;
    /// The value of every bound key that names no file, as TOML, by dotted name. What is absent though `has`
    /// asked for it is marked so, since its absence counts.
    [[nodiscard]] std::map<std::string, std::string> values() const;
    /// Names of those keys whose values are their defaults, whether the deck gives them or not.
    [[nodiscard]] std::set<std::string> at_default() const;
    /// Every declared key, in order of declaration.
    [[nodiscard]] const std::vector<Declaration>& declarations() const noexcept;
    [[nodiscard]] const std::string& file_name() const noexcept;

  private:
    friend class Section;
    struct Content;
    std::unique_ptr<Content> content_;
};

/// The declarations as text for `--help`: one line a key, grouped by section.
std::string describe(const std::vector<Declaration>& declarations);

/// The word of `known` nearest to `word` (Damerau-Levenshtein distance <= max(2, length/4) and less than the
/// length), or
/// "". Of equals the first.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace rfhgn::config
