#include "rfhgn/workflow/read_deck.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "rfhgn/base/error.hpp"

#include "support/world.hpp"

namespace rfhgn::tests {

namespace {

/// A folder that the root makes and removes; the others know its name.
class SharedFolder {
  public:
    SharedFolder()
        : path_(parallel::broadcast(
              world(), (std::filesystem::temp_directory_path() / ("rfhgn_deck_" + std::to_string(getpid())))
                           .string())) {
        if (world().is_root()) std::filesystem::create_directory(path_);
    }
    ~SharedFolder() {
        if (world().is_root()) std::filesystem::remove_all(path_);
    }
    SharedFolder(const SharedFolder&) = delete;
    SharedFolder& operator=(const SharedFolder&) = delete;

    /// Only the root's file system has the file.
    [[nodiscard]] std::string write(const std::string& name, const std::string& text) const {
        std::string path = (std::filesystem::path(path_) / name).string();
        if (world().is_root()) std::ofstream(path, std::ios::binary) << text;
        return path;
    }
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

  private:
    std::string path_;
};

}  // namespace

TEST_CASE("every rank gets the root's text") {
    const SharedFolder folder;
    const std::string text = "title = 'ü'\r\n\n" + std::string((1U << 20U) - 16, '#') + "\n";
    REQUIRE(text.size() == (1U << 20U));
    CHECK(workflow::read_deck_text(world(), folder.write("a.toml", text)) == text);
    CHECK(workflow::read_deck_text(world(), folder.write("empty.toml", "")).empty());
}

TEST_CASE("every rank throws the same error for a deck that cannot be read") {
    const SharedFolder folder;
    const auto message = [](const std::string& path) -> std::string {
        try {
            static_cast<void>(workflow::read_deck_text(world(), path));
        } catch (const InputError& error) {
            return error.everywhere() ? error.what() : "not known to all ranks";
        }
        return {};
    };
    const std::string absent = folder.path() + "/absent.toml";
    CHECK(message(absent) == "cannot read the deck '" + absent + "': No such file or directory");
    CHECK(message(folder.path()) == "cannot read the deck '" + folder.path() + "': it is a directory");
    const auto large = folder.write("large.toml", std::string((1U << 20U) + 1, '#'));
    CHECK(message(large) == "'" + large + "' is larger than 1 MiB: that is no deck");
    if (geteuid() != 0) {  // root may read everything
        const auto locked = folder.write("locked.toml", "");
        if (world().is_root()) std::filesystem::permissions(locked, std::filesystem::perms::none);
        CHECK(message(locked) == "cannot read the deck '" + locked + "': Permission denied");
    }
}

}  // namespace rfhgn::tests
