#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "rfhgn/dynamics/saved_state.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::dynamics {

/// Means of `width` quantities and their statistical errors from the spread of the means of consecutive
/// blocks of time, which are independent when blocks are long compared with what the system remembers. Sums
/// may be kept in parts by several ranks.
class BlockAverage {
  public:
    BlockAverage(std::size_t blocks, std::size_t width);

    [[nodiscard]] std::size_t blocks() const noexcept { return blocks_; }
    [[nodiscard]] std::size_t width() const noexcept { return width_; }
    /// Adds this rank's part of a sample of quantities first .. first + values.size(). One of the ranks that
    /// have a part counts it.
    void add(std::size_t block, std::size_t first, std::span<const double> values, bool counts);

    struct Result {
        std::vector<double> mean;   ///< [width] over all samples; NaN for what has none
        std::vector<double> error;  ///< [width] standard error of the mean; NaN with fewer than two blocks
    };
    /// *Collective.*
    [[nodiscard]] Result result(const parallel::Communicator& comm) const;

    /// Sums over ranks, and back: the root then holds them. What was saved may have fewer blocks.
    /// *Collective.*
    void save(const parallel::Communicator& comm, const std::string& name, SavedState& state) const;
    void restore(const parallel::Communicator& comm, const std::string& name, const SavedState& state);

  private:
    std::size_t blocks_;
    std::size_t width_;
    std::vector<double> sums_;    // [blocks, width]
    std::vector<double> counts_;  // [blocks, width]
};

}  // namespace rfhgn::dynamics
