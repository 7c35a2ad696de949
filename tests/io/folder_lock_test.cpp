#include "rfhgn/io/folder_lock.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "support/temporary_directory.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

namespace {

std::string refusal(const std::string& folder) {
    try {
        const io::FolderLock second(world(), folder, "rfhgn run b.toml", 0.1);
    } catch (const InputError& error) {
        return error.everywhere() ? error.what() : "not together";
    }
    return {};
}

}  // namespace

TEST_CASE("a folder is one run's, and the other is told whose") {
    const TemporaryDirectory directory;
    const auto folder = directory.file("");
    {
        const io::FolderLock first(world(), folder, "rfhgn run a.toml", 1);
        REQUIRE_ALL(first.works());
        CHECK_THAT(refusal(folder),
                   Catch::Contains("in use by process") && Catch::Contains("rfhgn run a.toml"));
    }
    parallel::barrier(world());
    CHECK(refusal(folder).empty());
}

TEST_CASE("the lock stays while a single rank is left, and goes with the process") {
    const TemporaryDirectory directory;
    const auto folder = directory.file("");
    { const io::FolderLock first(world(), folder, "rfhgn run a.toml", 1); }
    parallel::barrier(world());
    pid_t child = 0;
    if (world().rank() == world().size() - 1) {
        child = fork();
        if (child == 0) {  // as a rank that outlives its launcher
            const io::FolderLock left(parallel::Communicator::self(), folder, "left", 1);
            pause();
        }
        while (std::filesystem::file_size(folder + "/.rfhgn-lock") == 0) usleep(1000);
        usleep(200000);
    }
    parallel::barrier(world());
    CHECK_THAT(refusal(folder), Catch::Contains("in use by"));
    parallel::barrier(world());
    if (child > 0) {
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
    }
    parallel::barrier(world());
    CHECK(refusal(folder).empty());
}

TEST_CASE("what is in the place of the lock stays as it is") {
    const TemporaryDirectory directory;
    const auto folder = directory.file("");
    const auto file = folder + "/.rfhgn-lock";
    if (world().is_root()) std::ofstream(file) << "notes of the user\n";
    parallel::barrier(world());
    CHECK_THAT(refusal(folder), Catch::Contains("was not written by rfhgn"));
    parallel::barrier(world());
    if (world().is_root()) {
        std::string text;
        std::getline(std::ifstream(file), text);
        CHECK(text == "notes of the user");
        std::filesystem::remove(file);
        std::filesystem::create_symlink(folder + "/elsewhere", file);
    }
    parallel::barrier(world());
    CHECK_THAT(refusal(folder), Catch::Contains("cannot open"));
    parallel::barrier(world());
    CHECK(!std::filesystem::exists(folder + "/elsewhere"));
    parallel::barrier(world());
}

}  // namespace rfhgn::tests
