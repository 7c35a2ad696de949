#include "rfhgn/report/summary.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "rfhgn/base/error.hpp"

#include "support/world.hpp"

using namespace rfhgn;
using report::Json;
using tests::world;

namespace {

/// A folder that all ranks see, removed by the root at the end.
class SharedFolder {
  public:
    SharedFolder() {
        std::string name;
        if (world().is_root()) {
            name = (std::filesystem::temp_directory_path() / "rfhgn-summary-XXXXXX").string();
            REQUIRE(mkdtemp(name.data()) != nullptr);
        }
        path_ = parallel::broadcast(world(), name);
    }
    ~SharedFolder() {
        parallel::barrier(world());
        std::error_code ignored;
        if (world().is_root()) std::filesystem::remove_all(path_, ignored);
    }
    SharedFolder(const SharedFolder&) = delete;
    SharedFolder& operator=(const SharedFolder&) = delete;

    [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

std::string contents(const std::string& path) {
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

}  // namespace

TEST_CASE("Phases are reduced over ranks to minimum, mean and maximum") {
    const double rank = world().rank();
    const double last = world().size() - 1;
    parallel::PhaseTimes times;
    times.add("rows", 2.0 + rank);
    times.add("solve", 10.0 - rank);
    times.add("rows", 1.0);

    const auto table = report::phase_table(world(), times);
    REQUIRE(table.size() == 2);
    CHECK(table.begin().key() == "rows");
    CHECK(table["rows"]["min"] == 3.0);
    CHECK(table["rows"]["mean"].get<double>() == Approx(3.0 + last / 2));
    CHECK(table["rows"]["max"] == 3.0 + last);
    CHECK(table["solve"]["min"] == 10.0 - last);
    CHECK(table["solve"]["mean"].get<double>() == Approx(10.0 - last / 2));
    CHECK(table["solve"]["max"] == 10.0);
    CHECK(report::phase_table(world(), {}).empty());
}

TEST_CASE("Ranks with different phases fail together") {
    if (world().size() == 1) return;
    parallel::PhaseTimes times;
    times.add(world().rank() == world().size() - 1 ? "other" : "rows", 1.0);
    CHECK_THROWS_WITH(report::phase_table(world(), times), Catch::Contains("bug in rfhgn"));
}

TEST_CASE("The text of a phase table is aligned and shows shares of the sum") {
    Json phases;
    phases["rows"] = {{"min", 1.0}, {"mean", 1.5}, {"max", 2.0}};
    phases["factorisation"] = {{"min", 4.0}, {"mean", 4.5}, {"max", 5.25}};
    CHECK(report::phase_text(phases) ==
          "seconds               min        mean         max   share\n"
          "rows               1.0000      1.5000      2.0000   25.0%\n"
          "factorisation      4.0000      4.5000      5.2500   75.0%");
    CHECK_THAT(report::phase_text(Json::object()), Catch::StartsWith("seconds"));
}

TEST_CASE("A summary is one valid JSON file, with null for numbers that are not finite") {
    const SharedFolder folder;
    const auto path = folder.file("train.json");
    linalg::LeastSquaresReport solve;
    solve.columns = 12;
    solve.ridge = 1e-13;
    solve.condition = std::numeric_limits<double>::infinity();
    solve.held_out_error = std::nan("");
    solve.ridge_path = {{.ridge = 1e-14,
                         .training_error = 0.5,
                         .held_out_error = std::nan(""),
                         .cross_validation = 0.5,
                         .coefficient_norm = 3.0},
                        {.ridge = 1e-12,
                         .training_error = 0.625,
                         .held_out_error = 0.75,
                         .cross_validation = 0.5,
                         .coefficient_norm = 2.0}};
    solve.width_curve = {{.columns = 6, .training_error = 0.25, .held_out_error = 0.5}};
    io::Provenance provenance;
    provenance.deck = "width = 1\n";
    provenance.command = "rfhgn \xff";
    provenance.ranks = world().size();

    report::write_summary(world(), path, {{"old", true}});
    report::write_summary(world(), path,
                          {{"kinetic", report::to_json(solve)}, {"provenance", report::to_json(provenance)}});
    parallel::barrier(world());

    const auto read = Json::parse(contents(path));
    CHECK_FALSE(read.contains("old"));
    CHECK(read["kinetic"]["columns"] == 12);
    CHECK(read["kinetic"]["ridge"] == 1e-13);
    CHECK(read["kinetic"]["condition"].is_null());
    CHECK(read["kinetic"]["held_out_error"].is_null());
    REQUIRE(read["kinetic"]["ridge_path"].size() == 2);
    CHECK(read["kinetic"]["ridge_path"][0]["held_out_error"].is_null());
    CHECK(read["kinetic"]["ridge_path"][1]["training_error"] == 0.625);
    CHECK(read["kinetic"]["ridge_path"][1]["coefficient_norm"] == 2.0);
    REQUIRE(read["kinetic"]["width_curve"].size() == 1);
    CHECK(read["kinetic"]["width_curve"][0]["columns"] == 6);
    CHECK(read["kinetic"]["width_curve"][0]["held_out_error"] == 0.5);
    CHECK(read["provenance"]["ranks"] == world().size());
    CHECK(read["provenance"]["deck"] == "width = 1\n");
    CHECK_FALSE(std::filesystem::exists(path + ".part"));
}

TEST_CASE("A figure of every rank is summed up, peak memory for one") {
    const auto json = report::over_ranks(world(), world().rank() + 1.0);
    CHECK(json["min"] == 1.0);
    CHECK(json["mean"].get<double>() == Approx((world().size() + 1) / 2.0));
    CHECK(json["max"] == world().size());
    const double before = report::peak_memory_mib();
    CHECK(before > 1.0);
    {
        const std::vector<char> block(std::size_t{64} << 20U, 1);
        CHECK(block[block.size() / 2] == 1);
    }
    CHECK(report::peak_memory_mib() >= before + 32.0);
}

TEST_CASE("Text is written as it is") {
    const SharedFolder folder;
    report::write_text(world(), folder.file("error.csv"), "step,time\n0,0\n");
    CHECK(contents(folder.file("error.csv")) == "step,time\n0,0\n");
}

TEST_CASE("A summary that cannot be written fails on all ranks and leaves the old one alone") {
    const SharedFolder folder;
    CHECK_THROWS_WITH(report::write_summary(world(), folder.file("absent/train.json"), {}),
                      Catch::Contains("cannot write") && Catch::Contains("No such file"));

    const auto path = folder.file("train.json");
    report::write_summary(world(), path, {{"value", 1}});
    if (world().is_root()) std::filesystem::create_directory(path + ".part");
    try {
        report::write_summary(world(), path, {{"value", 2}});
        FAIL_CHECK("wrote over a folder");
    } catch (const Error& error) {
        CHECK(error.code() == ExitCode::run_failed);
        CHECK(error.everywhere());
        CHECK_FALSE(error.advice().empty());
    }
    CHECK(Json::parse(contents(path))["value"] == 1);
}
