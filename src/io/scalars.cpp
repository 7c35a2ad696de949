#include <array>
#include <cstdint>
#include <span>

#include <fmt/format.h>

#include "rfhgn/base/checksum.hpp"
#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/io/trajectory.hpp"
#include "rfhgn/parallel/agreement.hpp"
#include "rfhgn/parallel/collectives.hpp"

#include "file_system.hpp"
#include "output_file.hpp"

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
std::string line_of(const dynamics::StepView& frame, Columns columns, const std::vector<double>& extra) {
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

bool has_nul(const std::string& text) {
    return text.find('\0') != std::string::npos;
}

class ScalarWriter final : public dynamics::Observer {
  public:
    ScalarWriter(const parallel::Communicator& comm, std::string path, std::int64_t interval, bool resume,
                 ExtraScalars extra)
        : comm_(comm), path_(std::move(path)), interval_(interval), extra_(std::move(extra)) {
        if (!resume) on_root([this] { file_ = OutputFile::create(path_); });
    }

    [[nodiscard]] std::string name() const override { return "scalars"; }
    [[nodiscard]] std::int64_t interval() const override { return interval_; }

    void observe(const dynamics::StepView& frame) override {
        const auto columns = columns_of(frame.graph.dimension);
        const auto extra = extra_.values ? extra_.values(frame) : std::vector<double>{};
        on_root([&] {
            if (written_.bytes() == 0) append(header(columns, extra_.names));
            append(line_of(frame, columns, extra));
        });
    }

    void save(const graph::DistributedGraph& /*graph*/, dynamics::SavedState& state) override {
        std::array<std::uint64_t, 2> written{};
        on_root([&] {
            written = {written_.bytes(), written_.sum()};
            file_.force_to_disk();
        });
        parallel::broadcast(comm_, std::span<std::uint64_t>(written));
        state.values["bytes"] = {static_cast<double>(written[0])};
        state.values["checksum"] = in_halves(written[1]);
    }

    // The lines up to the checkpoint must be those that were written. What follows them goes.
    void restore(const graph::DistributedGraph& /*graph*/, const dynamics::SavedState& state) override {
        const auto bytes = static_cast<std::uint64_t>(state.number("bytes"));
        on_root([&] {
            const auto text = InputFile(path_, cannot_go_on).head(bytes);
            require(text.size() == bytes, cannot_go_on,
                    "'{}' has not got the lines that were there at the checkpoint", path_);
            written_ = {};
            written_.add(text);
            // Checkpoints of earlier releases know no checksum: whole lines of text are the least.
            const bool same = state.values.contains("checksum")
                                  ? state.value("checksum") == in_halves(written_.sum())
                                  : (text.empty() || text.back() == '\n') && !has_nul(text);
            require(same, cannot_go_on, "'{}' has other lines than were there at the checkpoint", path_);
            file_ = OutputFile::go_on(path_);
            file_.cut_to(bytes);
        });
    }

  private:
    template <class Action>
    void on_root(Action&& action) {
        parallel::together(comm_, [&] {
            if (comm_.is_root()) action();
        });
    }

    void append(const std::string& text) {
        file_.write(text);
        written_.add(text);
    }

    parallel::Communicator comm_;
    std::string path_;
    std::int64_t interval_;
    ExtraScalars extra_;
    OutputFile file_;
    RunningChecksum written_;
};

}  // namespace

std::unique_ptr<dynamics::Observer> write_scalars(const parallel::Communicator& comm, const std::string& path,
                                                  std::int64_t interval, bool resume, ExtraScalars extra) {
    return std::make_unique<ScalarWriter>(comm, path, interval, resume, std::move(extra));
}

}  // namespace rfhgn::io
