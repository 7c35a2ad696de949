#include "rfhgn/potential/pair_function.hpp"

namespace rfhgn::potential {

double work_to_part(const PairFunction& function, const Coefficients& pair, double r) {
    constexpr double far = 1e100;  // its square is finite
    return function.energy(pair, far) - function.energy(pair, r);
}

}  // namespace rfhgn::potential
