#pragma once

#include <array>
#include <map>
#include <vector>

namespace rfhgn::model::many_body {

/// One entry of G: the coefficient of A_{1,m1} A_{2,m2} A_{3,m3}.
struct CouplingEntry {
    int m1 = 0;
    int m2 = 0;
    int m3 = 0;
    double value = 0;
};

/// Whether three harmonics can be coupled to an invariant under rotation and reflection.
[[nodiscard]] bool couple(int l1, int l2, int l3);

/// Integrals over the sphere of products of three harmonics, scaled to Frobenius norm 1; entries that vanish
/// are left out.
class Couplings {
  public:
    /// Of harmonics for which couple() holds, in any order. The reference stays valid.
    [[nodiscard]] const std::vector<CouplingEntry>& of(int l1, int l2, int l3);

  private:
    std::map<std::array<int, 3>, std::vector<CouplingEntry>> known_;
};

}  // namespace rfhgn::model::many_body
