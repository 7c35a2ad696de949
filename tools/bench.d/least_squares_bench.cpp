// Rows + factorisation against the machine's own dgemm, in one run: repeats of both are interleaved, so that
// whatever else the machine does hits both. One JSON line a width.
#include <algorithm>
#include <cblas.h>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "rfhgn/base/random.hpp"
#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/session.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

#include "timing.hpp"

namespace {

using rfhgn::bench::median;
using rfhgn::bench::seconds;

using namespace rfhgn;

constexpr int repeats = 5;

/// Rows that cost no more than copying: pieces of a table of random numbers.
class TableRows final : public linalg::RowSource {
  public:
    TableRows(const parallel::Communicator& comm, int columns, LocalIndex rows_per_leaf)
        : comm_(comm), columns_(columns), rows_per_leaf_(rows_per_leaf), table_(table_size + block_rows) {
        const CounterRandom random(1, Stream::weights);
        for (std::size_t i = 0; i < table_.size(); ++i) table_[i] = random.uniform(-1, 1, i);
    }

    [[nodiscard]] GlobalIndex rows() const { return GlobalIndex{leaves()} * rows_per_leaf_; }
    [[nodiscard]] int columns() const override { return columns_; }
    [[nodiscard]] int leaves() const override { return 2 * comm_.size(); }
    [[nodiscard]] parallel::Range owned_leaves() const override {
        return parallel::block_range(leaves(), comm_.size(), comm_.rank());
    }
    [[nodiscard]] int blocks(int) const override { return rows_per_leaf_ / block_rows; }
    [[nodiscard]] LocalIndex rows(int, int) const override { return block_rows; }
    [[nodiscard]] linalg::RowRole role(int, int) const override { return linalg::RowRole::training; }
    void produce(int leaf, int block, linalg::RowBlock out) const override {
        for (int column = 0; column <= columns_; ++column) {
            const auto number =
                (static_cast<std::size_t>(leaf) * 1000 + static_cast<std::size_t>(block)) * 10007 +
                static_cast<std::size_t>(column);
            std::copy_n(table_.begin() + static_cast<std::ptrdiff_t>(number * 7919 % table_size), out.rows,
                        out.values + static_cast<std::ptrdiff_t>(column) * out.leading);
        }
    }

  private:
    static constexpr LocalIndex block_rows = 128;
    static constexpr std::size_t table_size = 100003;
    const parallel::Communicator& comm_;
    int columns_;
    LocalIndex rows_per_leaf_;
    std::vector<double> table_;
};

/// GFLOP/s of one core with dgemm of order 2048 while all ranks do the same.
class Dgemm {
  public:
    explicit Dgemm(const parallel::Communicator& comm) : comm_(comm) { rate(); }
    double rate() {
        const double time = seconds(comm_, [&] {
            cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, a_.data(), n, b_.data(), n,
                        0.0, c_.data(), n);
        });
        return 2e-9 * n * n * n / time;
    }

  private:
    static constexpr int n = 2048;
    const parallel::Communicator& comm_;
    std::vector<double> a_ = std::vector<double>(std::size_t{n} * n, 0.5);
    std::vector<double> b_ = a_;
    std::vector<double> c_ = a_;
};

void measure(const parallel::Communicator& comm, Dgemm& dgemm, int columns) {
    const TableRows source(comm, columns, std::max(4096, 4 * columns));
    std::vector<double> dgemm_rates;
    std::vector<double> rates;
    std::vector<double> ratios;
    for (int repeat = 0; repeat < repeats; ++repeat) {
        dgemm_rates.push_back(dgemm.rate());
        const double time = seconds(comm, [&] { linalg::factorise(comm, source); });
        const double operations = 2e-9 * static_cast<double>(source.rows()) * columns * columns;
        rates.push_back(operations / time / comm.size());
        ratios.push_back(rates.back() / dgemm_rates.back());
    }
    if (!comm.is_root()) return;
    fmt::print(
        R"({{"bench": "rows_and_factorisation", "ranks": {}, "columns": {}, "rows": {}, )"
        R"("gflops_per_rank": {:.1f}, "dgemm_gflops_per_rank": {:.1f}, "ratio": {:.3f}, "repeats": {}}})"
        "\n",
        comm.size(), columns, source.rows(), median(rates), median(dgemm_rates), median(ratios), repeats);
}

}  // namespace

int main() {
    const parallel::Session session;
    Dgemm dgemm(session.world());
    for (const int columns : {256, 512, 1024, 2048}) measure(session.world(), dgemm, columns);
}
