// Rows of a real data set, and rows + factorisation, against the machine's own dgemm: rows_bench DATA WIDTH
// [REPEATS]. All three are measured in turn, so that whatever else the machine does hits all. One JSON line
// from the root.
#include <algorithm>
#include <cblas.h>
#include <cstdio>
#include <cstdlib>

#include "rfhgn/io/data_set.hpp"
#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/model/pairwise/pairwise_sampling.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/parallel/stopwatch.hpp"
#include "rfhgn/training/pairwise/reference_sample.hpp"
#include "rfhgn/training/pairwise/rows.hpp"

#include "timing.hpp"

namespace {

using rfhgn::bench::median;
using rfhgn::bench::seconds;

using namespace rfhgn;

struct Dgemm {
    static constexpr int n = 1536;
    std::vector<double> a = std::vector<double>(std::size_t{n} * n, 0.5);
    std::vector<double> b = a;
    std::vector<double> c = a;
    void run() {
        cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, a.data(), n, b.data(), n, 0.0,
                    c.data(), n);
    }
    static constexpr double operations = 2.0 * n * n * n;
};

GlobalIndex produce_all(const linalg::RowSource& source, std::vector<double>& room) {
    GlobalIndex count = 0;
    const auto owned = source.owned_leaves();
    for (int leaf = static_cast<int>(owned.begin); leaf < owned.end; ++leaf)
        for (int block = 0; block < source.blocks(leaf); ++block) {
            const LocalIndex rows = source.rows(leaf, block);
            const auto size =
                static_cast<std::size_t>(rows) * (static_cast<std::size_t>(source.columns()) + 1);
            if (room.size() < size) room.resize(size);
            source.produce(leaf, block, {room.data(), rows, source.columns(), rows});
            count += rows;
        }
    return count;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fprintf(stderr, "usage: rows_bench DATA WIDTH [REPEATS]\n");
        return 2;
    }
    const parallel::Session session;
    const auto& comm = session.world();
    model::SamplingOptions sampling;
    sampling.message_width = std::atoi(argv[2]);
    sampling.node_width = 1;
    const int repeats = argc > 3 ? std::atoi(argv[3]) : 5;

    const io::DataSetReader reader(comm, argv[1]);
    const auto& totals = reader.totals();
    const int leaves = data::leaf_count(totals.nodes, totals.dimension, sampling.message_width);
    const auto set = data::make_training_set(comm, reader.read(data::owned_nodes(comm, totals.nodes, leaves)),
                                             leaves, 0.2);
    const std::vector<char> use(static_cast<std::size_t>(set.graph.owned), 1);
    const auto sample = training::reference_sample(comm, set.graph, set.position, set.momentum, use);
    const auto model =
        model::sample_model(sample, sampling, set.graph.dimension, set.graph.edge_attributes.names);
    const auto rows = training::message_rows(set, model);

    Dgemm dgemm;
    dgemm.run();
    std::vector<double> room;
    double count = 0;
    std::vector<double> producing;
    std::vector<double> ratios;
    std::vector<double> rates;
    std::vector<double> times;
    for (int r = 0; r < repeats; ++r) {
        dgemm.run();  // after memory came and went, the first one pays for pages
        const double peak = Dgemm::operations / seconds(comm, [&] { dgemm.run(); });
        const double only_rows = seconds(
            comm, [&] { count = static_cast<double>(parallel::sum(comm, produce_all(*rows, room))); });
        const double all = seconds(comm, [&] { linalg::factorise(comm, *rows); });
        const double columns = sampling.message_width;
        rates.push_back(2 * count * columns * columns / all / comm.size());
        ratios.push_back(rates.back() / peak);
        producing.push_back(only_rows / all);
        times.push_back(all);
    }
    if (comm.is_root())
        std::printf(
            "{\"ranks\": %d, \"columns\": %d, \"rows\": %.0f, \"leaves\": %d, \"seconds\": %.5f, "
            "\"gflops_per_rank\": %.2f, \"of_dgemm\": %.3f, \"rows_share\": %.3f}\n",
            comm.size(), sampling.message_width, count, leaves, median(times), 1e-9 * median(rates),
            median(ratios), median(producing));
    return 0;
}
