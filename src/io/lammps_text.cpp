#include "lammps_text.hpp"

#include "rfhgn/base/error.hpp"

#include "text_words.hpp"

namespace rfhgn::io::lammps {

std::string units_of(const Line& line, const std::string& named, const OpenOptions& options) {
    if (named.empty()) {
        if (!options.units.empty()) return options.units;
        return options.lammps_units.empty() ? "lj" : options.lammps_units;
    }
    if (named != "lj" && named != "metal")
        refuse(line, fmt::format("the units are '{}'; lj and metal are known", shown(named)),
               "convert the file with LAMMPS' own tools, or run with units metal");
    return named;
}

std::string units_said(const std::string& named, const std::string& units) {
    return fmt::format("{}, as the file {}", units, named.empty() ? "does not say" : "says");
}

namespace {

graph::Box checked(const Line& line, graph::Box box) {
    try {
        graph::check(box);
    } catch (const InputError& error) {
        throw InputError(fmt::format("'{}', line {}: {}", line.path, line.number, error.what()),
                         error.advice());
    }
    return box;
}

}  // namespace

graph::Box box_of(const Line& line, const std::array<graph::Vector3, 3>& vectors,
                  const std::array<bool, 3>& periodic) {
    return checked(line, {.vectors = vectors, .periodic = periodic});
}

graph::Box box_of(const Line& line, const Bounds& bounds, const std::array<bool, 3>& periodic) {
    std::array<graph::Vector3, 3> vectors{};
    for (std::size_t k = 0; k < 3; ++k) vectors[k][k] = bounds.ends[k][1] - bounds.ends[k][0];
    vectors[1][0] = bounds.xy;
    vectors[2][0] = bounds.xz;
    vectors[2][1] = bounds.yz;
    return box_of(line, vectors, periodic);
}

graph::Vector3 displaced(const graph::Vector3& position, const graph::Box& box,
                         const std::array<int, 3>& image) {
    if (image == std::array<int, 3>{}) return position;
    const auto shift = graph::displacement(box, image);
    return {position[0] + shift[0], position[1] + shift[1], position[2] + shift[2]};
}

}  // namespace rfhgn::io::lammps
