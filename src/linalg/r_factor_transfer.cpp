#include "r_factor_transfer.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::linalg {

namespace {

std::size_t packed_size(int columns) {
    const auto size = static_cast<std::size_t>(columns) + 1;
    return size * (size + 1) / 2;
}

}  // namespace

void pack(const RFactor& r_factor, std::vector<double>& packed) {
    const auto size = static_cast<std::size_t>(r_factor.columns) + 1;
    packed.resize(packed_size(r_factor.columns));
    auto to = packed.begin();
    for (std::size_t column = 0; column < size; ++column)
        to = std::copy_n(r_factor.values.data() + column * size, column + 1, to);
}

void unpack(const std::vector<double>& packed, RFactor& r_factor) {
    RFHGN_ASSERT(packed.size() == packed_size(r_factor.columns));
    const std::ptrdiff_t size = r_factor.columns + 1;
    auto from = packed.begin();
    for (std::ptrdiff_t column = 0; column < size; ++column) {
        std::copy_n(from, column + 1, r_factor.values.begin() + column * size);
        from += column + 1;
    }
}

void RFactorTransfer::make_room(int columns) {
    packed_.resize(packed_size(columns));
}

void RFactorTransfer::send(const RFactor& r_factor, int to) {
    parallel::send(comm_, std::span<const GlobalIndex>(&r_factor.rows, 1), to, parallel::Tag::r_factor);
    if (r_factor.rows == 0) return;
    pack(r_factor, packed_);
    parallel::send(comm_, std::span<const double>(packed_), to, parallel::Tag::r_factor);
}

RFactor RFactorTransfer::receive(RFactor blank, int from) {
    parallel::receive(comm_, std::span<GlobalIndex>(&blank.rows, 1), from, parallel::Tag::r_factor);
    if (blank.rows == 0) return blank;
    make_room(blank.columns);
    parallel::receive(comm_, std::span<double>(packed_), from, parallel::Tag::r_factor);
    unpack(packed_, blank);
    return blank;
}

void RFactorTransfer::share(RFactor& r_factor, int root) {
    if (comm_.size() == 1) return;
    const bool mine = comm_.rank() == root;
    parallel::broadcast(comm_, std::span<GlobalIndex>(&r_factor.rows, 1), root);
    if (r_factor.rows == 0) return;
    if (mine) {
        pack(r_factor, packed_);
    } else {
        make_room(r_factor.columns);
    }
    parallel::broadcast(comm_, std::span<double>(packed_), root);
    if (!mine) unpack(packed_, r_factor);
}

}  // namespace rfhgn::linalg
