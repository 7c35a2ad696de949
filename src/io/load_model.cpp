#include "rfhgn/io/load_model.hpp"

#include <algorithm>
#include <unistd.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/model/registry.hpp"

#include "archive_reader.hpp"
#include "block_seal.hpp"
#include "format.hpp"
#include "model_bytes.hpp"
#include "superblock.hpp"

namespace rfhgn::io {

// Not what may lie behind: that may be a hole of any size.
std::string model_bytes(const InputFile& file) {
    const auto bytes = std::min(declared_end(file).value_or(file.state().size), file.state().size);
    const double memory =
        static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
    require(static_cast<double>(bytes) < memory / 2, Advice{"check how the file was made"},
            "'{}' declares {} bytes, more than this machine can hold: that is no model", file.path(), bytes);
    BlockSeal(file).verify({0, static_cast<GlobalIndex>(bytes)});
    return file.head(bytes);
}

std::unique_ptr<model::Model> load_model(const std::string& path) {
    const InputFile input(path);
    const hdf5::Reader file(model_bytes(input), path);
    check_format(file, model_format);
    return model::read(hdf5::ArchiveReader(file));
}

}  // namespace rfhgn::io
