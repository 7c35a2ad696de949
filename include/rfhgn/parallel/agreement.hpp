#pragma once
/// How ranks fail together. No rank may throw between two collectives that the others enter: work that can
/// fail on one rank runs inside `together`, after which all ranks go on or all throw the same error.

#include <exception>
#include <functional>
#include <optional>
#include <type_traits>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

/// What an exception that is no Error comes to, a RunError; std::bad_alloc with what was being done and how
/// that needs less memory (see activity.hpp); a path that cannot be looked at is an InputError. Local.
Error as_error(const std::exception& exception);

/// Throws on every rank the error of the lowest rank that passes one, as InputError or RunError by its code;
/// returns when none does. *Collective.*
void agree(const Communicator& comm, const std::optional<Error>& local);

/// Runs `local` (no communication inside) and agrees on the outcome; returns its value. *Collective.*
template <class Local>
auto together(const Communicator& comm, Local&& local) {
    using Result = std::invoke_result_t<Local>;
    std::optional<Error> error;
    auto guarded = [&](auto&& body) {
        try {
            body();
        } catch (const Error& e) {
            error = e;
        } catch (const std::exception& e) {
            error = as_error(e);
        }
    };
    if constexpr (std::is_void_v<Result>) {
        guarded(local);
        agree(comm, error);
    } else {
        std::optional<Result> result;
        guarded([&] { result.emplace(local()); });
        agree(comm, error);
        return std::move(*result);
    }
}

}  // namespace rfhgn::parallel
