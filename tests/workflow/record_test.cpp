#include "rfhgn/workflow/record.hpp"

#include <filesystem>
#include <fstream>

#include "rfhgn/base/error.hpp"
#include "rfhgn/parallel/collectives.hpp"
#include "rfhgn/workflow/stage_table.hpp"

#include "support/temporary_directory.hpp"
#include "support/world.hpp"

namespace rfhgn::tests {

namespace {

using workflow::StageRecord;

StageRecord rollout_of(const std::string& steps, const std::string& dt, const std::string& model) {
    StageRecord stage;
    stage.settings = {{"rollout.steps", steps}, {"rollout.dt", dt}};
    stage.inputs = {{"rollout.model", model}};
    return stage;
}

std::string changed(const StageRecord& before, const StageRecord& now) {
    return workflow::changes(before, now, "rollout.steps");
}

}  // namespace

TEST_CASE("a changed setting or input is named, and steps may grow") {
    const auto before = rollout_of("1000", "0.01", "10:a");
    CHECK(changed(before, before).empty());
    CHECK(changed(before, rollout_of("1000", "0.02", "10:a")) == "rollout.dt was 0.01 and is now 0.02\n");
    CHECK(changed(before, rollout_of("1000", "0.01", "10:b")) ==
          "the file of rollout.model has another content\n");
    CHECK(changed(before, rollout_of("2000", "0.01", "10:a")).empty());
    CHECK(workflow::has_grown(before, rollout_of("2000", "0.01", "10:a"), "rollout.steps"));
    CHECK(!workflow::has_grown(before, before, "rollout.steps"));
    CHECK_THAT(changed(before, rollout_of("10", "0.01", "10:a")), Catch::Contains("it may only grow"));
    auto more = before;
    more.settings["rollout.forces"] = "true";
    CHECK(changed(before, more) == "rollout.forces is new: true\n");
    CHECK(changed(more, before) == "rollout.forces was true and is gone\n");
    more.settings["rollout.images"] = "false";
    CHECK(workflow::changes(before, more, "rollout.steps", {"rollout.images"}) ==
          "rollout.forces is new: true\n");
    CHECK(workflow::changes(before, more, "rollout.steps", {"rollout.images", "rollout.forces"}) ==
          "rollout.forces is new: true\nrollout.images is new: false\n");
    more = before;
    more.inputs["rollout.start"] = "1:c";
    CHECK(changed(before, more) == "the file of rollout.start is new\n");
    CHECK(changed(more, before) == "rollout.start is read no more\n");
}

TEST_CASE("a record comes back as it was, and what is no record is refused") {
    const TemporaryDirectory directory;
    const auto folder = directory.file("");
    if (world().is_root()) {
        CHECK(workflow::read_record(folder).empty());
        auto stage = rollout_of("5", "0.1", "1:0f");
        stage.complete = true;
        stage.files["rollout.csv"] = {"12:00ff", {1, 2, 12, 1700000000123456789}};
        stage.files["checkpoint-100.h5"] = {"12:00ff", {1, 2, 12, 5}, true};
        workflow::write_record(folder, {{"rollout", stage}});
        const auto found = workflow::read_record(folder).at("rollout");
        CHECK(found.complete);
        CHECK(changed(stage, found).empty());
        CHECK(found.files.at("rollout.csv").digest == "12:00ff");
        CHECK(found.files.at("rollout.csv").stamp == stage.files["rollout.csv"].stamp);
        CHECK_FALSE(found.files.at("rollout.csv").checkpoint);
        CHECK(found.files.at("checkpoint-100.h5").checkpoint);
        for (const char* text : {"", "{}", "[1]", "{\"rfhgn_record\": 1, \"stages\": {\"train\": {}}}",
                                 "{\"rfhgn_record\": 2, \"stages\": {}}"}) {
            std::ofstream(folder + "/record.json") << text;
            CHECK_THROWS_AS(workflow::read_record(folder), InputError);
        }
    }
    parallel::barrier(world());
}

TEST_CASE("a digest follows the content of a file alone") {
    const TemporaryDirectory directory;
    const auto write = [&](const std::string& name, const std::string& text) {
        parallel::barrier(world());
        if (world().is_root()) std::ofstream(directory.file(name), std::ios::binary) << text;
        parallel::barrier(world());
        return io::file_digest(world(), directory.file(name));
    };
    const std::string text(100003, 'x');
    const auto digest = write("a", text);
    CHECK(digest == write("b", text));
    auto other = text;
    other[100002] = 'y';
    CHECK(digest != write("a", other));
    CHECK(write("c", "") == "0:0000000000000000");
    CHECK(io::file_digest(world(), directory.file("absent")).empty());
    CHECK(io::file_digest(world(), directory.file("")).empty());
    CHECK(io::file_digest(parallel::Communicator::self(), directory.file("b")) == digest);
}

TEST_CASE("a run goes on with observers that are newer, unless the deck asks for them") {
    const std::map<std::string, std::string> before{{"rollout.dt", "0.01"},
                                                    {"rollout.observe.interval", "5"}};
    workflow::Context context{
        .comm = world(), .command_line = {}, .options = {}, .resolved_deck = {}, .provenance = {}};
    context.values = before;
    context.values["rollout.observe.fastest.threshold"] = "1.0";
    context.values["rollout.observe.heat"] = "true";
    context.values["rollout.forces"] = "false";
    context.at_default = {"rollout.observe.interval", "rollout.observe.fastest.threshold", "rollout.forces"};
    auto settings = context.values;
    workflow::forget_newer(settings, before, context);
    CHECK(settings.contains("rollout.observe.interval"));  // known before, default or not
    CHECK(!settings.contains("rollout.observe.fastest.threshold"));
    CHECK(settings.at("rollout.observe.heat") == "true");
    CHECK(settings.contains("rollout.forces"));
    StageRecord then;
    then.settings = before;
    StageRecord now;
    now.settings = settings;
    now.settings.erase("rollout.forces");
    CHECK(changed(then, now) == "rollout.observe.heat is new: true\n");
}

TEST_CASE("the table of stages: names are commands, the last file of each is its summary") {
    const workflow::Options options;
    for (const auto* stage : workflow::all_stages()) {
        CHECK(workflow::stages_of(options, stage->name) == std::vector<const workflow::Stage*>{stage});
        CHECK(stage->files(options).back() == std::string(stage->name) + ".json");
    }
    CHECK(workflow::stages_of(options, "run").empty());
    CHECK(workflow::leaves_results_alone("train.checkpoint_minutes"));
    CHECK(!workflow::leaves_results_alone("rollout.steps"));
}

}  // namespace rfhgn::tests
