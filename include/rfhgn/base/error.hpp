#pragma once
/// Failure has two words. `require` is for what a user or the environment can get wrong: it throws an Error
/// with one line of what is wrong (naming the offending value) and one of what to do. RFHGN_ASSERT is for our
/// own bugs.

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace rfhgn {

/// Exit codes of the program.
enum class ExitCode : int { success = 0, run_failed = 1, bad_input = 2, stopped_early = 75 };

/// A failure with advice. `everywhere()` is true once all ranks are known to throw the same error, so that
/// they may unwind together; a failure that only this rank knows of must end the whole run (see
/// parallel/agreement.hpp).
class Error : public std::runtime_error {
  public:
    Error(ExitCode code, const std::string& what, std::string advice = {})
        : std::runtime_error(what), code_(code), advice_(std::move(advice)) {}

    [[nodiscard]] ExitCode code() const noexcept { return code_; }
    [[nodiscard]] const std::string& advice() const noexcept { return advice_; }
    [[nodiscard]] bool everywhere() const noexcept { return everywhere_; }
    void set_everywhere() noexcept { everywhere_ = true; }

  private:
    ExitCode code_;
    std::string advice_;
    bool everywhere_ = false;
};

/// Bad input or usage: the program ends with code 2.
class InputError : public Error {
  public:
    explicit InputError(const std::string& what, std::string advice = {})
        : Error(ExitCode::bad_input, what, std::move(advice)) {}
};

/// The run itself failed (non-finite state, no convergence, full disk): the program ends with code 1.
class RunError : public Error {
  public:
    explicit RunError(const std::string& what, std::string advice = {})
        : Error(ExitCode::run_failed, what, std::move(advice)) {}
};

/// What the user can do about a failure; empty when the message says it all.
struct Advice {
    std::string_view text;
};

/// Throws E (InputError by default) with the formatted message unless `ok`. Formats only on failure.
template <class E = InputError, class... Args>
void require(bool ok, Advice advice, fmt::format_string<Args...> what, Args&&... args) {
    if (!ok) throw E(fmt::format(what, std::forward<Args>(args)...), std::string(advice.text));
}

[[noreturn]] inline void assertion_failed(const char* expression, const char* file, int line) {
    throw std::logic_error(
        fmt::format("bug in rfhgn: {} does not hold ({}:{}); please report it", expression, file, line));
}

}  // namespace rfhgn

/// States what must hold if our own code is right. Always checked: keep it out of inner loops.
#define RFHGN_ASSERT(expression) \
    (static_cast<bool>(expression) ? void(0) : ::rfhgn::assertion_failed(#expression, __FILE__, __LINE__))
