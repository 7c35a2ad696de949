#include "rfhgn/io/folder_lock.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/chrono.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/stopwatch.hpp"

namespace rfhgn::io {

namespace {

constexpr std::string_view first_words = "rfhgn: in use by ";
constexpr timespec between_tries{0, 50'000'000};

// "process 123 on node1 since 2026-01-31 12:00:00: rfhgn run deck.toml"
std::string holder(const std::string& who) {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    return fmt::format("{}process {} on {} since {:%Y-%m-%d %H:%M:%S}: {}\n", first_words, getpid(),
                       host.data(), fmt::localtime(std::time(nullptr)), who);
}

}  // namespace

// The root has it alone at first, which tells that no rank of another run is left; then all ranks share it.
// Going from alone to shared leaves no gap.
FolderLock::FolderLock(const parallel::Communicator& comm, const std::string& folder, const std::string& who,
                       double seconds)
    : path_(folder + "/.rfhgn-lock") {
    parallel::together(comm, [&] {
        if (comm.is_root()) take_alone(who, seconds);
    });
    parallel::together(comm, [&] {
        if (!comm.is_root()) open_file(false);
        require(lock(F_RDLCK, seconds),
                Advice{"wait until it is done, or choose another folder with --output"},
                "'{}' is taken by another run", folder);
    });
    works_ = !parallel::any(comm, !works_);
}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) close(descriptor_);
}

void FolderLock::open_file(bool create) {
    descriptor_ = open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT : 0), 0666);
    const int error = errno;
    struct stat status {};
    require(error != ELOOP || descriptor_ >= 0,
            Advice{"remove the link, or choose another folder with --output"},
            "cannot open '{}': it is a symbolic link, which is not followed", path_);
    require(descriptor_ >= 0 && fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode),
            Advice{"choose a folder that you may write to with --output"}, "cannot open '{}': {}", path_,
            descriptor_ < 0 ? std::strerror(error) : "it is no regular file");
}

// Locks of open file descriptions: other descriptors of this process for the same file do not lose them.
bool FolderLock::lock(short kind, double seconds) {
    const double start = parallel::wall_time();
    struct flock wanted {};
    wanted.l_type = kind;
    wanted.l_whence = SEEK_SET;
    while (works_ && fcntl(descriptor_, F_OFD_SETLK, &wanted) != 0) {
        if (errno != EAGAIN && errno != EACCES && errno != EINTR) {
            works_ = false;
        } else if (parallel::wall_time() - start >= seconds) {
            return false;
        } else {
            nanosleep(&between_tries, nullptr);
        }
    }
    return true;
}

std::string FolderLock::text() const {
    std::array<char, 1024> bytes{};
    const auto size = pread(descriptor_, bytes.data(), bytes.size() - 1, 0);
    std::string found(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return found.substr(0, found.find('\n'));
}

void FolderLock::take_alone(const std::string& who, double seconds) {
    open_file(true);
    const bool free = lock(F_WRLCK, seconds);
    const auto before = text();
    require(before.empty() || before.starts_with(first_words), Advice{"choose another folder with --output"},
            "'{}' was not written by rfhgn", path_);
    require(free, Advice{"wait until it is done, end it, or choose another folder with --output"},
            "the folder of '{}' is in use by {}", path_,
            before.empty() ? "another run" : before.substr(first_words.size()));
    const auto words = holder(who);
    const bool written = ftruncate(descriptor_, 0) == 0 && pwrite(descriptor_, words.data(), words.size(),
                                                                  0) == static_cast<ssize_t>(words.size());
    require<RunError>(written, Advice{"check the space and the state of the file system"},
                      "cannot write '{}': {}", path_, std::strerror(errno));
    static_cast<void>(lock(F_RDLCK, 0));
}

}  // namespace rfhgn::io
