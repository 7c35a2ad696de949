#include "extended_xyz_pairs.hpp"

#include <algorithm>

#include "text_words.hpp"

namespace rfhgn::io::xyz {

namespace {

char closing(char open) {
    switch (open) {
        case '{':
            return '}';
        case '[':
            return ']';
        case '"':
        case '\'':
            return open;
        default:
            return '\0';
    }
}

/// Goes through the line from key to key.
class PairReader {
  public:
    explicit PairReader(const Line& line) : line_(line), text_(line.text) {}

    bool next(Pair& pair) {
        skip_blanks();
        if (at_ == text_.size()) return false;
        pair.key = text_[at_] == '"' ? enclosed("a key") : bare("=");
        skip_blanks();
        pair.value = "T";
        given_ = at_ < text_.size() && text_[at_] == '=';
        if (!given_) return true;
        ++at_;
        skip_blanks();
        pair.value = value(pair.key);
        return true;
    }
    /// Whether the last key had a value.
    [[nodiscard]] bool given() const { return given_; }

  private:
    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    std::string bare(std::string_view ends) {
        const auto begin = at_;
        while (at_ < text_.size() && !is_blank(text_[at_]) && ends.find(text_[at_]) == ends.npos) ++at_;
        if (at_ == begin && at_ < text_.size()) ++at_;  // a stray '='
        return std::string(text_.substr(begin, at_ - begin));
    }
    std::string value(const std::string& key) {
        if (at_ == text_.size() || closing(text_[at_]) == '\0') return bare("");
        return enclosed("the value of " + shown(key));
    }
    // From one mark to the one that closes it; arrays may hold arrays, quotes may hold quotes after a
    // backslash.
    std::string enclosed(const std::string& what) {
        const char open = text_[at_];
        const char close = closing(open);
        std::string inner;
        int depth = 1;
        for (++at_; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (c == '\\' && open == close && at_ + 1 < text_.size()) {
                inner += text_[++at_];
                continue;
            }
            if (c == close && --depth == 0) {
                ++at_;
                return inner;
            }
            if (c == open) ++depth;
            inner += c;
        }
        refuse(line_,
               fmt::format("{} has no closing {}", what,
                           open == close ? "quote" : std::string("'") + close + "'"),
               "close it");
    }

    const Line& line_;
    std::string_view text_;
    std::size_t at_ = 0;
    bool given_ = false;
};

}  // namespace

Pairs pairs_of(const Line& line) {
    Pairs pairs;
    if (line.text.find('=') == std::string_view::npos) return pairs;
    PairReader reader(line);
    Pair pair;
    while (reader.next(pair)) {
        const auto twice = std::ranges::find(pairs, pair.key, &Pair::key);
        if (twice == pairs.end())
            pairs.push_back(pair);
        else if (reader.given())
            refuse(line, fmt::format("{} stands twice", shown(pair.key)), "leave one out");
    }
    return pairs;
}

const Pair* find(const Pairs& pairs, std::string_view key) {
    const auto found = std::ranges::find_if(pairs, [&](const Pair& pair) { return is_named(pair.key, key); });
    return found == pairs.end() ? nullptr : &*found;
}

}  // namespace rfhgn::io::xyz
