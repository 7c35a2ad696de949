#include "rfhgn/workflow/stage_table.hpp"

#include <algorithm>
#include <array>

#include "rfhgn/base/error.hpp"

namespace rfhgn::workflow {

std::span<const Stage* const> all_stages() {
    static constexpr std::array table{&generate_stage, &train_stage, &tabulate_stage, &evaluate_stage,
                                      &rollout_stage};
    return table;
}

std::vector<const Stage*> stages_of(const Options& options, const std::string& command) {
    std::vector<const Stage*> found;
    for (const auto* stage : all_stages())
        if (command == stage->name || (command == "run" && options.*(stage->in_deck))) found.push_back(stage);
    return found;
}

void require_stages(const Context& context, const std::vector<const Stage*>& stages) {
    require(!stages.empty(),
            Advice{"add at least one of [generate], [train], [tabulate], [evaluate], [rollout]"},
            "the deck '{}' has no stage to run", context.command_line.file);
}

bool leaves_results_alone(const std::string& key) {
    constexpr std::array free{"checkpoint_minutes", "checkpoint_interval", "watchdog_seconds"};
    const auto last = key.substr(key.rfind('.') + 1);
    return key == "rollout.outside" || std::find(free.begin(), free.end(), last) != free.end();
}

std::map<std::string, std::string> settings_of(const Stage& stage, const Context& context) {
    const auto tables = stage.depends_on(context.options);
    std::map<std::string, std::string> settings;
    for (const auto& [key, value] : context.values) {
        const bool wanted = std::any_of(tables.begin(), tables.end(), [&key = key](const auto& table) {
            return key == table || key.starts_with(table + ".");
        });
        if (wanted && !leaves_results_alone(key)) settings[key] = value;
    }
    return settings;
}

void forget_newer(std::map<std::string, std::string>& settings,
                  const std::map<std::string, std::string>& before, const Context& context) {
    constexpr std::array newer{"rollout.frame", "rollout.replicate"};
    std::erase_if(settings, [&](const auto& setting) {
        const auto& key = setting.first;
        const bool known =
            !key.starts_with("rollout.observe.") && std::find(newer.begin(), newer.end(), key) == newer.end();
        return !known && !before.contains(key) && context.at_default.contains(key);
    });
}

std::string path_of(const StageInput& input, const Context& context) {
    return input.given.empty() ? context.output(input.name) : input.given;
}

}  // namespace rfhgn::workflow
