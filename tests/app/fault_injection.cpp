// Loaded before the libraries of a program (LD_PRELOAD), breaks what the environment says, once the file
// FAULT_FROM exists, on rank FAULT_RANK or, without it, on all:
//   FAULT_CLOCK=S   the clock of the day jumps by S seconds, back or forth
//   FAULT_DISK=1    writing to files fails as on a disk that is gone
//   FAULT_MEMORY=1  there is no memory for a C++ object, once
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <new>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

namespace {

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

double seconds_of(const char* variable) {
    const char* text = std::getenv(variable);
    return text != nullptr ? std::strtod(text, nullptr) : 0;
}

bool on_this_rank() {
    const char* wanted = std::getenv("FAULT_RANK");
    const char* rank = std::getenv("OMPI_COMM_WORLD_RANK");
    return wanted == nullptr || (rank != nullptr && std::strcmp(wanted, rank) == 0);
}

bool broken(const char* fault) {
    static const char* from = std::getenv("FAULT_FROM");
    return std::getenv(fault) != nullptr && on_this_rank() && from != nullptr && access(from, F_OK) == 0;
}

bool disk_is_gone() {
    if (!broken("FAULT_DISK")) return false;
    errno = EIO;
    return true;
}

time_t jump() {
    return broken("FAULT_CLOCK") ? static_cast<time_t>(seconds_of("FAULT_CLOCK")) : 0;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
    static const auto real = next<int (*)(clockid_t, timespec*)>("clock_gettime");
    const int result = real(clock, now);
    if (clock == CLOCK_REALTIME) now->tv_sec += jump();
    return result;
}

int gettimeofday(timeval* __restrict now, void* __restrict zone) noexcept {
    static const auto real = next<int (*)(timeval*, void*)>("gettimeofday");
    const int result = real(now, zone);
    now->tv_sec += jump();
    return result;
}

time_t time(time_t* out) noexcept {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != nullptr) *out = now.tv_sec;
    return now.tv_sec;
}

ssize_t pwrite(int file, const void* data, size_t size, off_t offset) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
    return disk_is_gone() ? -1 : real(file, data, size, offset);
}

ssize_t pwrite64(int file, const void* data, size_t size, off64_t offset) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
    return disk_is_gone() ? -1 : real(file, data, size, offset);
}

ssize_t pwritev(int file, const iovec* parts, int count, off_t offset) {
    static const auto real = next<ssize_t (*)(int, const iovec*, int, off_t)>("pwritev");
    return disk_is_gone() ? -1 : real(file, parts, count, offset);
}

int fsync(int file) {
    static const auto real = next<int (*)(int)>("fsync");
    return disk_is_gone() ? -1 : real(file);
}

}  // extern "C"

// All else of new and delete stays with the library, or the sanitizer, that has it.
void* operator new(std::size_t size) {
    static const auto real = next<void* (*)(std::size_t)>("_Znwm");
    static bool happened = false;
    const bool fails = !happened && broken("FAULT_MEMORY");
    happened = happened || fails;
    if (fails) throw std::bad_alloc();
    return real(size);
}
