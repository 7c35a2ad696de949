#pragma once

#include <cstddef>
#include <vector>

#include "rfhgn/linalg/r_factor.hpp"

#include "aligned_array.hpp"
#include "householder.hpp"

namespace rfhgn::linalg {

/// Merges R factors in memory that is taken once and used again: fresh pages would cost more than the
/// arithmetic.
class RFactorMerger {
  public:
    /// a becomes the R factor of a's rows followed by b's. Local; the order decides the last bits.
    void merge(RFactor& a, const RFactor& b);
    /// The same; b is used up.
    void merge(RFactor& a, RFactor&& b);

    /// An R factor of no rows.
    RFactor blank(int columns);
    /// Takes back the memory of an R factor that nobody needs any more.
    void recycle(RFactor&& r_factor);

  private:
    void fold(RFactor& a, const RFactor& b);

    HouseholderUpdate update_;
    AlignedArray slab_;
    std::size_t slab_size_ = 0;
    std::vector<RFactor> spare_;
};

}  // namespace rfhgn::linalg
