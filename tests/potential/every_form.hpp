#pragma once
/// Every registered law in each form that it has, with several values of its parameters.

#include <string>
#include <vector>

#include <fmt/format.h>

#include "rfhgn/potential/registry.hpp"

namespace rfhgn::tests {

struct NamedForm {
    std::string name;
    std::unique_ptr<potential::PairFunction> function;
};

inline std::vector<NamedForm> every_form() {
    std::vector<NamedForm> all;
    for (const auto& law : potential::laws()) {
        for (const double factor : {1.0, 0.5, 3.0}) {
            potential::Values values = potential::values_of(law, {});
            for (const auto& parameter : law.parameters)
                if (parameter.range.holds(factor * parameter.value))
                    values[parameter.name] = factor * parameter.value;
            for (const auto* use : {&law.bond, &law.fluid})
                if (*use)
                    all.push_back({fmt::format("{} of {}, parameters x {}", law.name,
                                               use == &law.bond ? "bonds" : "fluids", factor),
                                   use->function(values)});
        }
    }
    return all;
}

}  // namespace rfhgn::tests
