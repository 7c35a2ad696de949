#include "triangle_courier.hpp"

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

void pack(const Triangle& triangle, std::vector<double>& packed) {
    const auto size = static_cast<std::size_t>(triangle.columns) + 1;
    packed.resize(packed_size(triangle.columns));
    auto to = packed.begin();
    for (std::size_t column = 0; column < size; ++column)
        to = std::copy_n(triangle.values.data() + column * size, column + 1, to);
}

void unpack(const std::vector<double>& packed, Triangle& triangle) {
    RFHGN_ASSERT(packed.size() == packed_size(triangle.columns));
    const std::ptrdiff_t size = triangle.columns + 1;
    auto from = packed.begin();
    for (std::ptrdiff_t column = 0; column < size; ++column) {
        std::copy_n(from, column + 1, triangle.values.begin() + column * size);
        from += column + 1;
    }
}

void TriangleCourier::make_room(int columns) {
    packed_.resize(packed_size(columns));
}

void TriangleCourier::send(const Triangle& triangle, int to) {
    parallel::send(comm_, std::span<const GlobalIndex>(&triangle.rows, 1), to, parallel::Tag::triangle);
    if (triangle.rows == 0) return;
    pack(triangle, packed_);
    parallel::send(comm_, std::span<const double>(packed_), to, parallel::Tag::triangle);
}

Triangle TriangleCourier::receive(Triangle blank, int from) {
    parallel::receive(comm_, std::span<GlobalIndex>(&blank.rows, 1), from, parallel::Tag::triangle);
    if (blank.rows == 0) return blank;
    make_room(blank.columns);
    parallel::receive(comm_, std::span<double>(packed_), from, parallel::Tag::triangle);
    unpack(packed_, blank);
    return blank;
}

void TriangleCourier::share(Triangle& triangle, int root) {
    if (comm_.size() == 1) return;
    const bool mine = comm_.rank() == root;
    parallel::broadcast(comm_, std::span<GlobalIndex>(&triangle.rows, 1), root);
    if (triangle.rows == 0) return;
    if (mine) {
        pack(triangle, packed_);
    } else {
        make_room(triangle.columns);
    }
    parallel::broadcast(comm_, std::span<double>(packed_), root);
    if (!mine) unpack(packed_, triangle);
}

}  // namespace rfhgn::linalg
