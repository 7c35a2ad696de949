#include "rfhgn/dynamics/observer_kinds.hpp"

namespace rfhgn::dynamics {

// Each names the function of a file of observers/ that makes its kind. Runs save and write in this order.
#define RFHGN_OBSERVER_KINDS(KIND) \
    KIND(averages)                 \
    KIND(radial)                   \
    KIND(motion)

#define RFHGN_DECLARE(kind) std::unique_ptr<ObserverKind> kind();
RFHGN_OBSERVER_KINDS(RFHGN_DECLARE)

ObserverKinds observer_kinds() {
    ObserverKinds kinds;
#define RFHGN_ADD(kind) kinds.push_back(kind());
    RFHGN_OBSERVER_KINDS(RFHGN_ADD)
    return kinds;
}

}  // namespace rfhgn::dynamics
