#pragma once
/// Where things are in a checkpoint: root attributes format, format_version, step, particles, settings (lines
/// `key = value`); arrays by name below /values (any length) and /particles [particles, width], whose
/// attributes `names` list them; /provenance. A seal (seal.hpp) follows the end of the HDF5 file.

#include <string>

namespace rfhgn::io::layout {

inline const std::string values = "/values";
inline const std::string particles = "/particles";

inline std::string value(const std::string& name) {
    return values + "/" + name;
}
inline std::string particle(const std::string& name) {
    return particles + "/" + name;
}

}  // namespace rfhgn::io::layout
