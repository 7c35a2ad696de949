#pragma once
/// What was made from what, as the output folder's record.json keeps it: it tells whether a stage is
/// complete, and which files rfhgn has written itself. All local.

#include <map>
#include <set>
#include <string>

#include "rfhgn/io/file_content.hpp"

namespace rfhgn::workflow {

constexpr const char* record_name = "record.json";
constexpr const char* record_beginning = "{\n \"rfhgn_record\": ";

struct FileRecord {
    std::string digest;   ///< io::file_digest; empty while the stage is at work
    io::FileStamp stamp;  ///< when the digest was taken
    /// It is there to extend the stage, and no result: it may be absent.
    bool checkpoint = false;
};

struct StageRecord {
    bool complete = false;
    std::map<std::string, std::string> settings;  ///< values of keys
    std::map<std::string, std::string> inputs;    ///< digests of files, by the key that may name them
    std::map<std::string, FileRecord> files;      ///< written by the stage, by name in the folder
};

/// By stage. The entry "run" has the files of no stage.
using Record = std::map<std::string, StageRecord>;

/// Empty where the folder has none. Throws InputError when the file is not a record.
Record read_record(const std::string& folder);
/// The file is whole at any time, and forced to disk. Throws RunError.
void write_record(const std::string& folder, const Record& record);

/// How a stage that began with `before` differs from what it would be made from `now`, one line a difference;
/// empty when it does not. `grows`: a key whose greater value is no difference. New keys that are
/// `at_default`, as most of a new table are, are told only where there is nothing else to tell.
std::string changes(const StageRecord& before, const StageRecord& now, const std::string& grows,
                    const std::set<std::string>& at_default = {});

/// Whether the value of `grows` has become greater.
bool has_grown(const StageRecord& before, const StageRecord& now, const std::string& grows);

}  // namespace rfhgn::workflow
