#include "rfhgn/linalg/large_array.hpp"

#include <new>
#include <sys/mman.h>

namespace rfhgn::linalg {

void* allocate_large(std::size_t bytes) {
    constexpr std::size_t line = 64;
    constexpr std::size_t large_page = std::size_t{2} << 20;
    const std::size_t unit = bytes < large_page ? line : large_page;
    const std::size_t size = (bytes / unit + (bytes % unit != 0 || bytes == 0 ? 1 : 0)) * unit;
    if (size < bytes) throw std::bad_alloc();  // no such number
    void* memory = std::aligned_alloc(unit, size);
    if (!memory) throw std::bad_alloc();
    // A wish: without large pages the memory serves as well.
    if (unit == large_page) static_cast<void>(madvise(memory, size, MADV_HUGEPAGE));
    return memory;
}

}  // namespace rfhgn::linalg
