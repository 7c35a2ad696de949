#include "trial_reading.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"

#include "block_seal.hpp"
#include "hdf5_reader.hpp"

namespace rfhgn::io {

namespace {

constexpr rlim_t seconds_of_work = 3;
constexpr long largest_growth = 512L * 1024;  // KiB
constexpr double largest_data = 1024.0 * 1024;

long peak_memory() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

// Errors are for the caller's reader to report.
template <class Call>
void attempt(Call&& call) {
    try {
        call();
    } catch (const std::exception&) {
        return;
    }
}

void read_data(const hdf5::Reader& file, const std::string& object) {
    double bytes = sizeof(double);
    for (const auto extent : file.shape(object)) bytes *= static_cast<double>(extent);
    if (bytes <= largest_data) static_cast<void>(file.all<double>(object));
}

// False where HDF5 loses its way: what it cannot list, it may still stumble into by name.
bool read_everything(const std::string& path) {
    std::optional<hdf5::Reader> file;
    attempt([&] { file.emplace(path); });
    if (!file) return true;
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<std::string> objects;
    try {
        objects = file->objects();
        for (const auto& object : objects)
            for (auto& name : file->attributes(object)) attributes.emplace_back(object, std::move(name));
    } catch (const std::exception&) {
        return false;
    }
    for (const auto& attribute : attributes) {
        attempt([&] { static_cast<void>(file->texts(attribute.first, attribute.second)); });
        attempt([&] { static_cast<void>(file->number<double>(attribute.first, attribute.second)); });
    }
    for (const auto& object : objects) attempt([&] { read_data(*file, object); });
    return true;
}

// A child that dies must do so at once and alone: PETSc's handlers would end the whole run through MPI.
void become_mortal() {
    for (const int signal :
         {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGXCPU, SIGTERM, SIGINT, SIGUSR1, SIGHUP})
        std::signal(signal, SIG_DFL);
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    const rlimit work{seconds_of_work, seconds_of_work};
    setrlimit(RLIMIT_CPU, &work);
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
}

[[noreturn]] void try_in_child(const std::string& path) {
    become_mortal();
    _exit(read_everything(path) ? 0 : 1);
}

// A file as it is now: whoever writes to it or puts another in its place changes this.
struct State {
    dev_t device = 0;
    ino_t inode = 0;
    off_t size = 0;
    timespec changed{};

    bool operator==(const State& other) const {
        return device == other.device && inode == other.inode && size == other.size &&
               changed.tv_sec == other.changed.tv_sec && changed.tv_nsec == other.changed.tv_nsec;
    }
};

State state_of(const std::string& path) {
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return {};
    return {status.st_dev, status.st_ino, status.st_size, status.st_ctim};
}

// What became of the child; empty when all is well.
std::string fate(int status, long memory) {
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL
                   ? std::string("HDF5 does not come to an end with it")
                   : fmt::format("HDF5 fails on it ({})", strsignal(WTERMSIG(status)));
    if (status != 0) return "HDF5 fails on it";
    return memory > largest_growth ? "HDF5 takes all memory for it" : "";
}

std::string fate_of_trial(const std::string& path) {
    const long before = peak_memory();
    const pid_t child = fork();
    if (child == 0) try_in_child(path);
    if (child < 0) return {};
    int status = 0;
    rusage usage{};
    while (wait4(child, &status, 0, &usage) < 0)
        if (errno != EINTR) return {};
    return fate(status, usage.ru_maxrss - before);
}

// A command asks several readers about one file, one after the other.
std::string remembered_fate(const std::string& path) {
    static State tried;
    static std::string fate;
    const auto state = state_of(path);
    if (state.inode == 0 || !(state == tried)) {
        fate = fate_of_trial(path);
        tried = state;
    }
    return fate;
}

// A file that is as it was written needs no trial. That a large one is would take long to find out.
bool found_whole(const std::string& path) {
    constexpr std::uint64_t small = std::uint64_t{4} << 20U;
    const InputFile file(path);
    BlockSeal seal(file);
    if (!seal.present() || seal.bytes() > small) return false;
    seal.verify({0, static_cast<GlobalIndex>(seal.bytes())});
    return true;
}

}  // namespace

void require_readable(const parallel::Communicator& comm, const std::string& path) {
    parallel::together(comm, [&] {
        if (!comm.is_root() || found_whole(path)) return;
        const auto fault = remembered_fate(path);
        require(fault.empty(), Advice{"copy it again from where it is whole, or make it again"},
                "'{}' is damaged: {}", path, fault);
    });
}

}  // namespace rfhgn::io
