#pragma once

#include <vector>

#include "rfhgn/linalg/triangle.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::linalg {

/// The upper triangle column by column, and back; `packed` is made as large as it has to be, the triangle has
/// its columns and is zero below the diagonal.
void pack(const Triangle& triangle, std::vector<double>& packed);
void unpack(const std::vector<double>& packed, Triangle& triangle);

/// Carries triangles from rank to rank, packed, through memory that is taken once.
class TriangleCourier {
  public:
    explicit TriangleCourier(const parallel::Communicator& comm) : comm_(comm) {}

    void send(const Triangle& triangle, int to);
    /// Into a triangle of no rows with as many columns as the one that was sent.
    Triangle receive(Triangle blank, int from);
    /// The root's triangle on every rank; that of others is of no rows before. *Collective.*
    void share(Triangle& triangle, int root);

  private:
    void make_room(int columns);

    const parallel::Communicator& comm_;
    std::vector<double> packed_;
};

}  // namespace rfhgn::linalg
