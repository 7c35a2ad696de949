#pragma once
/// From the rows that a rank owns, with any global indices, to contiguous blocks of rows in global order, so
/// that files are written in one contiguous piece a rank and do not depend on how nodes were distributed.

#include <span>
#include <vector>

#include "rfhgn/parallel/block_range.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

class RowExchange {
  public:
    /// `rows` are the global indices of this rank's rows; all ranks' together are 0 .. total - 1, each once.
    /// *Collective.*
    RowExchange(const Communicator& comm, GlobalIndex total, std::span<const GlobalIndex> rows);

    /// The rows that this rank receives: block_range(total, size, rank).
    [[nodiscard]] Range block() const noexcept { return block_; }

    /// Values [rows, width] of owned rows become values [block, width]; T is double, int or std::int64_t.
    /// *Collective.*
    template <class T>
    [[nodiscard]] std::vector<T> to_block(std::span<const T> values, std::size_t width) const;
    /// And back: values [block, width] become values [rows, width] in the order of `rows`. *Collective.*
    [[nodiscard]] std::vector<double> from_block(std::span<const double> block, std::size_t width) const;

  private:
    using Lists = std::vector<std::vector<std::size_t>>;

    template <class T>
    std::vector<T> move_rows(std::span<const T> values, std::size_t width, const Lists& from,
                             const Lists& to) const;

    Communicator comm_;
    Range block_;
    Lists outgoing_;  // by destination, indices into the owned rows
    Lists incoming_;  // by source, indices into the block
};

}  // namespace rfhgn::parallel
