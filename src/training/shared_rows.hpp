#pragma once
/// A bounded sample of rows of a data set, the same on every rank.

#include <algorithm>
#include <span>
#include <vector>

#include "rfhgn/base/types.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::training {

/// Even strides of global indices: pick k is index floor(k total / picks).
struct Strides {
    GlobalIndex total;
    GlobalIndex picks;

    /// The pick that index `id` is, or −1.
    [[nodiscard]] GlobalIndex pick_of(GlobalIndex id) const noexcept {
        const GlobalIndex k = (id * picks + total - 1) / total;
        return k < picks && k * total / picks == id ? k : -1;
    }
};

/// Rows that ranks fill in by pick; the sum over ranks of rows that are zero elsewhere is exact.
class SharedRows {
  public:
    SharedRows(GlobalIndex picks, std::size_t columns)
        : columns_(columns + 1), values_(static_cast<std::size_t>(picks) * columns_, 0.0) {}

    void set(GlobalIndex pick, std::span<const double> row) {
        double* out = values_.data() + static_cast<std::size_t>(pick) * columns_;
        std::copy(row.begin(), row.end(), out);
        out[columns_ - 1] = 1.0;  // filled
    }
    void share(const parallel::Communicator& comm) {
        parallel::sum(comm, std::span<double>(values_));
        std::size_t kept = 0;
        const std::size_t rows = values_.size() / columns_;
        for (std::size_t r = 0; r < rows; ++r) {
            if (values_[r * columns_ + columns_ - 1] == 0.0) continue;
            std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(r * columns_), columns_,
                        values_.begin() + static_cast<std::ptrdiff_t>(kept * columns_));
            ++kept;
        }
        values_.resize(kept * columns_);
    }
    /// All rows that were filled, one after the other; after share.
    [[nodiscard]] std::vector<double> rows() const {
        std::vector<double> result;
        for (std::size_t at = 0; at < values_.size(); at += columns_)
            result.insert(result.end(), values_.begin() + static_cast<std::ptrdiff_t>(at),
                          values_.begin() + static_cast<std::ptrdiff_t>(at + columns_ - 1));
        return result;
    }
    [[nodiscard]] std::vector<double> column(std::size_t c) const {
        std::vector<double> result;
        for (std::size_t at = c; at < values_.size(); at += columns_) result.push_back(values_[at]);
        return result;
    }

  private:
    std::size_t columns_;
    std::vector<double> values_;
};

}  // namespace rfhgn::training
