#include "rfhgn/report/log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <string_view>
#include <unistd.h>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/null_sink.h>

#include "rfhgn/base/visible.hpp"

namespace rfhgn::report {

namespace {

std::shared_ptr<spdlog::logger> logger;
bool line_is_open = false;

constexpr std::string_view erase_line = "\r\x1b[K";

void close_line() {
    if (!line_is_open) return;
    std::fwrite(erase_line.data(), 1, erase_line.size(), stdout);
    line_is_open = false;
}

bool launched_by_mpirun() {
    return std::getenv("OMPI_COMM_WORLD_SIZE") != nullptr;
}

/// What standard output of the parent process is connected to; empty when that cannot be known.
std::string parent_output() {
    std::array<char, 256> target{};
    const auto link = fmt::format("/proc/{}/fd/1", getppid());
    const auto length = readlink(link.c_str(), target.data(), target.size());
    return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string();
}

/// Lines beyond the longest path are values from elsewhere, of which the beginning tells enough.
std::string shortened(std::string_view text) {
    constexpr std::size_t longest = 5000;
    std::string out;
    while (true) {
        const auto end = std::min(text.find('\n'), text.size());
        out += text.substr(0, std::min(end, longest));
        if (end > longest) out += fmt::format("... ({} bytes)", end);
        if (end == text.size()) return out;
        out += '\n';
        text.remove_prefix(end + 1);
    }
}

/// Lines after the first begin where its text does, behind the time of day. Text may hold names and values
/// from files, which must not command the terminal.
std::string indented(const std::string& text) {
    std::string lines;
    for (const char c : visible(text)) {
        lines += c;
        if (c == '\n') lines.append(10, ' ');
    }
    return lines;
}

/// Of a pipe or socket.
bool reader_has_left() {
    pollfd output{STDOUT_FILENO, POLLOUT, 0};
    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

bool wants_colour() {
    return on_terminal() && std::getenv("NO_COLOR") == nullptr;
}

}  // namespace

void start_log(int rank, bool quiet) {
    if (rank == 0) {
        const auto mode = wants_colour() ? spdlog::color_mode::always : spdlog::color_mode::never;
        const auto sink = std::make_shared<spdlog::sinks::ansicolor_stdout_sink_mt>(mode);
        sink->set_color(spdlog::level::info, sink->reset);
        logger = std::make_shared<spdlog::logger>("rfhgn", sink);
    } else {
        logger = std::make_shared<spdlog::logger>("rfhgn", std::make_shared<spdlog::sinks::null_sink_mt>());
    }
    logger->set_pattern("%H:%M:%S  %^%v%$");
    logger->set_level(quiet ? spdlog::level::warn : spdlog::level::info);
    logger->flush_on(spdlog::level::info);
}

void info(const std::string& text) {
    if (!logger || !logger->should_log(spdlog::level::info)) return;
    close_line();
    logger->info(indented(text));
}

void warn(const std::string& text) {
    if (!logger) return;
    close_line();
    logger->warn("warning: {}", indented(text));
}

void redraw(const std::string& line) {
    if (!logger || !logger->should_log(spdlog::level::info)) return;
    const auto text = fmt::format("{}{}", erase_line, visible(line));
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
    line_is_open = true;
}

std::string error_text(const std::string& what, const std::string& advice) {
    auto text = fmt::format("rfhgn: error: {}\n", visible(shortened(what)));
    if (!advice.empty()) text += fmt::format("  hint: {}\n", visible(shortened(advice)));
    return text;
}

void print_error(const std::string& what, const std::string& advice) {
    close_line();
    std::fflush(stdout);
    const auto text = error_text(what, advice);
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void print_warning(const std::string& what) {
    const auto text = fmt::format("rfhgn: warning: {}\n", what);
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

std::string finish_output() {
    close_line();
    errno = 0;
    bool good = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    // Some file systems tell when a file is closed that they lost what was written.
    if (const int copy = good ? dup(STDOUT_FILENO) : -1; copy >= 0) good = close(copy) == 0;
    const int reason = errno;
    if (good || reader_has_left()) return {};
    return reason != 0 ? std::strerror(reason) : "some of it was lost";
}

void open_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(stream, F_GETFD) >= 0 || errno != EBADF) continue;
        // The lowest number that is free, which is this one.
        [[maybe_unused]] const int opened = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
}

bool on_terminal() {
    if (isatty(STDOUT_FILENO) == 0) return false;
    const char* terminal = std::getenv("TERM");
    if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
    if (!launched_by_mpirun()) return true;
    const auto output = parent_output();
    return output.starts_with("/dev/pts/") || output.starts_with("/dev/tty");
}

}  // namespace rfhgn::report
