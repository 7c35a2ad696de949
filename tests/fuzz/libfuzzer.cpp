// A target of libFuzzer for one kind of input (FUZZ_KIND: deck or file). What is neither taken nor refused as
// users see it ends the process by an exception, which libFuzzer reports together with the input.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "rfhgn/parallel/session.hpp"

#include "targets.hpp"

namespace {

// The signals are libFuzzer's, not those of Open MPI or PETSc.
const rfhgn::parallel::Session& session() {
    setenv("OMPI_MCA_opal_signal", "", 1);
    static const rfhgn::parallel::Session started({"-no_signal_handler"});
    return started;
}

[[maybe_unused]] bool deck(std::string_view text) {
    return rfhgn::fuzz::feed_deck(text);
}

[[maybe_unused]] bool file(std::string_view bytes) {
    static const std::string folder = rfhgn::fuzz::scratch_folder();
    return rfhgn::fuzz::feed_file(bytes, folder);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static_cast<void>(session());
    FUZZ_KIND({reinterpret_cast<const char*>(data), size});
    return 0;
}
