#pragma once
/// Large arrays from ranks to ranks, with as few copies as can be: where memory decides how much a rank may
/// hold, these set the peak.

#include <cstddef>
#include <numeric>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

namespace detail {
/// Bytes that each rank will send to this one. Throws RunError on every rank when one sends or receives more
/// than 2 GiB in all. *Collective.*
std::vector<std::size_t> bytes_from_ranks(const Communicator& comm,
                                          std::span<const std::size_t> bytes_to_rank);
/// *Collective.*
void exchange_bytes_into(const Communicator& comm, std::span<const std::byte> outgoing,
                         std::span<const std::size_t> bytes_to_rank, std::span<std::byte> incoming,
                         std::span<const std::size_t> bytes_from_rank);
}  // namespace detail

/// Sends outgoing[r] to rank r; returns what the ranks sent to this one, one rank's after the other's. Holds
/// two copies of the values at a time, one where nothing comes from other ranks; all_to_all holds four.
/// *Collective.* Throws RunError on every rank when one sends to others or receives from them more than 2 GiB
/// in all.
template <class T>
requires std::is_trivially_copyable_v<T> std::vector<T> redistribute(const Communicator& comm,
                                                                     std::vector<std::vector<T>> outgoing) {
    const auto here = static_cast<std::size_t>(comm.rank());
    auto own = std::exchange(outgoing[here], {});
    if (comm.size() == 1) return own;
    std::vector<std::size_t> bytes_to;
    std::vector<T> packed;
    for (const auto& part : outgoing) bytes_to.push_back(part.size() * sizeof(T));
    packed.reserve(std::accumulate(bytes_to.begin(), bytes_to.end(), std::size_t{0}) / sizeof(T));
    for (auto& part : outgoing) {
        packed.insert(packed.end(), part.begin(), part.end());
        std::vector<T>().swap(part);
    }
    const auto bytes_from = detail::bytes_from_ranks(comm, bytes_to);
    const auto count = [](auto first, auto last) {
        return std::accumulate(first, last, std::size_t{0}) / sizeof(T);
    };
    std::vector<T> arrived(count(bytes_from.begin(), bytes_from.end()));
    detail::exchange_bytes_into(comm, std::as_bytes(std::span<const T>(packed)), bytes_to,
                                std::as_writable_bytes(std::span<T>(arrived)), bytes_from);
    if (arrived.empty()) return own;
    std::vector<T>().swap(packed);
    const auto lower = static_cast<std::ptrdiff_t>(
        count(bytes_from.begin(), bytes_from.begin() + static_cast<std::ptrdiff_t>(here)));
    arrived.insert(arrived.begin() + lower, own.begin(), own.end());
    return arrived;
}

}  // namespace rfhgn::parallel
