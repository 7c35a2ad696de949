#pragma once
/// Kinds of particles, and the one numbering of their pairs.

#include <algorithm>
#include <compare>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"

namespace rfhgn::potential {

/// Two species without order: the smaller number comes first.
struct SpeciesPair {
    int first = 0;
    int second = 0;
    friend auto operator<=>(const SpeciesPair&, const SpeciesPair&) = default;
};
inline SpeciesPair unordered(int a, int b) {
    return {std::min(a, b), std::max(a, b)};
}

/// Known species, and the number k of the unordered pair (a, b), a <= b in the order of `known`:
/// k = b (b + 1) / 2 + a. One pair, whatever the species, where species are not told apart. Tables in files
/// and decks are listed 11, 12, .., 22, .. instead; who writes or reads one goes through the pairs in that
/// order.
class SpeciesPairs {
  public:
    SpeciesPairs() = default;
    /// `known` ascending, without repetition.
    explicit SpeciesPairs(std::vector<int> known) : known_(std::move(known)) {}

    [[nodiscard]] const std::vector<int>& known() const noexcept { return known_; }
    [[nodiscard]] bool single() const noexcept { return known_.size() <= 1; }
    [[nodiscard]] int pairs() const noexcept {
        const int count = std::max<int>(1, static_cast<int>(known_.size()));
        return count * (count + 1) / 2;
    }
    /// Of known species.
    [[nodiscard]] int pair(int first, int second) const {
        if (single()) return 0;
        const auto [a, b] = std::minmax({place(first), place(second)});
        return b * (b + 1) / 2 + a;
    }
    [[nodiscard]] bool knows(int species) const noexcept {
        return known_.empty() || std::binary_search(known_.begin(), known_.end(), species);
    }
    friend bool operator==(const SpeciesPairs&, const SpeciesPairs&) = default;

  private:
    [[nodiscard]] int place(int species) const {
        const auto found = std::find(known_.begin(), known_.end(), species);
        RFHGN_ASSERT(found != known_.end());
        return static_cast<int>(found - known_.begin());
    }

    std::vector<int> known_;  // empty: not known (a model of given graphs of an earlier release)
};

/// "0-1".
inline std::string describe(const SpeciesPair& pair) {
    return fmt::format("{}-{}", pair.first, pair.second);
}

}  // namespace rfhgn::potential
