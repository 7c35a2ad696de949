#include "rfhgn/parallel/row_exchange.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/redistribute.hpp"

namespace rfhgn::parallel {

RowExchange::RowExchange(const Communicator& comm, GlobalIndex total, std::span<const GlobalIndex> rows)
    : comm_(comm), block_(block_range(total, comm.size(), comm.rank())) {
    const auto ranks = static_cast<std::size_t>(comm.size());
    outgoing_.resize(ranks);
    incoming_.resize(ranks);
    std::vector<std::vector<GlobalIndex>> wanted(ranks);
    together(comm, [&] {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            RFHGN_ASSERT(rows[i] >= 0 && rows[i] < total);
            const auto owner = static_cast<std::size_t>(block_owner(total, comm.size(), rows[i]));
            outgoing_[owner].push_back(i);
            wanted[owner].push_back(rows[i]);
        }
    });
    const auto arriving = all_to_all(comm, wanted);
    together(comm, [&] {
        std::vector<bool> seen(static_cast<std::size_t>(block_.size()), false);
        std::size_t count = 0;
        for (std::size_t source = 0; source < ranks; ++source)
            for (const GlobalIndex row : arriving[source]) {
                const auto at = static_cast<std::size_t>(row - block_.begin);
                RFHGN_ASSERT(!seen[at]);
                seen[at] = true;
                ++count;
                incoming_[source].push_back(at);
            }
        RFHGN_ASSERT(count == seen.size());
    });
}

// By destination, the rows that `from` lists; they arrive as the rows that `to` lists.
template <class T>
std::vector<T> RowExchange::move_rows(std::span<const T> values, std::size_t width, const Lists& from,
                                      const Lists& to) const {
    std::vector<std::vector<T>> packed(from.size());
    for (std::size_t rank = 0; rank < from.size(); ++rank) {
        packed[rank].reserve(from[rank].size() * width);
        for (const std::size_t row : from[rank]) {
            const auto row_values = values.subspan(row * width, width);
            packed[rank].insert(packed[rank].end(), row_values.begin(), row_values.end());
        }
    }
    const auto arrived = redistribute(comm_, std::move(packed));
    std::vector<T> moved(arrived.size());
    const T* row = arrived.data();
    for (const auto& list : to)
        for (const std::size_t place : list) {
            std::copy_n(row, width, moved.data() + place * width);
            row += width;
        }
    return moved;
}

template <class T>
std::vector<T> RowExchange::to_block(std::span<const T> values, std::size_t width) const {
    return move_rows(values, width, outgoing_, incoming_);
}

std::vector<double> RowExchange::from_block(std::span<const double> block, std::size_t width) const {
    return move_rows(block, width, incoming_, outgoing_);
}

template std::vector<double> RowExchange::to_block<double>(std::span<const double>, std::size_t) const;
template std::vector<int> RowExchange::to_block<int>(std::span<const int>, std::size_t) const;
template std::vector<GlobalIndex> RowExchange::to_block<GlobalIndex>(std::span<const GlobalIndex>,
                                                                     std::size_t) const;

}  // namespace rfhgn::parallel
