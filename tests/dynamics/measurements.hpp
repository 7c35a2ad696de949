#pragma once

#include <algorithm>
#include <string>

#include "rfhgn/dynamics/observer_kinds.hpp"

namespace rfhgn::tests {

/// What [rollout.observe] with these lines asks of a fluid.
inline dynamics::ObserveOptions observe_options(const std::string& lines,
                                                dynamics::ObserverKinds kinds = dynamics::observer_kinds(),
                                                bool fluid = true) {
    config::Deck deck("[rollout.observe]\n" + lines, "deck.toml");
    dynamics::ObserveOptions options;
    options.bind(deck.section("rollout.observe"), fluid, std::move(kinds));
    deck.finish();
    return options;
}

/// A measurement of the kind of this name.
inline std::unique_ptr<dynamics::Measurement> measurement(const std::string& name,
                                                          const dynamics::ObserveOptions& options,
                                                          const dynamics::ObservedRun& run) {
    const auto kind = std::find_if(options.kinds.begin(), options.kinds.end(),
                                   [&](const auto& known) { return known->name() == name; });
    return (*kind)->observe(run, options.sampling);
}

/// The number of this path.
inline double number(const dynamics::Findings& findings, const std::string& path) {
    const auto found = std::find_if(findings.numbers.begin(), findings.numbers.end(),
                                    [&](const auto& entry) { return entry.first == path; });
    return found->second;
}

}  // namespace rfhgn::tests
