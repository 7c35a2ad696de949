#include "rfhgn/parallel/blas_memory.hpp"

#include <cblas.h>
#include <sys/mman.h>
#include <vector>

#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/session.hpp"

namespace rfhgn::parallel {

namespace {

// What OpenBLAS maps for a thread (BUFFER_SIZE, at most); it cannot be asked.
constexpr std::size_t buffer_bytes = std::size_t{128} << 20U;

bool can_map(std::size_t bytes) {
    void* const found = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (found == MAP_FAILED) return false;
    munmap(found, bytes);
    return true;
}

// Large enough that no kernel for small matrices, which needs no buffer, takes it.
void multiply() {
    constexpr int n = 128;
    const std::vector<double> a(std::size_t{n} * n, 1.0);
    std::vector<double> product(a.size());
    cblas_dgemm(CblasColMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1.0, a.data(), n, a.data(), n, 0.0,
                product.data(), n);
}

}  // namespace

void require_blas_memory(const Communicator& comm) {
    together(comm, [] {
        require<RunError>(
            can_map(buffer_bytes),
            Advice{"allow each rank more memory (ulimit -v, the job's limit), start fewer ranks "
                   "on a node, or set OPENBLAS_NUM_THREADS=1, which saves as much a core"},
            "rank {} has no room for the {} MiB that OpenBLAS maps to work in", launcher_rank(),
            buffer_bytes >> 20U);
        multiply();
    });
}

}  // namespace rfhgn::parallel
