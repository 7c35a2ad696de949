#pragma once
/// Lines of `rfhgn info`. All local.

#include <string>
#include <vector>

#include "hdf5_reader.hpp"

namespace rfhgn::io {

/// Appends "  name   value".
void add_line(std::string& out, const std::string& name, const std::string& value);
/// Appends what the attributes of a group tell of how the file was made.
void add_provenance(std::string& out, const hdf5::Reader& file, const std::string& group);
/// A text attribute, or `other` where it is absent.
std::string text_or(const hdf5::Reader& file, const std::string& object, const std::string& name,
                    const std::string& other);
/// "a, b", or "none".
std::string listed(const std::vector<std::string>& names);

}  // namespace rfhgn::io
