#pragma once

#include <cstdint>
#include <string>

#include "rfhgn/dynamics/block_average.hpp"

namespace rfhgn::dynamics {

/// Averages over equal blocks of the steps that a run begins with. If it is extended, more blocks of that
/// length are added, the last one with what is left over.
class TimeBlocks {
  public:
    /// Of `width` quantities over a run of `steps` steps.
    TimeBlocks(std::int64_t blocks, std::int64_t steps, std::size_t width);

    /// The block that a step falls into. Local.
    [[nodiscard]] std::size_t block_of(std::int64_t step) const;
    /// As BlockAverage's. *Collective.*
    void save(const parallel::Communicator& comm, const std::string& name, SavedState& state) const;
    void restore(const parallel::Communicator& comm, const std::string& name, const SavedState& state);

    BlockAverage average;

  private:
    std::int64_t blocks_;
    std::int64_t first_steps_;
    std::int64_t steps_;
};

}  // namespace rfhgn::dynamics
