#pragma once

#include <string>

namespace rfhgn::io {

/// Where a file came from; written as attributes of a group `provenance` of every file.
struct Provenance {
    std::string deck;     ///< resolved deck as TOML
    std::string command;  ///< command line
    std::string commit;
    std::string versions;  ///< libraries, one line
    int ranks = 1;
};

}  // namespace rfhgn::io
