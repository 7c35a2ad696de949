#pragma once

#include <set>
#include <vector>

#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/parallel/communicator.hpp"

namespace rfhgn::training {

/// What any rank has. *Collective.*
template <class Key>
std::set<Key> united(const parallel::Communicator& comm, const std::set<Key>& here) {
    const std::vector<Key> mine(here.begin(), here.end());
    std::set<Key> all;
    for (const auto& part : parallel::all_to_all(
             comm, std::vector<std::vector<Key>>(static_cast<std::size_t>(comm.size()), mine)))
        all.insert(part.begin(), part.end());
    return all;
}

}  // namespace rfhgn::training
