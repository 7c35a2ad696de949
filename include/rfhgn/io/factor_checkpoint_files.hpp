#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rfhgn/linalg/factor_checkpoint.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::io {

struct FactorCheckpointFilesOptions {
    std::string folder;
    std::string problem;         ///< files are FOLDER/training-PROBLEM-<first leaf>-<end>.h5
    std::uint64_t settings = 0;  ///< checksum of what else must not change
    double seconds = 600;        ///< between two times that a rank writes
    bool restart = false;        ///< whether files of an earlier run are looked at
    /// Why to stop now; empty to go on. Local.
    std::function<std::string()> stop;
    /// Told of files that are damaged or of another problem, on the root, and of what was found.
    std::function<void(const std::string&)> tell;
};

/// Every rank keeps the R factors of its leaves in a file of its own: written aside, compared, sealed with a
/// checksum, forced to disk and renamed, so that the last one is good whatever happens. When `stop` says why,
/// it writes once more and throws an Error of code stopped_early.
std::shared_ptr<linalg::FactorCheckpoint> keep_factors(const parallel::Communicator& comm,
                                                       FactorCheckpointFilesOptions options);

/// Files of any problem in a folder by their names, unfinished ones too; see is_own_file. Local.
std::vector<std::string> factor_checkpoint_files(const std::string& folder);

}  // namespace rfhgn::io
