#pragma once
/// Eight numbers at a time, by the vector extension that GCC and Clang share: one AVX-512 register, or as
/// many as it takes. Functions are inlined always, so that no vector is passed by a calling convention.

#include <cstddef>
#include <new>
#include <vector>

namespace rfhgn::model::many_body {

constexpr std::size_t lane_count = 8;
using Lanes = double __attribute__((vector_size(lane_count * sizeof(double))));

#define RFHGN_LANES_INLINE [[gnu::always_inline]] inline

RFHGN_LANES_INLINE Lanes load(const double* p) {
    Lanes v;
    __builtin_memcpy(&v, p, sizeof v);
    return v;
}
RFHGN_LANES_INLINE void store(double* p, const Lanes& v) {
    __builtin_memcpy(p, &v, sizeof v);
}
RFHGN_LANES_INLINE Lanes broadcast(double x) {
    return Lanes{} + x;
}

/// out[k] = sum over lanes of v[k].
RFHGN_LANES_INLINE Lanes sums_over_lanes(const Lanes (&v)[lane_count]) {
    Lanes pair[4];
    for (std::size_t k = 0; k < 4; ++k)
        pair[k] = __builtin_shufflevector(v[2 * k], v[2 * k + 1], 0, 8, 2, 10, 4, 12, 6, 14) +
                  __builtin_shufflevector(v[2 * k], v[2 * k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    Lanes four[2];
    for (std::size_t k = 0; k < 2; ++k)
        four[k] = __builtin_shufflevector(pair[2 * k], pair[2 * k + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
                  __builtin_shufflevector(pair[2 * k], pair[2 * k + 1], 2, 3, 10, 11, 6, 7, 14, 15);
    return __builtin_shufflevector(four[0], four[1], 0, 1, 2, 3, 8, 9, 10, 11) +
           __builtin_shufflevector(four[0], four[1], 4, 5, 6, 7, 12, 13, 14, 15);
}

/// Rows of eight numbers each, `from_stride` apart, become columns.
RFHGN_LANES_INLINE void transpose(const double* from, std::size_t from_stride, double* to,
                                  std::size_t to_stride) {
    Lanes a[8];
    Lanes b[8];
    for (std::size_t k = 0; k < 8; ++k) a[k] = load(from + k * from_stride);
    for (int k = 0; k < 8; k += 2) {
        b[k] = __builtin_shufflevector(a[k], a[k + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        b[k + 1] = __builtin_shufflevector(a[k], a[k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (int k = 0; k < 8; k += 4)
        for (int h = 0; h < 2; ++h) {
            a[k + h] = __builtin_shufflevector(b[k + h], b[k + h + 2], 0, 1, 8, 9, 4, 5, 12, 13);
            a[k + h + 2] = __builtin_shufflevector(b[k + h], b[k + h + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        }
    for (int h = 0; h < 4; ++h) {
        b[h] = __builtin_shufflevector(a[h], a[h + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        b[h + 4] = __builtin_shufflevector(a[h], a[h + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    for (std::size_t k = 0; k < 8; ++k) store(to + k * to_stride, b[k]);
}

/// Begins at a cache line.
template <class T>
struct LineAllocator {
    using value_type = T;
    static constexpr std::align_val_t alignment{64};
    LineAllocator() = default;
    template <class U>
    explicit LineAllocator(const LineAllocator<U>& /*other*/) noexcept {}
    [[nodiscard]] T* allocate(std::size_t n) {
        return static_cast<T*>(::operator new(n * sizeof(T), alignment));
    }
    void deallocate(T* p, std::size_t /*n*/) noexcept { ::operator delete(p, alignment); }
    friend bool operator==(const LineAllocator& /*a*/, const LineAllocator& /*b*/) noexcept { return true; }
};
using Buffer = std::vector<double, LineAllocator<double>>;

}  // namespace rfhgn::model::many_body
