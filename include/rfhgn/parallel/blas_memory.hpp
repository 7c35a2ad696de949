#pragma once

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

/// Makes OpenBLAS map the buffer that its kernels work in, once and for all: where it cannot, later, it tries
/// for ever. *Collective.* Throws RunError on all ranks when there is no room for it.
void require_blas_memory(const Communicator& comm);

}  // namespace rfhgn::parallel
