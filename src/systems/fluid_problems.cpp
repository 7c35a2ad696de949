#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "rfhgn/base/error.hpp"

#include "law_options.hpp"
#include "pair_terms.hpp"
#include "system_problems.hpp"
#include "unit_cells.hpp"

namespace rfhgn::systems {

namespace {

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
    return std::any_of(names.begin(), names.end(), [&](const char* known) { return name == known; });
}

int dimension_of(const SystemOptions& options) {
    return options.dimension > 0 ? options.dimension : 3;
}

void check_names(Problems& problems, const SystemOptions& options) {
    const auto& fluid = options.fluid;
    const auto* law = law_of(options);
    check(problems, law != nullptr && law->fluid, "potential", "must be {} in a cutoff graph, not {}",
          fluid_laws(), options.potential);
    check(problems, options.uniform_field == 0 && options.harmonic_trap == 0,
          options.uniform_field == 0 ? "harmonic_trap" : "uniform_field",
          "a field has no place in a cutoff graph, which is the same everywhere");
    check(problems, is_one_of(fluid.units, {"lj", "metal"}), "units", "there are no units '{}'", fluid.units);
    check(problems, find_lattice(fluid.lattice) != nullptr, "lattice", "there is no lattice '{}'",
          fluid.lattice);
    check(problems, is_one_of(fluid.truncation, {"cut", "shifted", "smooth"}), "truncation",
          "there is no truncation '{}'", fluid.truncation);
    for (const auto& boundary : fluid.boundary)
        check(problems, is_one_of(boundary, {"periodic", "open"}), "boundary", "there is no boundary '{}'",
              boundary);
}

void check_shape(Problems& problems, const SystemOptions& options, int dimension) {
    const auto& fluid = options.fluid;
    const auto d = static_cast<std::size_t>(dimension);
    const bool random = fluid.lattice == "random";
    check(problems, dimension == 3 || (dimension == 2 && find_lattice(fluid.lattice)->planar), "dimension",
          "{} is impossible: a cutoff graph lives in 3 dimensions, or in 2 with lattice sc or random",
          dimension);
    const std::size_t sizes = random ? 1 : d;
    check(problems, options.size.size() == sizes, "size", "takes {} for lattice {} in {} dimensions, not {}",
          random ? "1 number of particles" : fmt::format("{} numbers of unit cells", sizes), fluid.lattice,
          dimension, options.size.size());
    double particles = static_cast<double>(find_lattice(fluid.lattice)->basis);
    for (const auto cells : options.size) {
        check(problems, cells >= 1, "size", "{} must be at least 1", cells);
        particles *= static_cast<double>(cells);
    }
    check(problems, particles <= 1e15, "size", "{:.3g} particles are too many to number", particles);
    check(problems, fluid.boundary.size() == 1 || fluid.boundary.size() == d, "boundary",
          "needs 1 or {} entries, not {}", d, fluid.boundary.size());
    check(problems, fluid.tilt.empty() || fluid.tilt.size() == d * (d - 1) / 2, "tilt",
          "needs {}, not {} numbers", d == 2 ? "xy" : "xy, xz, yz", fluid.tilt.size());
    const bool density = fluid.density > 0;
    const bool constant = fluid.lattice_constant > 0;
    check(problems, std::isfinite(fluid.density) && fluid.density >= 0, "density", "{} must be above 0",
          fluid.density);
    check(problems, std::isfinite(fluid.lattice_constant) && fluid.lattice_constant >= 0, "lattice_constant",
          "{} must be above 0", fluid.lattice_constant);
    check(problems, density || constant, "density",
          "or lattice_constant must say how close the particles are");
    check(problems, !density || !constant, "density",
          "and lattice_constant are both given; leave one out, or set it to 0 to override what is inherited");
}

void check_interaction(Problems& problems, const SystemOptions& options) {
    const auto& fluid = options.fluid;
    check(problems, std::isfinite(fluid.cutoff) && fluid.cutoff > 0, "cutoff",
          "must be given and above 0 in a cutoff graph: pairs farther apart do not interact");
    check(problems, !std::isnan(fluid.skin) && !std::isinf(fluid.skin), "skin", "{} must be at least 0",
          fluid.skin);
    check(problems, fluid.smooth_from >= 0 && (fluid.smooth_from < fluid.cutoff || fluid.cutoff <= 0),
          "smooth_from", "{} must be from 0 to below the cutoff {}", fluid.smooth_from, fluid.cutoff);
    check_parameters(problems, options, {});
}

void check_species(Problems& problems, const SystemOptions& options) {
    const auto& fluid = options.fluid;
    const std::size_t species = fluid.species.size();
    const double sum = std::accumulate(fluid.species.begin(), fluid.species.end(), 0.0);
    const bool fractions =
        std::all_of(fluid.species.begin(), fluid.species.end(), [](double f) { return f >= 0 && f <= 1; });
    check(problems, species >= 1 && fractions && std::fabs(sum - 1.0) <= 1e-6, "species",
          "fractions [{}] must be from 0 to 1 and add up to 1, not to {:.9g}", fmt::join(fluid.species, ", "),
          sum);
    check(problems, fluid.masses.empty() || fluid.masses.size() == species, "masses",
          "needs {} numbers, one a species, not {}", species, fluid.masses.size());
    for (const double mass : fluid.masses) check_positive(problems, "masses", mass);
    if (fluid.masses.empty()) check_spread(problems, "mass", options.mass, false);
    const auto check_pairs = [&](const char* key, const std::vector<double>& values) {
        check(problems, !potential::pair_values(values, species, potential::Mixing::geometric).empty(), key,
              "needs 1 number, {} (one a species) or {} (one a pair: 11, 12, .., 22, ..), not {}", species,
              species * (species + 1) / 2, values.size());
        for (const double value : values) check_positive(problems, key, value);
    };
    check_pairs("epsilon", fluid.epsilon);
    check_pairs("sigma", fluid.sigma);
}

// What needs everything above to be in order.
void check_together(Problems& problems, const SystemOptions& options, int dimension) {
    const auto& fluid = options.fluid;
    const auto box = fluid_box(options, dimension);
    try {
        graph::check(box);
    } catch (const InputError& error) {
        check(problems, false, "tilt", "makes an impossible cell: {}", error.what());
        return;
    }
    if (fluid.lattice == "random" && fluid.minimum_distance > 0) {
        auto widest = options;
        widest.fluid.minimum_distance = 0;
        const double most = nearest_sites(widest, dimension) / 0.8;
        check(problems, fluid.minimum_distance <= most, "minimum_distance",
              "{} is more than this density allows: at most {:.4g}", fluid.minimum_distance, most);
    }
    const auto sigma = species_table(options).length;
    const double largest = *std::max_element(sigma.begin(), sigma.end());
    const double nearest = nearest_sites(options, dimension);
    check(problems, nearest >= law_of(options)->core * largest,
          fluid.density > 0 ? "density" : "lattice_constant",
          "puts particles {:.3g} apart, where those of sigma {:.3g} overlap; lower the density", nearest,
          largest);
    check_parameters(problems, options, {largest});
}

}  // namespace

Problems find_fluid_problems(const SystemOptions& options) {
    Problems problems;
    check_names(problems, options);
    if (!problems.empty()) return problems;
    const int dimension = dimension_of(options);
    check_shape(problems, options, dimension);
    check_interaction(problems, options);
    check_species(problems, options);
    if (problems.empty()) check_together(problems, options, dimension);
    return problems;
}

}  // namespace rfhgn::systems
