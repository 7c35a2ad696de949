#include "file_digests.hpp"

#include <sstream>

#include "rfhgn/parallel/collectives.hpp"

namespace rfhgn::workflow {

Digests FileDigests::of(const std::vector<std::string>& paths) {
    std::map<std::string, io::FileStamp> stamps;
    std::string unknown;
    for (const auto& path : paths) {
        const auto stamp = io::file_stamp(path);
        const auto known = known_.find(path);
        if (!stamp || stamps.contains(path) || (known != known_.end() && known->second.first == *stamp))
            continue;
        stamps[path] = *stamp;
        unknown += path + "\n";
    }
    std::istringstream lines(parallel::broadcast(comm_, unknown));
    for (std::string path; std::getline(lines, path);) {
        const auto digest = io::file_digest(comm_, path);
        if (comm_.is_root()) know(path, stamps[path], digest);
    }
    Digests digests;
    for (const auto& path : paths) digests[path] = io::file_stamp(path) ? known_[path].second : "";
    return digests;
}

io::FileStamp FileDigests::stamp(const std::string& path) const {
    const auto known = known_.find(path);
    return known == known_.end() ? io::FileStamp{} : known->second.first;
}

}  // namespace rfhgn::workflow
