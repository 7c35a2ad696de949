#include "rfhgn/dynamics/observer_kind.hpp"

#include <algorithm>

namespace rfhgn::dynamics {

void ObserveOptions::bind(config::Section section, bool fluid, ObserverKinds from) {
    using config::Interval;
    section.integer("interval", sampling.interval, Interval::between(1, 1e15), "steps between samples");
    section.integer(
        "blocks", sampling.blocks, Interval::between(1, 1e6),
        "of time, from whose spread errors follow; each is a window of correlations in time; a run that "
        "goes on with more steps adds blocks of the same length");
    const auto applies = [fluid](const auto& kind) { return fluid || !kind->fluids_only(); };
    // Where nothing can be measured the table itself is the mistake, not its keys.
    const bool any = std::any_of(from.begin(), from.end(), applies);
    kinds.clear();
    for (auto& kind : from) {
        kind->bind(section, applies(kind) || !any);
        if (applies(kind) && kind->wanted()) kinds.push_back(std::move(kind));
    }
}

}  // namespace rfhgn::dynamics
