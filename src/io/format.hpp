#pragma once
/// Which format a file says that it has: root attributes `format` and `format_version`.

#include <string>

#include "hdf5_reader.hpp"

namespace rfhgn::io {

struct Format {
    const char* kind;  ///< "data set", for messages
    const char* name;
    int version;
    const char* advice;    ///< how such files come about
    int oldest = version;  ///< versions from this one on are read
};

inline constexpr Format data_set_format{
    "data set", "rfhgn-data-set", 1,
    "include/rfhgn/io/data_set.hpp has the layout, tools/write_data_set.py writes it"};
inline constexpr Format model_format{"model", "rfhgn-model", 2, "models are written by `rfhgn train`", 1};
inline constexpr Format checkpoint_format{"checkpoint", "rfhgn-checkpoint", 1,
                                          "checkpoints are written by `rfhgn rollout`"};
inline constexpr Format factor_checkpoint_format{"file of R factors of a training", "rfhgn-kept-triangles", 1,
                                                 "`rfhgn train` writes them while it goes through its data"};

/// The name, empty when the file has none.
std::string format_name(const hdf5::Reader& file);

/// Root attribute `units`, "reduced" where it is absent. Throws InputError unless they are known.
std::string read_units(const hdf5::Reader& file);

/// Throws InputError unless the file has this format in a version that this release reads.
void check_format(const hdf5::Reader& file, const Format& expected);

}  // namespace rfhgn::io
