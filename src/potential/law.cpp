#include "rfhgn/potential/law.hpp"

#include <cmath>

namespace rfhgn::potential {

bool Range::holds(double value) const {
    return std::isfinite(value) && (exclusive ? value > least : value >= least);
}

double value_of(const Parameter& parameter, const Values& given) {
    const auto found = given.find(parameter.name);
    return found == given.end() ? parameter.value : found->second;
}

Values values_of(const Law& law, const Values& given) {
    Values values;
    for (const auto& parameter : law.parameters) values[parameter.name] = value_of(parameter, given);
    return values;
}

}  // namespace rfhgn::potential
