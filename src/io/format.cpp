#include "format.hpp"

#include <fmt/ranges.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/units.hpp"
#include "rfhgn/base/visible.hpp"

namespace rfhgn::io {

std::string format_name(const hdf5::Reader& file) {
    return file.has_attribute("/", "format") ? file.text("/", "format") : std::string();
}

std::string read_units(const hdf5::Reader& file) {
    const std::string units = file.has_attribute("/", "units") ? file.text("/", "units") : "reduced";
    require(are_units(units), Advice{"metal is Å, eV, ps, K; lj or reduced are those of no names"},
            "{}: root attribute 'units' is '{}', but must be one of {}", file.path(), visible_line(units),
            fmt::join(names_of_units, ", "));
    return units;
}

void check_format(const hdf5::Reader& file, const Format& expected) {
    const auto found = format_name(file);
    require(found == expected.name, Advice{expected.advice},
            "{}: not a {}: root attribute 'format' is '{}', but must be '{}'", file.path(), expected.kind,
            found, expected.name);
    const int version = file.number<int>("/", "format_version");
    require(version >= expected.oldest && version <= expected.version,
            Advice{"use the release of rfhgn that wrote it"},
            "{}: format_version is {}, but this release reads {}", file.path(), version,
            expected.oldest == expected.version ? fmt::format("{}", expected.version)
                                                : fmt::format("{} to {}", expected.oldest, expected.version));
}

}  // namespace rfhgn::io
