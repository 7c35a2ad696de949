#include "rfhgn/base/version.hpp"

#include "version_data.hpp"

namespace rfhgn {

std::string version() {
    return RFHGN_VERSION;
}

std::string commit() {
    return RFHGN_COMMIT;
}

std::string build_description() {
    return "C++ compiler " __VERSION__ ", " RFHGN_BUILD_TYPE ", " RFHGN_BUILD_ARCHITECTURE;
}

}  // namespace rfhgn
