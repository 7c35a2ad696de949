#include "archive_reader.hpp"

#include <cmath>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io::hdf5 {

double ArchiveReader::number(const std::string& object, const std::string& attribute) const {
    const double value = file_.number<double>(object, attribute);
    require(std::isfinite(value), Advice{"train the model again"}, "{}: attribute '{}' of {} is {}",
            file_.path(), attribute, object, value);
    return value;
}

}  // namespace rfhgn::io::hdf5
