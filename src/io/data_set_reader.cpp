#include "rfhgn/base/error.hpp"
#include "rfhgn/io/data_set.hpp"
#include "rfhgn/parallel/agreement.hpp"

#include "file_kind.hpp"

namespace rfhgn::io {

DataSetReader::DataSetReader(const parallel::Communicator& comm, const std::string& path) {
    const auto beginning = parallel::together(comm, [&] { return first_bytes(path); });
    const auto* found = find_kind({path, beginning});
    const auto& kind = found ? *found : hdf5_data_set();
    require(kind.open != nullptr, Advice{"name a data set"}, "'{}' is a {}, not a data set", path, kind.name);
    file_ = kind.open(comm, path);
}

}  // namespace rfhgn::io
