#include "rfhgn/parallel/collectives.hpp"

#include <algorithm>
#include <numeric>

#include <climits>
#include <mpi.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/redistribute.hpp"

namespace rfhgn::parallel {

namespace {

template <class T>
MPI_Datatype mpi_type() {
    if constexpr (std::is_same_v<T, double>) return MPI_DOUBLE;
    if constexpr (std::is_same_v<T, int>) return MPI_INT;
    if constexpr (std::is_same_v<T, std::int64_t>) return MPI_INT64_T;
    if constexpr (std::is_same_v<T, std::uint64_t>) return MPI_UINT64_T;
}

constexpr std::size_t largest_message = std::size_t{1} << 30U;

template <class T>
void reduce_in_place(const Communicator& comm, std::span<T> values, MPI_Op operation) {
    // Cut into pieces: MPI counts are 32-bit.
    for (std::size_t at = 0; at < values.size(); at += largest_message / sizeof(T)) {
        const std::size_t count = std::min(values.size() - at, largest_message / sizeof(T));
        MPI_Allreduce(MPI_IN_PLACE, values.data() + at, static_cast<int>(count), mpi_type<T>(), operation,
                      comm.handle());
    }
}

/// Byte counts as MPI wants them. Throws RunError on every rank when their sum on one of them exceeds what
/// MPI can address. *Collective.*
std::vector<int> to_counts(const Communicator& comm, std::span<const std::uint64_t> sizes) {
    return together(comm, [&] {
        const auto total = std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
        require<RunError>(total <= INT_MAX, Advice{"use more ranks"},
                          "messages of {} bytes on one rank exceed MPI's limit of 2 GiB", total);
        return std::vector<int>(sizes.begin(), sizes.end());
    });
}

std::vector<int> displacements(const std::vector<int>& counts) {
    std::vector<int> result(counts.size(), 0);
    std::exclusive_scan(counts.begin(), counts.end(), result.begin(), 0);
    return result;
}

}  // namespace

template <Reducible T>
void sum(const Communicator& comm, std::span<T> values) {
    reduce_in_place(comm, values, MPI_SUM);
}
template <Reducible T>
void max(const Communicator& comm, std::span<T> values) {
    reduce_in_place(comm, values, MPI_MAX);
}
template <Reducible T>
void min(const Communicator& comm, std::span<T> values) {
    reduce_in_place(comm, values, MPI_MIN);
}

template <Reducible T>
T sum(const Communicator& comm, T local) {
    sum(comm, std::span<T>(&local, 1));
    return local;
}
template <Reducible T>
T max(const Communicator& comm, T local) {
    max(comm, std::span<T>(&local, 1));
    return local;
}
template <Reducible T>
T min(const Communicator& comm, T local) {
    min(comm, std::span<T>(&local, 1));
    return local;
}

template <Reducible T>
T exclusive_sum(const Communicator& comm, T local) {
    T before{};
    MPI_Exscan(&local, &before, 1, mpi_type<T>(), MPI_SUM, comm.handle());
    return comm.is_root() ? T{} : before;
}

template <Reducible T>
std::vector<T> all_gather(const Communicator& comm, T local) {
    std::vector<T> values(static_cast<std::size_t>(comm.size()));
    MPI_Allgather(&local, 1, mpi_type<T>(), values.data(), 1, mpi_type<T>(), comm.handle());
    return values;
}

#define RFHGN_INSTANTIATE(T)                                 \
    template void sum<T>(const Communicator&, std::span<T>); \
    template void max<T>(const Communicator&, std::span<T>); \
    template void min<T>(const Communicator&, std::span<T>); \
    template T sum<T>(const Communicator&, T);               \
    template T max<T>(const Communicator&, T);               \
    template T min<T>(const Communicator&, T);               \
    template T exclusive_sum<T>(const Communicator&, T);     \
    template std::vector<T> all_gather<T>(const Communicator&, T)
RFHGN_INSTANTIATE(double);
RFHGN_INSTANTIATE(int);
RFHGN_INSTANTIATE(std::int64_t);
RFHGN_INSTANTIATE(std::uint64_t);
#undef RFHGN_INSTANTIATE

bool any(const Communicator& comm, bool local) {
    return max(comm, local ? 1 : 0) != 0;
}

void barrier(const Communicator& comm) {
    MPI_Barrier(comm.handle());
}

std::string broadcast(const Communicator& comm, const std::string& text, int root) {
    std::uint64_t length = text.size();
    detail::broadcast_bytes(comm, &length, sizeof(length), root);
    std::string result = comm.rank() == root ? text : std::string(length, '\0');
    detail::broadcast_bytes(comm, result.data(), length, root);
    return result;
}

Spread spread(const Communicator& comm, double local) {
    return {min(comm, local), sum(comm, local) / comm.size(), max(comm, local)};
}

namespace detail {

void broadcast_bytes(const Communicator& comm, void* data, std::size_t bytes, int root) {
    for (std::size_t at = 0; at < bytes; at += largest_message) {
        const std::size_t count = std::min(bytes - at, largest_message);
        MPI_Bcast(static_cast<std::byte*>(data) + at, static_cast<int>(count), MPI_BYTE, root, comm.handle());
    }
}

std::vector<std::size_t> bytes_from_ranks(const Communicator& comm,
                                          std::span<const std::size_t> bytes_to_rank) {
    RFHGN_ASSERT(static_cast<int>(bytes_to_rank.size()) == comm.size());
    const std::vector<std::uint64_t> sent(bytes_to_rank.begin(), bytes_to_rank.end());
    std::vector<std::uint64_t> received(sent.size());
    MPI_Alltoall(sent.data(), 1, MPI_UINT64_T, received.data(), 1, MPI_UINT64_T, comm.handle());
    to_counts(comm, sent);
    const auto counts = to_counts(comm, received);
    return {counts.begin(), counts.end()};
}

void exchange_bytes_into(const Communicator& comm, std::span<const std::byte> outgoing,
                         std::span<const std::size_t> bytes_to_rank, std::span<std::byte> incoming,
                         std::span<const std::size_t> bytes_from_rank) {
    const std::vector<int> send_counts(bytes_to_rank.begin(), bytes_to_rank.end());
    const std::vector<int> receive_counts(bytes_from_rank.begin(), bytes_from_rank.end());
    const auto send_at = displacements(send_counts);
    const auto receive_at = displacements(receive_counts);
    MPI_Alltoallv(outgoing.data(), send_counts.data(), send_at.data(), MPI_BYTE, incoming.data(),
                  receive_counts.data(), receive_at.data(), MPI_BYTE, comm.handle());
}

std::vector<std::byte> exchange_bytes(const Communicator& comm, std::span<const std::byte> outgoing,
                                      std::span<const std::size_t> bytes_to_rank,
                                      std::vector<std::size_t>& bytes_from_rank) {
    bytes_from_rank = bytes_from_ranks(comm, bytes_to_rank);
    std::vector<std::byte> incoming(
        std::accumulate(bytes_from_rank.begin(), bytes_from_rank.end(), std::size_t{0}));
    exchange_bytes_into(comm, outgoing, bytes_to_rank, incoming, bytes_from_rank);
    return incoming;
}

std::vector<std::byte> gather_bytes(const Communicator& comm, std::span<const std::byte> local, int root) {
    const std::uint64_t bytes = local.size();
    std::vector<std::uint64_t> sizes(static_cast<std::size_t>(comm.rank() == root ? comm.size() : 0));
    MPI_Gather(&bytes, 1, MPI_UINT64_T, sizes.data(), 1, MPI_UINT64_T, root, comm.handle());
    const auto counts = to_counts(comm, sizes);
    std::vector<std::byte> all;
    std::vector<int> at;
    if (comm.rank() == root) {
        at = displacements(counts);
        all.resize(static_cast<std::size_t>(at.back()) + static_cast<std::size_t>(counts.back()));
    }
    MPI_Gatherv(local.data(), static_cast<int>(bytes), MPI_BYTE, all.data(), counts.data(), at.data(),
                MPI_BYTE, root, comm.handle());
    return all;
}

void send_bytes(const Communicator& comm, std::span<const std::byte> data, int destination, int tag) {
    for (std::size_t at = 0; at < data.size(); at += largest_message) {
        const std::size_t count = std::min(data.size() - at, largest_message);
        MPI_Send(data.data() + at, static_cast<int>(count), MPI_BYTE, destination, tag, comm.handle());
    }
}

void receive_bytes(const Communicator& comm, std::span<std::byte> data, int source, int tag) {
    for (std::size_t at = 0; at < data.size(); at += largest_message) {
        const std::size_t count = std::min(data.size() - at, largest_message);
        MPI_Recv(data.data() + at, static_cast<int>(count), MPI_BYTE, source, tag, comm.handle(),
                 MPI_STATUS_IGNORE);
    }
}

}  // namespace detail

}  // namespace rfhgn::parallel
