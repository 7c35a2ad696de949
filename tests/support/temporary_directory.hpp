#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "rfhgn/parallel/collectives.hpp"

#include "support/world.hpp"

namespace rfhgn::tests {

/// A directory of this run, shared by the ranks and removed by the root. *Collective.*
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        const auto base = std::filesystem::temp_directory_path().string() + "/rfhgn-test-XXXXXX";
        std::string made = base;
        if (world().is_root() && mkdtemp(made.data()) == nullptr) made.clear();
        path_ = parallel::broadcast(world(), made);
        REQUIRE_ALL(!path_.empty());
    }
    ~TemporaryDirectory() {
        parallel::barrier(world());
        if (world().is_root()) std::filesystem::remove_all(path_);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return path_ + "/" + name; }

  private:
    std::string path_;
};

}  // namespace rfhgn::tests
