#pragma once

#include <cmath>
#include <cstdint>

#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::parallel {

/// A sum whose bits depend neither on the order of its terms nor on the number of ranks: terms are rounded to
/// multiples of 2^-42 and added as integers. Bring terms to the order of 1 first; they must stay below 2^20,
/// and 2^31 terms of 100 do not overflow.
class ReproducibleSum {
  public:
    void add(double term) noexcept {
        const std::int64_t fixed = std::llrint(std::ldexp(term, 42));
        high_ += fixed >> 21;
        low_ += fixed & ((std::int64_t{1} << 21) - 1);
    }
    /// Over all ranks. *Collective.*
    [[nodiscard]] double total(const Communicator& comm) const {
        std::array<std::int64_t, 2> words{high_, low_};
        sum<std::int64_t>(comm, words);
        return std::ldexp(static_cast<double>(words[0]), -21) +
               std::ldexp(static_cast<double>(words[1]), -42);
    }

  private:
    std::int64_t high_ = 0;
    std::int64_t low_ = 0;
};

}  // namespace rfhgn::parallel
