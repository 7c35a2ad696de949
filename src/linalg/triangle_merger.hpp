#pragma once

#include <cstddef>
#include <vector>

#include "rfhgn/linalg/triangle.hpp"

#include "aligned_array.hpp"
#include "householder.hpp"

namespace rfhgn::linalg {

/// Merges triangles in memory that is taken once and used again: fresh pages would cost more than the
/// arithmetic.
class TriangleMerger {
  public:
    /// a becomes the triangle of a's rows followed by b's. Local; the order decides the last bits.
    void merge(Triangle& a, const Triangle& b);
    /// The same; b is used up.
    void merge(Triangle& a, Triangle&& b);

    /// A triangle of no rows.
    Triangle blank(int columns);
    /// Takes back the memory of a triangle that nobody needs any more.
    void recycle(Triangle&& triangle);

  private:
    void fold(Triangle& a, const Triangle& b);

    HouseholderUpdate update_;
    AlignedArray slab_;
    std::size_t slab_size_ = 0;
    std::vector<Triangle> spare_;
};

}  // namespace rfhgn::linalg
