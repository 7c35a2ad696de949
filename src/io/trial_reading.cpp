#include "trial_reading.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"

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

void read_everything(const std::string& path) {
    const hdf5::Reader file(path);
    for (const auto& object : file.objects()) {
        for (const auto& name : file.attributes(object)) {
            attempt([&] { static_cast<void>(file.texts(object, name)); });
            attempt([&] { static_cast<void>(file.number<double>(object, name)); });
        }
        attempt([&] { read_data(file, object); });
    }
}

// A child that dies must do so at once and alone: PETSc's handlers would end the whole run through MPI.
void become_mortal() {
    for (const int signal :
         {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGXCPU, SIGTERM, SIGINT, SIGUSR1})
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
    attempt([&] { read_everything(path); });
    _exit(0);
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

}  // namespace

void require_readable(const parallel::Communicator& comm, const std::string& path) {
    parallel::together(comm, [&] {
        if (!comm.is_root()) return;
        const auto fault = fate_of_trial(path);
        require(fault.empty(), Advice{"copy it again from where it is whole, or make it again"},
                "'{}' is damaged: {}", path, fault);
    });
}

}  // namespace rfhgn::io
