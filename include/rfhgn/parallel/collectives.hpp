#pragma once
/// Typed collectives over contiguous data. Every function is *Collective*. Sums are taken by MPI in an order
/// that may depend on the number of ranks; where bits must not, use the fixed tree of linalg.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::parallel {

/// Element types of reductions: double, int, std::int64_t, std::uint64_t.
template <class T>
concept Reducible = std::is_same_v<T, double> || std::is_same_v<T, int> || std::is_same_v<T, std::int64_t> ||
    std::is_same_v<T, std::uint64_t>;

template <Reducible T>
T sum(const Communicator& comm, T local);
template <Reducible T>
T max(const Communicator& comm, T local);
template <Reducible T>
T min(const Communicator& comm, T local);
/// Element by element, in place.
template <Reducible T>
void sum(const Communicator& comm, std::span<T> values);
template <Reducible T>
void max(const Communicator& comm, std::span<T> values);
template <Reducible T>
void min(const Communicator& comm, std::span<T> values);
/// Sum over the ranks before this one; 0 on rank 0.
template <Reducible T>
T exclusive_sum(const Communicator& comm, T local);
/// One value of each rank, ordered by rank, on every rank.
template <Reducible T>
std::vector<T> all_gather(const Communicator& comm, T local);
bool any(const Communicator& comm, bool local);
void barrier(const Communicator& comm);

/// The root's text on every rank.
std::string broadcast(const Communicator& comm, const std::string& text, int root = 0);
/// The root's values on every rank; sizes must agree.
template <class T>
requires std::is_trivially_copyable_v<T>
void broadcast(const Communicator& comm, std::span<T> values, int root = 0);

/// Minimum, mean and maximum of one value over ranks.
struct Spread {
    double min = 0, mean = 0, max = 0;
};
Spread spread(const Communicator& comm, double local);

namespace detail {
void broadcast_bytes(const Communicator& comm, void* data, std::size_t bytes, int root);
std::vector<std::byte> exchange_bytes(const Communicator& comm, std::span<const std::byte> outgoing,
                                      std::span<const std::size_t> bytes_to_rank,
                                      std::vector<std::size_t>& bytes_from_rank);
std::vector<std::byte> gather_bytes(const Communicator& comm, std::span<const std::byte> local, int root);
void send_bytes(const Communicator& comm, std::span<const std::byte> data, int destination, int tag);
void receive_bytes(const Communicator& comm, std::span<std::byte> data, int source, int tag);
}  // namespace detail

template <class T>
requires std::is_trivially_copyable_v<T>
void broadcast(const Communicator& comm, std::span<T> values, int root) {
    detail::broadcast_bytes(comm, values.data(), values.size_bytes(), root);
}

/// Sends outgoing[r] to rank r; returns what each rank sent to this one, by rank. Throws RunError on every
/// rank when one sends or receives more than 2 GiB in all.
template <class T>
requires std::is_trivially_copyable_v<T> std::vector<std::vector<T>> all_to_all(
    const Communicator& comm, const std::vector<std::vector<T>>& outgoing) {
    std::vector<std::byte> packed;
    std::vector<std::size_t> bytes_to;
    for (const auto& part : outgoing) {
        const auto bytes = std::as_bytes(std::span<const T>(part));
        packed.insert(packed.end(), bytes.begin(), bytes.end());
        bytes_to.push_back(bytes.size());
    }
    std::vector<std::size_t> bytes_from;
    const auto received = detail::exchange_bytes(comm, packed, bytes_to, bytes_from);
    std::vector<std::vector<T>> incoming(bytes_from.size());
    std::size_t offset = 0;
    for (std::size_t r = 0; r < incoming.size(); ++r) {
        incoming[r].resize(bytes_from[r] / sizeof(T));
        std::copy_n(received.data() + offset, bytes_from[r],
                    reinterpret_cast<std::byte*>(incoming[r].data()));
        offset += bytes_from[r];
    }
    return incoming;
}

/// All ranks' values in order of rank, on the root only (empty elsewhere). Throws RunError on every rank when
/// they exceed 2 GiB.
template <class T>
requires std::is_trivially_copyable_v<T> std::vector<T> gather(const Communicator& comm,
                                                               std::span<const T> local, int root = 0) {
    const auto bytes = detail::gather_bytes(comm, std::as_bytes(local), root);
    std::vector<T> values(bytes.size() / sizeof(T));
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::byte*>(values.data()));
    return values;
}

/// Message tags, one a purpose.
enum class Tag : int { r_factor = 11 };

/// Point-to-point, blocking; sizes must agree. Not collective. Messages over 2 GiB are cut into several.
template <class T>
requires std::is_trivially_copyable_v<T>
void send(const Communicator& comm, std::span<const T> values, int destination, Tag tag) {
    detail::send_bytes(comm, std::as_bytes(values), destination, static_cast<int>(tag));
}
template <class T>
requires std::is_trivially_copyable_v<T>
void receive(const Communicator& comm, std::span<T> values, int source, Tag tag) {
    detail::receive_bytes(comm, std::as_writable_bytes(values), source, static_cast<int>(tag));
}

}  // namespace rfhgn::parallel
