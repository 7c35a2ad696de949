// Training time from data in memory to coefficients: training_bench DATA NODE_WIDTH MESSAGE_WIDTH SAMPLER
// REPEATS. One JSON line from the root: median milliseconds of warm repeats over as many seeds, the first
// call, and the median and worst held-out error.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "rfhgn/io/data_set.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/training/pairwise/pairwise_training.hpp"
#include "rfhgn/training/trainer.hpp"

using namespace rfhgn;

int main(int argc, char** argv) {
    if (argc != 6) {
        std::fprintf(stderr, "usage: training_bench DATA NODE_WIDTH MESSAGE_WIDTH SAMPLER REPEATS\n");
        return 2;
    }
    const parallel::Session session;
    const auto& comm = session.world();
    model::SamplingOptions sampling;
    sampling.node_width = std::atoi(argv[2]);
    sampling.message_width = std::atoi(argv[3]);
    sampling.sampler = argv[4];
    const int repeats = std::atoi(argv[5]);

    auto reader = std::make_unique<io::DataSetReader>(comm, argv[1]);
    const auto& totals = reader->totals();
    const int leaves = data::leaf_count(totals, training::widest_problem(sampling));
    const auto data = data::open_data(comm, std::move(reader), leaves, 0.5, {});
    std::vector<double> milliseconds;
    std::vector<double> errors;
    for (int r = 0; r < repeats; ++r) {
        sampling.seed = static_cast<std::uint64_t>(r) + 1;
        parallel::barrier(comm);
        const auto result = training::train(*data, sampling, {});
        const double seconds = result.times.seconds("sampling") + result.times.seconds("solve");
        milliseconds.push_back(1e3 * parallel::max(comm, seconds));
        errors.push_back(result.held_out.mse);
    }
    // Where the time of the last repeat went.
    const auto last = training::train(*data, sampling, {});
    std::string phases = fmt::format("\"sampling\": {:.4f}", 1e3 * last.times.seconds("sampling"));
    for (const auto& [name, report] :
         {std::pair{"kinetic", &last.kinetic}, std::pair{"message", &last.message}})
        for (const auto& [phase, seconds] : report->times.phases())
            phases += fmt::format(", \"{} {}\": {:.4f}", name, phase, 1e3 * seconds);
    const double first = milliseconds.front();
    std::sort(milliseconds.begin(), milliseconds.end());
    std::sort(errors.begin(), errors.end());
    if (comm.is_root())
        std::printf(
            "{\"ranks\": %d, \"sampler\": \"%s\", \"widths\": [%d, %d], \"training_snapshots\": %lld, "
            "\"milliseconds_median\": %.4f, \"milliseconds_first\": %.4f, \"held_out_mse_median\": %.3e, "
            "\"held_out_mse_worst\": %.3e, \"phases_ms\": {%s}}\n",
            comm.size(), argv[4], sampling.node_width, sampling.message_width,
            static_cast<long long>(data->facts().snapshots - data->facts().held_out_snapshots),
            milliseconds[milliseconds.size() / 2], first, errors[errors.size() / 2], errors.back(),
            phases.c_str());
    return 0;
}
