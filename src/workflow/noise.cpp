#include "noise.hpp"

#include <cmath>

#include "rfhgn/base/random.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::workflow {

namespace {

// `size` values a snapshot, snapshot after snapshot.
double standard_deviation(const parallel::Communicator& comm, const std::vector<double>& values,
                          std::size_t size, double snapshots) {
    std::vector<double> mean(size, 0.0);
    for (std::size_t k = 0; k < values.size(); ++k) mean[k % size] += values[k] / snapshots;
    parallel::sum(comm, std::span<double>(mean));
    double squares = 0;
    for (std::size_t k = 0; k < values.size(); ++k) {
        const double deviation = values[k] - mean[k % size];
        squares += deviation * deviation;
    }
    return std::sqrt(parallel::sum(comm, squares) / (snapshots * static_cast<double>(size)));
}

}  // namespace

NoiseAmplitudes add_noise(const parallel::Communicator& comm, const GenerateOptions& options,
                          GlobalIndex nodes, data::SnapshotSet& set) {
    if (options.noise == 0) return {};
    const CounterRandom random(options.initial.seed, Stream::noise);
    const auto size = static_cast<std::size_t>(nodes * set.totals.dimension);
    const auto snapshots = static_cast<double>(set.totals.snapshots);
    std::uint64_t quantity = 0;
    const auto disturb = [&](std::vector<double>& values) {
        const double deviation = standard_deviation(comm, values, size, snapshots);
        // Sums depend on the ranks in their last bits; what is left of them here does not.
        const auto amplitude = static_cast<double>(static_cast<float>(options.noise * deviation));
        for (std::size_t k = 0; k < values.size(); ++k) {
            const auto snapshot = static_cast<std::uint64_t>(set.first_snapshot) + k / size;
            const auto frames = static_cast<std::uint64_t>(options.frames);
            const std::uint64_t instant = (snapshot / frames << 32U) + snapshot % frames;
            values[k] += amplitude * random.normal2(instant, 4 * (k % size) + quantity)[0];
        }
        ++quantity;
        return amplitude;
    };
    NoiseAmplitudes amplitudes;
    amplitudes.position = disturb(set.position);
    amplitudes.momentum = disturb(set.momentum);
    if (!options.rates) return amplitudes;
    amplitudes.velocity = disturb(set.velocity);
    amplitudes.force = disturb(set.force);
    return amplitudes;
}

}  // namespace rfhgn::workflow
