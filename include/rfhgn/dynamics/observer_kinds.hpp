#pragma once

#include "rfhgn/dynamics/observer_kind.hpp"

namespace rfhgn::dynamics {

/// One object of each kind that there is, keys with their defaults. Local.
ObserverKinds observer_kinds();

}  // namespace rfhgn::dynamics
