#pragma once
/// How the benches of this folder take and sum up times.

#include <algorithm>
#include <vector>

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::bench {

inline double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Seconds of the slowest rank. *Collective.*
template <class Work>
double seconds(const parallel::Communicator& comm, Work&& work) {
    parallel::barrier(comm);
    const double start = parallel::wall_time();
    work();
    return parallel::max(comm, parallel::wall_time() - start);
}

}  // namespace rfhgn::bench
