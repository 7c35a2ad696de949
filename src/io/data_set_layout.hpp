#pragma once
/// Names in data set files.

#include <array>

namespace rfhgn::io::layout {

inline constexpr const char* position = "/particles/position";
inline constexpr const char* momentum = "/particles/momentum";
inline constexpr const char* velocity = "/particles/velocity";
inline constexpr const char* force = "/particles/force";
/// What files of earlier releases call velocity and force.
inline constexpr const char* position_rate = "/particles/position_rate";
inline constexpr const char* momentum_rate = "/particles/momentum_rate";
inline constexpr const char* mass = "/particles/mass";
inline constexpr const char* species = "/particles/species";
inline constexpr const char* node_offset = "/snapshots/node_offset";
inline constexpr const char* energy = "/snapshots/energy";
inline constexpr const char* time = "/snapshots/time";
inline constexpr const char* trajectory = "/snapshots/trajectory";
inline constexpr const char* group = "/snapshots/group";
inline constexpr const char* config_type = "/snapshots/config_type";
inline constexpr const char* virial = "/snapshots/virial";
inline constexpr const char* box = "/snapshots/box";
inline constexpr const char* edges = "/graph/edges";
inline constexpr const char* edge_offset = "/graph/edge_offset";
inline constexpr const char* attributes = "/graph/attributes";

/// All of them.
inline constexpr std::array all{position,      momentum,   velocity,    force,       position_rate,
                                momentum_rate, mass,       species,     node_offset, energy,
                                time,          trajectory, group,       config_type, virial,
                                box,           edges,      edge_offset, attributes};

}  // namespace rfhgn::io::layout
