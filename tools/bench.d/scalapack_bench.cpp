// ScaLAPACK's pdgels (no rank revelation, no ridge) on the problem of feature_rows.hpp. The order of rows
// does not matter to least squares, so every rank makes as many rows as its share of the block-cyclic layout
// has. One JSON line from the root.
#include <cstdio>
#include <sys/resource.h>

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "feature_rows.hpp"

extern "C" {
void Cblacs_get(int, int, int*);
void Cblacs_gridinit(int*, const char*, int, int);
void Cblacs_gridexit(int);
int numroc_(const int*, const int*, const int*, const int*, const int*);
void descinit_(int*, const int*, const int*, const int*, const int*, const int*, const int*, const int*,
               const int*, int*);
void pdgels_(const char*, const int*, const int*, const int*, double*, const int*, const int*, const int*,
             double*, const int*, const int*, const int*, double*, const int*, int*);
}

namespace {

using namespace rfhgn;
using bench::FeatureRows;

constexpr int block = 64;

struct Layout {
    int context = 0;
    int rows = 0;         // of this rank
    int descriptor[9]{};  // of Z
    int rhs[9]{};
};

Layout layout(const parallel::Communicator& comm, int m, int n) {
    Layout l;
    Cblacs_get(0, 0, &l.context);
    Cblacs_gridinit(&l.context, "Row", comm.size(), 1);
    const int zero = 0;
    const int one = 1;
    const int rank = comm.rank();
    const int size = comm.size();
    int info = 0;
    l.rows = numroc_(&m, &block, &rank, &zero, &size);
    descinit_(l.descriptor, &m, &n, &block, &block, &zero, &zero, &l.context, &l.rows, &info);
    descinit_(l.rhs, &m, &one, &block, &block, &zero, &zero, &l.context, &l.rows, &info);
    return l;
}

// The solution sits in the leading rows of the right-hand side, block-cyclic over ranks.
std::vector<double> gather(const parallel::Communicator& comm, const double* u, const Layout& l, int n) {
    std::vector<double> theta(static_cast<std::size_t>(n), 0.0);
    for (int i = 0; i < l.rows; ++i) {
        const int global = (i / block * comm.size() + comm.rank()) * block + i % block;
        if (global < n) theta[static_cast<std::size_t>(global)] = u[i];
    }
    parallel::sum(comm, std::span<double>(theta));
    return theta;
}

}  // namespace

int main() {
    const parallel::Session session;
    const auto& comm = session.world();
    const FeatureRows source(comm);
    const int n = source.columns();
    const int m = static_cast<int>(2 * FeatureRows::training_points);
    const Layout l = layout(comm, m, n);
    rusage before{};
    getrusage(RUSAGE_SELF, &before);

    GlobalIndex first = 0;  // rows of the ranks before this one; even, as blocks are
    for (int rank = 0; rank < comm.rank(); ++rank) {
        const int zero = 0;
        const int size = comm.size();
        first += numroc_(&m, &block, &rank, &zero, &size);
    }
    std::vector<double> z(static_cast<std::size_t>(l.rows) * (static_cast<std::size_t>(n) + 1));
    source.fill({first / 2, (first + l.rows) / 2}, {z.data(), l.rows, n, l.rows});
    double* const u = z.data() + static_cast<std::ptrdiff_t>(l.rows) * n;

    const int one = 1;
    int room = -1;
    int info = 0;
    std::vector<double> work(1);
    const auto call = [&] {
        pdgels_("N", &m, &n, &one, z.data(), &one, &one, l.descriptor, u, &one, &one, l.rhs, work.data(),
                &room, &info);
    };
    call();
    room = static_cast<int>(work[0]);
    work.resize(static_cast<std::size_t>(room));
    parallel::barrier(comm);
    const double start = parallel::wall_time();
    call();
    const double seconds = parallel::max(comm, parallel::wall_time() - start);
    rusage after{};
    getrusage(RUSAGE_SELF, &after);
    const double peak = parallel::max(comm, static_cast<double>(after.ru_maxrss - before.ru_maxrss) / 1024);
    const auto theta = gather(comm, u, l, n);
    if (comm.is_root())
        std::printf("{\"residual\": %.4e, \"held_out\": %.4e, \"seconds\": %.5f, \"peak_megabytes\": %.1f}\n",
                    bench::relative_error(source, linalg::RowRole::training, theta),
                    bench::relative_error(source, linalg::RowRole::held_out, theta), seconds, peak);
    Cblacs_gridexit(l.context);
    return 0;
}
