// One solver on the rank-deficient problem of feature_rows.hpp: accuracy_bench METHOD [VALUE].
//   rfhgn [FLOOR]         linalg::solve, smallest ridge FLOOR
//   recompute             the same, but rows are computed again for LSQR
//   lsqr                  plain KSP LSQR (iterations: PETSC_OPTIONS="-rfhgn_ksp_max_it N")
//   gelsd RCOND           LAPACK's divide-and-conquer SVD
//   normal                normal equations by Cholesky, shifted until it exists
//   dump FOLDER           raw columns of the training rows and held-out rows, for other programs
// Dense methods are timed without producing the rows, rfhgn with it. One JSON line from the root.
#include <cblas.h>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>

#include "rfhgn/linalg/least_squares.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "feature_rows.hpp"

extern "C" {
void dgelsd_(const int*, const int*, const int*, double*, const int*, double*, const int*, double*,
             const double*, int*, double*, const int*, int*, int*);
void dpotrf_(const char*, const int*, double*, const int*, int*);
void dpotrs_(const char*, const int*, const int*, const double*, const int*, double*, const int*, int*);
}

namespace {

using namespace rfhgn;
using bench::FeatureRows;
using linalg::RowRole;

struct Outcome {
    std::vector<double> coefficients;
    double seconds = 0;
    int lsqr_iterations = 0;
    double certificate = std::nan("");  // |Bᵀr| / (|B||r|)
    int rank = 0;
    double ridge = 0;
};

template <class Work>
double seconds(const parallel::Communicator& comm, Work&& work) {
    parallel::barrier(comm);
    const double start = parallel::wall_time();
    work();
    return parallel::max(comm, parallel::wall_time() - start);
}

Outcome by_rfhgn(const parallel::Communicator& comm, const FeatureRows& source, const std::string& method,
                 const std::string& floor) {
    linalg::LeastSquaresOptions options;
    if (!floor.empty()) options.ridge_floor = std::stod(floor);
    if (method == "recompute") options.rows = "recompute";
    if (method == "lsqr") options.method = "lsqr";
    linalg::LeastSquaresSolution solution;
    Outcome outcome;
    outcome.seconds = seconds(comm, [&] { solution = linalg::solve(comm, source, options); });
    outcome.coefficients = solution.coefficients;
    outcome.lsqr_iterations = solution.report.lsqr_iterations;
    outcome.certificate = solution.report.normal_residual;
    outcome.rank = solution.report.rank;
    outcome.ridge = solution.report.ridge;
    return outcome;
}

Outcome by_gelsd(const parallel::Communicator& comm, const FeatureRows& source, double rcond) {
    auto z = bench::dense_rows(source, RowRole::training);
    const int n = source.columns();
    const int m = static_cast<int>(z.size() / (static_cast<std::size_t>(n) + 1));
    double* const u = z.data() + static_cast<std::ptrdiff_t>(m) * n;
    std::vector<double> singular(static_cast<std::size_t>(n));
    Outcome outcome;
    const int one = 1;
    int info = 0;
    const auto call = [&](std::vector<double>& work, int room, std::vector<int>& integers) {
        dgelsd_(&m, &n, &one, z.data(), &m, u, &m, singular.data(), &rcond, &outcome.rank, work.data(), &room,
                integers.data(), &info);
    };
    std::vector<double> work(1);
    std::vector<int> integers(1);
    call(work, -1, integers);
    const int room = static_cast<int>(work[0]);
    work.resize(static_cast<std::size_t>(room));
    integers.resize(static_cast<std::size_t>(integers[0]));
    outcome.seconds = seconds(comm, [&] { call(work, room, integers); });
    outcome.coefficients.assign(u, u + n);
    return outcome;
}

Outcome by_normal_equations(const parallel::Communicator& comm, const FeatureRows& source) {
    const auto z = bench::dense_rows(source, RowRole::training);
    const int n = source.columns();
    const auto size = static_cast<std::size_t>(n);
    const int m = static_cast<int>(z.size() / (size + 1));
    Outcome outcome;
    outcome.seconds = seconds(comm, [&] {
        std::vector<double> gram(size * size);
        cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, n, m, 1.0, z.data(), m, 0.0, gram.data(), n);
        outcome.coefficients.resize(size);
        cblas_dgemv(CblasColMajor, CblasTrans, m, n, 1.0, z.data(), m,
                    z.data() + static_cast<std::ptrdiff_t>(m) * n, 1, 0.0, outcome.coefficients.data(), 1);
        double trace = 0;
        for (std::size_t k = 0; k < size; ++k) trace += gram[k * (size + 1)];
        std::vector<double> factor;
        int info = 1;
        for (double shift = 1e-16; info != 0; shift *= 2) {
            factor = gram;
            for (std::size_t k = 0; k < size; ++k) factor[k * (size + 1)] += shift * trace;
            dpotrf_("U", &n, factor.data(), &n, &info);
        }
        const int one = 1;
        dpotrs_("U", &n, &one, factor.data(), &n, outcome.coefficients.data(), &n, &info);
    });
    return outcome;
}

void dump(const FeatureRows& source, const std::string& folder) {
    for (const auto& [name, role] :
         {std::pair{"training", RowRole::training}, {"held_out", RowRole::held_out}}) {
        const auto values = bench::dense_rows(source, role);
        std::FILE* file = std::fopen((folder + "/" + name + ".raw").c_str(), "wb");
        if (!file || std::fwrite(values.data(), sizeof(double), values.size(), file) != values.size())
            std::exit(1);
        std::fclose(file);
    }
}

double peak_megabytes() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
    const parallel::Session session;
    const auto& comm = session.world();
    const std::string method = argc > 1 ? argv[1] : "rfhgn";
    const std::string value = argc > 2 ? argv[2] : "";
    const FeatureRows source(comm);
    if (method == "dump") {
        dump(source, value);
        return 0;
    }
    const double before = peak_megabytes();
    const auto outcome = method == "gelsd"    ? by_gelsd(comm, source, std::stod(value))
                         : method == "normal" ? by_normal_equations(comm, source)
                                              : by_rfhgn(comm, source, method, value);
    const double peak = parallel::max(comm, peak_megabytes() - before);
    if (!comm.is_root()) return 0;
    std::printf(
        "{\"residual\": %.4e, \"held_out\": %.4e, \"seconds\": %.5f, \"peak_megabytes\": %.1f, "
        "\"lsqr_iterations\": %d, \"certificate\": %.2e, \"rank\": %d, \"ridge\": %.3e}\n",
        bench::relative_error(source, RowRole::training, outcome.coefficients),
        bench::relative_error(source, RowRole::held_out, outcome.coefficients), outcome.seconds, peak,
        outcome.lsqr_iterations, std::isnan(outcome.certificate) ? -1.0 : outcome.certificate, outcome.rank,
        outcome.ridge);
    return 0;
}
