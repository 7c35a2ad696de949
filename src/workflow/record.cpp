#include "rfhgn/workflow/record.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/input_file.hpp"
#include "rfhgn/io/whole_file.hpp"

namespace rfhgn::workflow {

namespace {

using Json = nlohmann::ordered_json;
constexpr int format_version = 1;
constexpr std::uint64_t largest = std::uint64_t{64} << 20U;  // bytes of a record

std::string path_in(const std::string& folder) {
    return folder + "/" + record_name;
}

Json to_json(const StageRecord& stage) {
    Json files = Json::object();
    for (const auto& [name, file] : stage.files) {
        const auto& s = file.stamp;
        files[name] = {{"digest", file.digest}, {"stamp", {s.device, s.inode, s.bytes, s.changed}}};
        if (file.checkpoint) files[name]["checkpoint"] = true;
    }
    return {{"complete", stage.complete},
            {"settings", stage.settings},
            {"inputs", stage.inputs},
            {"files", files}};
}

StageRecord stage_from(const Json& json) {
    StageRecord stage;
    stage.complete = json.at("complete").get<bool>();
    stage.settings = json.at("settings").get<std::map<std::string, std::string>>();
    stage.inputs = json.at("inputs").get<std::map<std::string, std::string>>();
    for (const auto& [name, file] : json.at("files").items()) {
        const auto& stamp = file.at("stamp");
        stage.files[name] = {file.at("digest").get<std::string>(),
                             {stamp.at(0).get<std::uint64_t>(), stamp.at(1).get<std::uint64_t>(),
                              stamp.at(2).get<std::int64_t>(), stamp.at(3).get<std::int64_t>()},
                             file.value("checkpoint", false)};
    }
    return stage;
}

void compare(const std::map<std::string, std::string>& before, const std::map<std::string, std::string>& now,
             const std::string& grows, std::string& differences) {
    for (const auto& [key, value] : before) {
        const auto found = now.find(key);
        if (found == now.end())
            differences += fmt::format("{} was {} and is gone\n", key, value);
        else if (found->second != value && key != grows)
            differences += fmt::format("{} was {} and is now {}\n", key, value, found->second);
    }
    for (const auto& [key, value] : now)
        if (!before.contains(key)) differences += fmt::format("{} is new: {}\n", key, value);
}

// By how much a key has grown; 0 where it is not there.
std::int64_t growth(const StageRecord& before, const StageRecord& now, const std::string& key) {
    const auto old = before.settings.find(key);
    const auto found = now.settings.find(key);
    if (old == before.settings.end() || found == now.settings.end()) return 0;
    return std::stoll(found->second) - std::stoll(old->second);
}

}  // namespace

Record read_record(const std::string& folder) {
    const auto path = path_in(folder);
    Record record;
    if (!std::filesystem::exists(std::filesystem::symlink_status(path))) return record;
    constexpr Advice advice{"choose another folder with --output, or move the files of this one away"};
    try {
        const auto json = Json::parse(InputFile(path).head(largest));
        require(json.at("rfhgn_record").get<int>() == format_version, advice,
                "'{}' was written by another release of rfhgn", path);
        for (const auto& [name, stage] : json.at("stages").items()) record[name] = stage_from(stage);
    } catch (const Json::exception&) {
        throw InputError(
            fmt::format("'{}' does not tell how the files of this folder were made: it was not written "
                        "by rfhgn, or was changed since",
                        path),
            std::string(advice.text));
    }
    return record;
}

void write_record(const std::string& folder, const Record& record) {
    Json stages = Json::object();
    for (const auto& [name, stage] : record) stages[name] = to_json(stage);
    io::write_whole_file(path_in(folder),
                         Json{{"rfhgn_record", format_version}, {"stages", stages}}.dump(1) + "\n");
}

std::string changes(const StageRecord& before, const StageRecord& now, const std::string& grows,
                    const std::set<std::string>& at_default) {
    std::string differences;
    if (!at_default.empty()) {
        auto told = now;
        std::erase_if(told.settings, [&](const auto& setting) {
            return at_default.contains(setting.first) && !before.settings.contains(setting.first);
        });
        differences = changes(before, told, grows);
        return differences.empty() ? changes(before, now, grows) : differences;
    }
    compare(before.settings, now.settings, grows, differences);
    if (const auto more = growth(before, now, grows); more < 0)
        differences += fmt::format("{} was {} and is now {}: it may only grow\n", grows,
                                   before.settings.at(grows), now.settings.at(grows));
    for (const auto& [key, digest] : before.inputs) {
        const auto found = now.inputs.find(key);
        if (found == now.inputs.end())
            differences += fmt::format("{} is read no more\n", key);
        else if (found->second != digest)
            differences += fmt::format("the file of {} has another content\n", key);
    }
    for (const auto& [key, digest] : now.inputs)
        if (!before.inputs.contains(key)) differences += fmt::format("the file of {} is new\n", key);
    return differences;
}

bool has_grown(const StageRecord& before, const StageRecord& now, const std::string& grows) {
    return growth(before, now, grows) > 0;
}

}  // namespace rfhgn::workflow
