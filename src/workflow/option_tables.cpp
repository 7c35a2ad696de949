#include "option_tables.hpp"

#include <fmt/format.h>

namespace rfhgn::workflow {

using config::Interval;
using config::Section;

void bind_equilibration(const Section& section, dynamics::EquilibrationOptions& options,
                        const systems::InitialStateOptions& initial) {
    options.bind(section);
    if (options.steps > 0 && initial.temperature == 0)
        section.problem("equilibrate", "needs a temperature above 0 to equilibrate at");
}

void bind_watchdog(Section& section, double& seconds, const char* finished) {
    section.number(
        "watchdog_seconds", seconds, Interval::between(0, 1e9), "seconds",
        fmt::format("end the run when no {} is finished for so long on any rank (a lost file system, "
                    "a rank that hangs); 0: never",
                    finished));
}

}  // namespace rfhgn::workflow
