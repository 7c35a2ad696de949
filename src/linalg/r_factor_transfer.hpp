#pragma once

#include <vector>

#include "rfhgn/linalg/r_factor.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::linalg {

/// The upper R factor column by column, and back; `packed` is made as large as it has to be, the R factor has
/// its columns and is zero below the diagonal.
void pack(const RFactor& r_factor, std::vector<double>& packed);
void unpack(const std::vector<double>& packed, RFactor& r_factor);

/// Carries R factors from rank to rank, packed, through memory that is taken once.
class RFactorTransfer {
  public:
    explicit RFactorTransfer(const parallel::Communicator& comm) : comm_(comm) {}

    void send(const RFactor& r_factor, int to);
    /// Into an R factor of no rows with as many columns as the one that was sent.
    RFactor receive(RFactor blank, int from);
    /// The root's R factor on every rank; that of others is of no rows before. *Collective.*
    void share(RFactor& r_factor, int root);

  private:
    void make_room(int columns);

    const parallel::Communicator& comm_;
    std::vector<double> packed_;
};

}  // namespace rfhgn::linalg
