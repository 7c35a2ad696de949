#include "rfhgn/dynamics/block_average.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::dynamics {

namespace {

std::vector<double> summed(const parallel::Communicator& comm, std::vector<double> values) {
    parallel::sum(comm, std::span<double>(values));
    return values;
}

}  // namespace

BlockAverage::BlockAverage(std::size_t blocks, std::size_t width)
    : blocks_(blocks), width_(width), sums_(blocks * width, 0.0), counts_(blocks * width, 0.0) {
    RFHGN_ASSERT(blocks >= 1);
}

void BlockAverage::add(std::size_t block, std::size_t first, std::span<const double> values, bool counts) {
    RFHGN_ASSERT(block < blocks_ && first + values.size() <= width_);
    for (std::size_t k = 0; k < values.size(); ++k) {
        sums_[block * width_ + first + k] += values[k];
        if (counts) counts_[block * width_ + first + k] += 1.0;
    }
}

BlockAverage::Result BlockAverage::result(const parallel::Communicator& comm) const {
    const auto sums = summed(comm, sums_);
    const auto counts = summed(comm, counts_);
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    Result result{std::vector<double>(width_, unknown), std::vector<double>(width_, unknown)};
    for (std::size_t k = 0; k < width_; ++k) {
        double sum = 0;
        double count = 0;
        for (std::size_t at = k; at < sums.size(); at += width_) {
            sum += sums[at];
            count += counts[at];
        }
        if (count == 0) continue;
        const double mean = result.mean[k] = sum / count;
        // Blocks count by their samples: the last one may be short.
        double squares = 0;
        double filled = 0;
        for (std::size_t at = k; at < sums.size(); at += width_) {
            if (counts[at] == 0) continue;
            const double deviation = sums[at] / counts[at] - mean;
            squares += counts[at] / count * deviation * deviation;
            filled += 1.0;
        }
        if (filled > 1) result.error[k] = std::sqrt(squares / (filled - 1.0));
    }
    return result;
}

void BlockAverage::save(const parallel::Communicator& comm, const std::string& name,
                        SavedState& state) const {
    state.values[name + "_sums"] = summed(comm, sums_);
    state.values[name + "_counts"] = summed(comm, counts_);
}

void BlockAverage::restore(const parallel::Communicator& comm, const std::string& name,
                           const SavedState& state) {
    const auto& sums = state.value(name + "_sums");
    const auto& counts = state.value(name + "_counts");
    require(sums.size() <= sums_.size() && sums.size() % width_ == 0 && counts.size() == sums.size(),
            Advice{"restart with the blocks and observers that the run began with"},
            "the checkpoint's averages '{}' have {} numbers, not {}", name, sums.size(), sums_.size());
    if (!comm.is_root()) return;
    std::copy(sums.begin(), sums.end(), sums_.begin());
    std::copy(counts.begin(), counts.end(), counts_.begin());
}

}  // namespace rfhgn::dynamics
