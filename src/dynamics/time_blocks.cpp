#include "rfhgn/dynamics/time_blocks.hpp"

#include <algorithm>

namespace rfhgn::dynamics {

TimeBlocks::TimeBlocks(std::int64_t blocks, std::int64_t steps, std::size_t width)
    : average(static_cast<std::size_t>(blocks), width), blocks_(blocks), first_steps_(steps), steps_(steps) {}

std::size_t TimeBlocks::block_of(std::int64_t step) const {
    const auto block = static_cast<std::size_t>(
        static_cast<double>(step) / static_cast<double>(first_steps_) * static_cast<double>(blocks_));
    return std::min(block, average.blocks() - 1);
}

void TimeBlocks::save(const parallel::Communicator& comm, const std::string& name, SavedState& state) const {
    average.save(comm, name, state);
    state.values[name + "_steps"] = {static_cast<double>(first_steps_)};
}

void TimeBlocks::restore(const parallel::Communicator& comm, const std::string& name,
                         const SavedState& state) {
    first_steps_ = static_cast<std::int64_t>(state.number(name + "_steps"));
    const auto whole = static_cast<std::size_t>(
        static_cast<double>(steps_) / static_cast<double>(first_steps_) * static_cast<double>(blocks_));
    average = {std::max(static_cast<std::size_t>(blocks_), whole), average.width()};
    average.restore(comm, name, state);
}

}  // namespace rfhgn::dynamics
