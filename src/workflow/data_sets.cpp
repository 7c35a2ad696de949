#include "data_sets.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/base/visible.hpp"
#include "rfhgn/report/log.hpp"

namespace rfhgn::workflow {

std::unique_ptr<io::DataSetReader> open_data_set(const parallel::Communicator& comm, const std::string& path,
                                                 const potential::SpeciesNames& numbered_as,
                                                 const io::OpenOptions& options) {
    auto reader = std::make_unique<io::DataSetReader>(comm, path, options);
    reader->number_species_as(numbered_as);
    if (const auto unread = reader->unread_names(); !unread.empty())
        report::warn(fmt::format("'{}' holds what nobody reads: {}", path, fmt::join(unread, ", ")));
    for (const auto& remark : reader->remarks())
        report::info(fmt::format("'{}': {}: {}", path, remark.about, visible_line(remark.said)));
    return reader;
}

}  // namespace rfhgn::workflow
