#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

Communicator::Communicator(MPI_Comm handle) : handle_(handle) {
    MPI_Comm_rank(handle_, &rank_);
    MPI_Comm_size(handle_, &size_);
}

Communicator Communicator::self() {
    return Communicator(MPI_COMM_SELF);
}

}  // namespace rfhgn::parallel
