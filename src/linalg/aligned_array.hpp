#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace rfhgn::linalg {

/// Uninitialised doubles that begin on a cache line.
class AlignedArray {
  public:
    AlignedArray() = default;
    explicit AlignedArray(std::size_t size) : values_(allocate(size)) {}

    [[nodiscard]] double* data() noexcept { return values_.get(); }
    [[nodiscard]] const double* data() const noexcept { return values_.get(); }

  private:
    struct Free {
        void operator()(double* pointer) const noexcept { std::free(pointer); }
    };
    static double* allocate(std::size_t size) {
        constexpr std::size_t line = 64;
        const std::size_t bytes = (size * sizeof(double) + line) / line * line;
        auto* pointer = static_cast<double*>(std::aligned_alloc(line, bytes));
        if (!pointer) throw std::bad_alloc();
        return pointer;
    }
    std::unique_ptr<double, Free> values_;
};

}  // namespace rfhgn::linalg
