#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

#include "rfhgn/linalg/large_array.hpp"

namespace rfhgn::linalg {

/// Uninitialised doubles that begin on a cache line.
class AlignedArray {
  public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size)
        : values_(static_cast<double*>(allocate_large(size * sizeof(double)))) {}

    [[nodiscard]] double* data() noexcept { return values_.get(); }
    [[nodiscard]] const double* data() const noexcept { return values_.get(); }

  private:
    struct Free {
        void operator()(double* pointer) const noexcept { std::free(pointer); }
    };
    std::unique_ptr<double, Free> values_;
};

}  // namespace rfhgn::linalg
