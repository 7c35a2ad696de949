#include "format.hpp"

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

std::string format_name(const hdf5::Reader& file) {
    return file.has_attribute("/", "format") ? file.text("/", "format") : std::string();
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
