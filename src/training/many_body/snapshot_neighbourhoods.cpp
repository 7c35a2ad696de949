#include "snapshot_neighbourhoods.hpp"

#include "rfhgn/base/error.hpp"
#include "rfhgn/graph/evaluation.hpp"

namespace rfhgn::training {

SnapshotNeighbourhoods::SnapshotNeighbourhoods(const data::TrainingSet& set)
    : all_(model::many_body::neighbourhoods(graph::atoms(set.graph, set.position),
                                            graph::neighbours(set.graph))) {}

const model::many_body::Neighbourhoods& SnapshotNeighbourhoods::of(LocalIndex first, LocalIndex atoms) {
    const auto begin = static_cast<std::size_t>(first);
    const auto count = static_cast<std::size_t>(atoms);
    const auto from = all_.begin[begin];
    const auto to = all_.begin[begin + count];
    part_.begin.assign(all_.begin.begin() + first, all_.begin.begin() + first + atoms + 1);
    for (auto& offset : part_.begin) offset -= from;
    part_.vector.assign(all_.vector.begin() + static_cast<std::ptrdiff_t>(from),
                        all_.vector.begin() + static_cast<std::ptrdiff_t>(to));
    part_.neighbour.assign(all_.neighbour.begin() + static_cast<std::ptrdiff_t>(from),
                           all_.neighbour.begin() + static_cast<std::ptrdiff_t>(to));
    for (auto& neighbour : part_.neighbour) neighbour -= first;
    return part_;
}

}  // namespace rfhgn::training
