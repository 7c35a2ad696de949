#include <cerrno>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/trajectory.hpp"
#include "rfhgn/parallel/agreement.hpp"

namespace rfhgn::io {

namespace {

// Rotation has as many components as there are planes: none on a line, z alone in a plane.
struct Columns {
    int momentum;
    int first_angular;
};

Columns columns_of(int dimension) {
    return {dimension, dimension == 3 ? 0 : dimension == 2 ? 2 : 3};
}

std::string header(Columns columns) {
    constexpr const char* axis = "xyz";
    std::string line = "step,time,kinetic,potential,total";
    for (int k = 0; k < columns.momentum; ++k) line += fmt::format(",momentum_{}", axis[k]);
    for (int k = columns.first_angular; k < 3; ++k) line += fmt::format(",angular_momentum_{}", axis[k]);
    return line + "\n";
}

// Shortest decimal forms that read back to the same bits.
std::string line_of(const dynamics::Frame& frame, Columns columns) {
    const auto& s = frame.scalars;
    auto line = fmt::format("{},{},{},{},{}", frame.step, frame.time, s.kinetic, s.potential,
                            s.kinetic + s.potential);
    for (int k = 0; k < columns.momentum; ++k)
        line += fmt::format(",{}", s.momentum[static_cast<std::size_t>(k)]);
    for (int k = columns.first_angular; k < 3; ++k)
        line += fmt::format(",{}", s.angular_momentum[static_cast<std::size_t>(k)]);
    return line + "\n";
}

class ScalarWriter final : public dynamics::Observer {
  public:
    ScalarWriter(const parallel::Communicator& comm, std::string path, std::int64_t interval)
        : comm_(comm), path_(std::move(path)), interval_(interval) {
        parallel::together(comm_, [this] {
            if (!comm_.is_root()) return;
            file_.open(path_, std::ios::trunc);
            require<RunError>(file_.is_open(), Advice{"check that the directory exists and may be written"},
                              "cannot write '{}': {}", path_, std::strerror(errno));
        });
    }

    [[nodiscard]] std::int64_t interval() const override { return interval_; }

    void observe(const dynamics::Frame& frame) override {
        const auto columns = columns_of(frame.graph.dimension);
        parallel::together(comm_, [&] {
            if (!comm_.is_root()) return;
            if (!has_header_) file_ << header(columns);
            has_header_ = true;
            file_ << line_of(frame, columns) << std::flush;
            require<RunError>(file_.good(), Advice{"check the space and the state of the file system"},
                              "{}: writing step {} failed", path_, frame.step);
        });
    }

  private:
    parallel::Communicator comm_;
    std::string path_;
    std::int64_t interval_;
    std::ofstream file_;
    bool has_header_ = false;
};

}  // namespace

std::unique_ptr<dynamics::Observer> write_scalars(const parallel::Communicator& comm, const std::string& path,
                                                  std::int64_t interval) {
    return std::make_unique<ScalarWriter>(comm, path, interval);
}

}  // namespace rfhgn::io
