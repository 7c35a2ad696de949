#include "joined_rows.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::training {

namespace {

class JoinedRows final : public linalg::RowSource {
  public:
    JoinedRows(std::unique_ptr<linalg::RowSource> first, std::unique_ptr<linalg::RowSource> second)
        : first_(std::move(first)), second_(std::move(second)) {
        RFHGN_ASSERT(first_->columns() == second_->columns() && first_->leaves() == second_->leaves());
    }

    [[nodiscard]] int columns() const override { return first_->columns(); }
    [[nodiscard]] int leaves() const override { return first_->leaves(); }
    [[nodiscard]] parallel::Range owned_leaves() const override { return first_->owned_leaves(); }
    [[nodiscard]] int blocks(int leaf) const override { return first_->blocks(leaf) + second_->blocks(leaf); }
    [[nodiscard]] LocalIndex rows(int leaf, int block) const override {
        const auto [source, local] = find(leaf, block);
        return source.rows(leaf, local);
    }
    [[nodiscard]] linalg::RowRole role(int leaf, int block) const override {
        const auto [source, local] = find(leaf, block);
        return source.role(leaf, local);
    }
    void produce(int leaf, int block, linalg::RowBlock out) const override {
        const auto [source, local] = find(leaf, block);
        source.produce(leaf, local, out);
    }
    void groups(int leaf, int block, std::span<GlobalIndex> group) const override {
        const auto [source, local] = find(leaf, block);
        source.groups(leaf, local, group);
    }

  private:
    struct Place {
        const linalg::RowSource& source;
        int block;
    };

    [[nodiscard]] Place find(int leaf, int block) const {
        const int before = first_->blocks(leaf);
        return block < before ? Place{*first_, block} : Place{*second_, block - before};
    }

    std::unique_ptr<linalg::RowSource> first_;
    std::unique_ptr<linalg::RowSource> second_;
};

}  // namespace

std::unique_ptr<linalg::RowSource> joined_rows(std::unique_ptr<linalg::RowSource> first,
                                               std::unique_ptr<linalg::RowSource> second) {
    return std::make_unique<JoinedRows>(std::move(first), std::move(second));
}

}  // namespace rfhgn::training
