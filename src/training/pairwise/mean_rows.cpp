#include "mean_rows.hpp"

#include <vector>

namespace rfhgn::training {

namespace {

class MeanRows final : public linalg::RowSource {
  public:
    MeanRows(std::unique_ptr<linalg::RowSource> first, std::unique_ptr<linalg::RowSource> second)
        : first_(std::move(first)), second_(std::move(second)) {}

    [[nodiscard]] int columns() const override { return first_->columns(); }
    [[nodiscard]] int leaves() const override { return first_->leaves(); }
    [[nodiscard]] parallel::Range owned_leaves() const override { return first_->owned_leaves(); }
    [[nodiscard]] int blocks(int leaf) const override { return first_->blocks(leaf); }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override { return first_->rows(leaf, block); }
    [[nodiscard]] linalg::RowRole role(int leaf, int block) const override {
        return first_->role(leaf, block);
    }

    void produce(int leaf, int block, linalg::RowBlock out) const override {
        first_->produce(leaf, block, out);
        const auto rows = static_cast<std::size_t>(out.rows);
        const auto columns = static_cast<std::size_t>(out.columns) + 1;
        other_.resize(rows * columns);
        second_->produce(leaf, block, {other_.data(), out.rows, out.columns, out.rows});
        for (std::size_t c = 0; c < columns; ++c) {
            double* const column = out.values + c * static_cast<std::size_t>(out.leading);
            for (std::size_t r = 0; r < rows; ++r) column[r] = 0.5 * (column[r] + other_[c * rows + r]);
        }
    }

    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        first_->groups(leaf, block, group);
    }

  private:
    std::unique_ptr<linalg::RowSource> first_;
    std::unique_ptr<linalg::RowSource> second_;
    mutable std::vector<double> other_;  // scratch, so that blocks allocate nothing
};

}  // namespace

std::unique_ptr<linalg::RowSource> mean_rows(std::unique_ptr<linalg::RowSource> first,
                                             std::unique_ptr<linalg::RowSource> second) {
    return std::make_unique<MeanRows>(std::move(first), std::move(second));
}

}  // namespace rfhgn::training
