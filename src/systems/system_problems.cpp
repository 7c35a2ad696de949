#include "system_problems.hpp"

#include <cmath>

#include <fmt/format.h>

#include "law_options.hpp"
#include "topology.hpp"

namespace rfhgn::systems {

void check_spread(Problems& problems, const char* key, const config::Spread& spread, bool zero_allowed) {
    const bool finite = std::isfinite(spread.low) && std::isfinite(spread.high) && spread.low <= spread.high;
    const bool positive = spread.low > 0.0 || (zero_allowed && spread.low == 0.0);
    check(problems, finite && positive, key, "[{}, {}] must ascend and be {}", spread.low, spread.high,
          zero_allowed ? "at least 0" : "above 0");
}

void check_positive(Problems& problems, const char* key, double value) {
    check(problems, std::isfinite(value) && value > 0.0, key, "{} must be above 0", value);
}

namespace {

void check_size(Problems& problems, const SystemOptions& options, const GraphKind& kind) {
    const auto& size = options.size;
    check(problems, size.size() == kind.sizes, "size", "a {} graph takes {} number{} of sites, not {}",
          kind.name, kind.sizes, kind.sizes == 1 ? "" : "s", size.size());
    const auto least = options.graph == "ring" ? 3 : 1;
    double nodes = 1.0;
    for (const auto sites : size) {
        check(problems, sites >= least, "size", "{} site{} in one direction: a {} graph needs at least {}",
              sites, sites == 1 ? "" : "s", kind.name, least);
        nodes *= static_cast<double>(sites);
    }
    constexpr double most = 1e15;  // node ids and their products with small numbers stay exact
    check(problems, nodes <= most, "size", "{:.3g} sites are too many to number", nodes);
}

void check_dimension(Problems& problems, const SystemOptions& options, const GraphKind& kind) {
    const int dimension = options.dimension;
    check(problems, dimension == 0 || (dimension >= kind.least_dimension && dimension <= 3), "dimension",
          "a {} graph lives in {} to 3 dimensions, not in {}", kind.name, kind.least_dimension, dimension);
}

void check_law(Problems& problems, const SystemOptions& options) {
    const auto* law = law_of(options);
    check(problems, law != nullptr, "potential", "there is no potential '{}'", options.potential);
    if (law == nullptr) return;
    check(problems, static_cast<bool>(law->bond), "potential", "{} needs graph = \"cutoff\", not {}",
          options.potential, options.graph);
    std::vector<double> lengths;
    if (uses_rest_length(options)) lengths = {options.rest_length.low};
    check_parameters(problems, options, lengths);
    if (!law->between_masses) return;
    check(problems, options.graph == "complete", "graph",
          "{} acts between all pairs: graph must be complete, not {}", law->name, options.graph);
    check(problems, options.stiffness.uniform(), "stiffness", "the constant of {} is one number, not a range",
          law->name);
}

void check_values(Problems& problems, const SystemOptions& options) {
    check_spread(problems, "stiffness", options.stiffness, false);
    check_spread(problems, "rest_length", options.rest_length, true);
    check_spread(problems, "mass", options.mass, false);
    if (options.graph == "geometric") check_positive(problems, "radius", options.radius);
    check(problems, std::isfinite(options.spacing) && options.spacing >= 0.0, "spacing",
          "{} must be at least 0", options.spacing);
    check(problems, site_spacing(options) > 0.0, "spacing",
          "springs of rest length 0 leave the distance of the sites open: give it as spacing");
}

}  // namespace

Problems find_problems(const SystemOptions& options) {
    if (options.graph == "cutoff") return find_fluid_problems(options);
    Problems problems;
    const GraphKind* kind = find_graph_kind(options.graph);
    check(problems, kind != nullptr, "graph", "there is no graph '{}'", options.graph);
    if (kind != nullptr) {
        check_size(problems, options, *kind);
        check_dimension(problems, options, *kind);
    }
    check_values(problems, options);
    check_law(problems, options);
    return problems;
}

}  // namespace rfhgn::systems
