#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "rfhgn/io/file_content.hpp"

namespace rfhgn::workflow {

/// Digests of files by path; empty for what is not there.
using Digests = std::map<std::string, std::string>;

/// Digests that are taken once, as long as a file's stamp stays the same.
class FileDigests {
  public:
    explicit FileDigests(const parallel::Communicator& comm) : comm_(comm) {}

    /// Takes the digest that a file had when its stamp was taken. On the root.
    void know(const std::string& path, const io::FileStamp& stamp, const std::string& digest) {
        known_[path] = {stamp, digest};
    }
    /// Of the root's paths, on the root; each file is read by all ranks together. *Collective.*
    Digests of(const std::vector<std::string>& paths);
    /// When the digest of this file was taken. On the root.
    [[nodiscard]] io::FileStamp stamp(const std::string& path) const;

  private:
    parallel::Communicator comm_;
    std::map<std::string, std::pair<io::FileStamp, std::string>> known_;
};

}  // namespace rfhgn::workflow
