#include "cutoff_edges.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstring>
#ifdef __AVX512F__
#include <immintrin.h>
#endif

namespace rfhgn::graph {

namespace {

constexpr std::size_t chunk = 8;  // points of one vector instruction

/// Copies `count` items, and up to the end of a chunk what follows them: a window is a dozen points long, for
/// which a call of memcpy costs more than the copying.
template <class T>
void copy_chunks(const T* from, std::size_t count, T* to) {
    for (std::size_t k = 0; k < count; k += chunk) std::memcpy(to + k, from + k, chunk * sizeof(T));
}

/// Writes the edges from the point `first` at `at` to those of the first `count` of a chunk of points that
/// are near it, and anything behind them; there must be room for a chunk. Returns how many.
std::size_t write_near(const std::array<const double*, 3>& position, const LocalIndex* index,
                       std::size_t count, const Vector3& at, LocalIndex first, double squared_reach,
                       Edge* edges) {
#ifdef __AVX512F__
    static_assert(sizeof(Edge) == sizeof(std::int64_t) && offsetof(Edge, second) == sizeof(LocalIndex));
    __m512d squared = _mm512_setzero_pd();
    for (std::size_t k = 0; k < 3; ++k) {
        const __m512d along = _mm512_loadu_pd(position[k]) - _mm512_set1_pd(at[k]);
        squared += along * along;
    }
    const auto inside = static_cast<__mmask8>((1U << count) - 1);
    const __mmask8 near = _mm512_mask_cmp_pd_mask(inside, squared, _mm512_set1_pd(squared_reach), _CMP_LT_OQ);
    const __m512i second = _mm512_cvtepu32_epi64(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(index)));
    const __m512i pairs = _mm512_or_si512(_mm512_slli_epi64(second, 32), _mm512_set1_epi64(first));
    _mm512_storeu_si512(edges, _mm512_maskz_compress_epi64(near, pairs));
    return static_cast<std::size_t>(std::popcount(near));
#else
    std::array<std::int64_t, chunk> near{};
    for (std::size_t c = 0; c < chunk; ++c) {
        double squared = 0;
        for (std::size_t k = 0; k < 3; ++k) squared += (position[k][c] - at[k]) * (position[k][c] - at[k]);
        near[c] = squared < squared_reach ? 1 : 0;
    }
    std::size_t used = 0;
    for (std::size_t c = 0; c < count; ++c) {  // without a branch
        edges[used] = {first, index[c]};
        used += static_cast<std::size_t>(near[c]);
    }
    return used;
#endif
}

/// The points around a cell, copied side by side: the windows are too short for vector instructions.
class Candidates {
  public:
    void clear() noexcept { count_ = 0; }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    /// `offset` is added to the points' indices.
    void add(const CellPoints& points, const CellWindow& window, LocalIndex offset) {
        if (window.end <= window.begin) return;
        const std::size_t n = window.end - window.begin;
        if (index_.size() < count_ + n + chunk) grow(2 * (count_ + n + chunk));
        for (std::size_t k = 0; k < 3; ++k)
            copy_chunks(points.position[k].data() + window.begin, n, position_[k].data() + count_);
        const auto first = static_cast<LocalIndex>(window.begin) + offset;
        LocalIndex* index = index_.data() + count_;
        for (std::size_t k = 0; k < n; k += chunk)
            for (std::size_t l = k; l < k + chunk; ++l) index[l] = first + static_cast<LocalIndex>(l);
        count_ += n;
    }

    /// Writes the edges from the point `first` at `at` to candidates from number `begin` on that are near it,
    /// and anything behind them; there must be room for all and a chunk. Returns how many.
    std::size_t near(const Vector3& at, LocalIndex first, std::size_t begin, double squared_reach,
                     Edge* edges) {
        std::size_t used = 0;
        for (std::size_t c = begin; c < count_; c += chunk)
            used += write_near({position_[0].data() + c, position_[1].data() + c, position_[2].data() + c},
                               index_.data() + c, std::min(chunk, count_ - c), at, first, squared_reach,
                               edges + used);
        return used;
    }

  private:
    void grow(std::size_t size) {
        for (auto& component : position_) component.resize(size);
        index_.resize(size);
    }

    std::size_t count_ = 0;
    std::array<std::vector<double>, 3> position_;
    std::vector<LocalIndex> index_;
};

Vector3 position(const CellPoints& points, std::size_t i) {
    return {points.position[0][i], points.position[1][i], points.position[2][i]};
}

}  // namespace

CellPoints cell_points(std::vector<std::int64_t> cells, std::span<const double> positions, int dimension) {
    CellPoints points;
    points.cell = std::move(cells);
    const std::size_t n = points.cell.size();
    const auto d = static_cast<std::size_t>(dimension);
    for (auto& component : points.position) component.resize(n + chunk);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < d; ++k) points.position[k][i] = positions[i * d + k];
    return points;
}

void append_interior_edges(const CellGrid& grid, const CellPoints& owned, double squared_reach,
                           EdgeList& edges) {
    Candidates candidates;
    visit_cells(
        grid, owned.cell, owned.cell, grid.runs().size() / 2,
        [&](std::size_t begin, std::size_t end, std::span<const CellWindow> windows) {
            candidates.clear();
            candidates.add(owned, {begin + 1, windows[0].end}, 0);
            for (const auto& window : windows.subspan(1)) candidates.add(owned, window, 0);
            for (std::size_t i = begin; i < end; ++i)
                edges.advance(candidates.near(position(owned, i), static_cast<LocalIndex>(i), i - begin,
                                              squared_reach, edges.room(candidates.count() + chunk)));
        });
}

void append_cut_edges(const CellGrid& grid, const CellPoints& owned, const CellPoints& ghosts,
                      double squared_reach, EdgeList& edges) {
    Candidates candidates;
    const auto first_ghost = static_cast<LocalIndex>(owned.cell.size());
    visit_cells(grid, owned.cell, ghosts.cell, 0,
                [&](std::size_t begin, std::size_t end, std::span<const CellWindow> windows) {
                    candidates.clear();
                    for (const auto& window : windows) candidates.add(ghosts, window, first_ghost);
                    if (candidates.count() == 0) return;
                    for (std::size_t i = begin; i < end; ++i)
                        edges.advance(candidates.near(position(owned, i), static_cast<LocalIndex>(i), 0,
                                                      squared_reach, edges.room(candidates.count() + chunk)));
                });
}

}  // namespace rfhgn::graph
