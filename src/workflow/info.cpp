#include <filesystem>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/file_content.hpp"
#include "rfhgn/io/inspect.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/report/log.hpp"
#include "rfhgn/workflow/context.hpp"
#include "rfhgn/workflow/record.hpp"

namespace rfhgn::workflow {

namespace {

// What the record beside a file says that the file was when its stage was complete; empty where it says
// nothing. A record that is none says nothing either.
std::string recorded_digest(const std::string& path) {
    const std::filesystem::path file(path);
    const auto folder = file.has_parent_path() ? file.parent_path().string() : std::string(".");
    try {
        for (const auto& [name, stage] : read_record(folder))
            if (const auto found = stage.files.find(file.filename().string()); found != stage.files.end())
                return found->second.digest;
    } catch (const std::exception&) {
    }
    return {};
}

}  // namespace

void info(const parallel::Communicator& comm, const CommandLine& line) {
    const auto text = io::inspect_file(comm, line.file);
    const auto recorded =
        parallel::broadcast(comm, comm.is_root() ? recorded_digest(line.file) : std::string());
    const bool same = recorded.empty() || io::file_digest(comm, line.file) == recorded;
    report::info(text);
    // Not refused: it may have been changed on purpose.
    if (!same)
        report::warn(fmt::format("'{}' is not as rfhgn left it: '{}' beside it has another checksum",
                                 line.file, record_name));
}

}  // namespace rfhgn::workflow
