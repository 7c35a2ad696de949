#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>

#include <fmt/format.h>

#include "rfhgn/base/error.hpp"
#include "rfhgn/io/trajectory.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "file_system.hpp"

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

std::string header(Columns columns, const std::vector<std::string>& extra) {
    constexpr const char* axis = "xyz";
    std::string line = "step,time,kinetic,potential,total";
    for (int k = 0; k < columns.momentum; ++k) line += fmt::format(",momentum_{}", axis[k]);
    for (int k = columns.first_angular; k < 3; ++k) line += fmt::format(",angular_momentum_{}", axis[k]);
    for (const auto& name : extra) line += "," + name;
    return line + "\n";
}

// Shortest decimal forms that read back to the same bits.
std::string line_of(const dynamics::Frame& frame, Columns columns, const std::vector<double>& extra) {
    const auto& s = frame.scalars;
    auto line = fmt::format("{},{},{},{},{}", frame.step, frame.time, s.kinetic, s.potential,
                            s.kinetic + s.potential);
    for (int k = 0; k < columns.momentum; ++k)
        line += fmt::format(",{}", s.momentum[static_cast<std::size_t>(k)]);
    for (int k = columns.first_angular; k < 3; ++k)
        line += fmt::format(",{}", s.angular_momentum[static_cast<std::size_t>(k)]);
    for (const double value : extra) line += fmt::format(",{}", value);
    return line + "\n";
}

class ScalarWriter final : public dynamics::Observer {
  public:
    ScalarWriter(const parallel::Communicator& comm, std::string path, std::int64_t interval, bool resume,
                 ExtraScalars extra)
        : comm_(comm), path_(std::move(path)), interval_(interval), extra_(std::move(extra)) {
        if (!resume) on_root([this] { open(std::ios::trunc); });
    }

    [[nodiscard]] std::string name() const override { return "scalars"; }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }

    void observe(const dynamics::Frame& frame) override {
        const auto columns = columns_of(frame.graph.dimension);
        const auto extra = extra_.values ? extra_.values(frame) : std::vector<double>{};
        on_root([&] {
            if (file_.tellp() == 0) file_ << header(columns, extra_.names);
            file_ << line_of(frame, columns, extra) << std::flush;
            require<RunError>(file_.good(), Advice{"check the space and the state of the file system"},
                              "{}: writing step {} failed", path_, frame.step);
        });
    }

    void save(const graph::DistributedGraph& /*graph*/, dynamics::SavedState& state) override {
        double bytes = 0;
        on_root([&] {
            bytes = static_cast<double>(file_.tellp());
            force_to_disk(path_);
        });
        parallel::broadcast(comm_, std::span<double>(&bytes, 1));
        state.values["bytes"] = {bytes};
    }

    void restore(const graph::DistributedGraph& /*graph*/, const dynamics::SavedState& state) override {
        const auto bytes = static_cast<std::uintmax_t>(state.number("bytes"));
        on_root([&] {
            std::error_code error;
            const auto size = std::filesystem::file_size(path_, error);
            require(!error && size >= bytes, cannot_go_on,
                    "'{}' has not got the lines that were there at the checkpoint", path_);
            std::filesystem::resize_file(path_, bytes);
            open(std::ios::app);
        });
    }

  private:
    template <class Action>
    void on_root(Action&& action) {
        parallel::together(comm_, [&] {
            if (comm_.is_root()) action();
        });
    }

    void open(std::ios::openmode mode) {
        file_.open(path_, std::ios::out | mode);
        require<RunError>(file_.is_open(), Advice{"check that the directory exists and may be written"},
                          "cannot write '{}': {}", path_, std::strerror(errno));
        file_.seekp(0, std::ios::end);
    }

    parallel::Communicator comm_;
    std::string path_;
    std::int64_t interval_;
    ExtraScalars extra_;
    std::ofstream file_;
};

}  // namespace

std::unique_ptr<dynamics::Observer> write_scalars(const parallel::Communicator& comm, const std::string& path,
                                                  std::int64_t interval, bool resume, ExtraScalars extra) {
    return std::make_unique<ScalarWriter>(comm, path, interval, resume, std::move(extra));
}

}  // namespace rfhgn::io
