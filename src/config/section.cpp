#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "content.hpp"
#include "readers.hpp"

namespace rfhgn::config {

namespace {

/// The reader of a field whose values lie within `allowed`.
auto within(const Interval& allowed) {
    return [&allowed](const Value& value, std::string_view subject, auto& target) {
        return read(value, subject, allowed, target);
    };
}

auto plain = [](const Value& value, std::string_view subject, auto& target) {
    return read(value, subject, target);
};

std::string absolute_path(const std::string& path, const std::filesystem::path& folder) {
    if (path.empty()) return path;
    return std::filesystem::absolute(folder / path).lexically_normal().string();
}

/// Such a name could not stand on a line of a log or of a script. (That it is UTF-8, TOML sees to.)
bool has_control_character(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

}  // namespace

void Section::number(std::string_view key, double& value, Interval allowed, std::string_view unit,
                     std::string_view help) {
    deck_->content_->bind(declare(key, "number", to_toml(value), describe(allowed), unit, help), value,
                          within(allowed));
}

void Section::number_or_auto(std::string_view key, NumberOrAuto& value, Interval allowed,
                             std::string_view unit, std::string_view help) {
    deck_->content_->bind(declare(key, "number or \"auto\"", to_toml(value), describe(allowed), unit, help),
                          value, within(allowed));
}

void Section::integer(std::string_view key, int& value, Interval allowed, std::string_view help) {
    deck_->content_->bind(declare(key, "integer", to_toml(value), describe(allowed), "", help), value,
                          within(allowed));
}

void Section::integer(std::string_view key, std::int64_t& value, Interval allowed, std::string_view help) {
    deck_->content_->bind(declare(key, "integer", to_toml(value), describe(allowed), "", help), value,
                          within(allowed));
}

void Section::seed(std::string_view key, std::uint64_t& value, std::string_view help) {
    const auto allowed = Interval::at_least(0);
    deck_->content_->bind(declare(key, "integer", to_toml(value), describe(allowed), "", help), value,
                          within(allowed));
}

void Section::boolean(std::string_view key, bool& value, std::string_view help) {
    deck_->content_->bind(declare(key, "boolean", to_toml(value), "", "", help), value, plain);
}

void Section::text(std::string_view key, std::string& value, std::string_view help) {
    deck_->content_->bind(declare(key, "text", to_toml(value), "", "", help), value, plain);
}

void Section::choice(std::string_view key, std::string& value, const std::vector<std::string>& allowed,
                     std::string_view help) {
    deck_->content_->bind(declare(key, "choice", to_toml(value), describe(allowed), "", help), value,
                          [&](const Value& found, std::string_view subject, std::string& target) {
                              return read_choice(found, subject, allowed, target);
                          });
}

void Section::choices(std::string_view key, std::vector<std::string>& value,
                      const std::vector<std::string>& allowed, std::string_view help) {
    deck_->content_->bind(
        declare(key, "list of choices", to_toml(value), describe(allowed), "", help), value,
        [&](const Value& found, std::string_view subject, std::vector<std::string>& target) {
            return read_choices(found, subject, allowed, target);
        });
}

void Section::file(std::string_view key, std::string& value, std::string_view help) {
    auto declaration = declare(key, "file", to_toml(value), "", "", help);
    const auto folder = std::filesystem::path(deck_->file_name()).parent_path();
    value = absolute_path(value, folder);
    deck_->content_->bind(
        std::move(declaration), value,
        [&](const Value& found, std::string_view subject, std::string& target) {
            auto fault = read(found, subject, target);
            if (!fault && has_control_character(target))
                fault = Problem{found.place, fmt::format("{} has control characters", subject)};
            if (!fault) target = absolute_path(target, found.place.on_command_line() ? "" : folder);
            return fault;
        });
}

void Section::spread(std::string_view key, Spread& value, Interval allowed, std::string_view unit,
                     std::string_view help) {
    deck_->content_->bind(
        declare(key, "number or [low, high]", to_toml(value), describe(allowed), unit, help), value,
        within(allowed));
}

void Section::integers(std::string_view key, std::vector<std::int64_t>& value, Interval allowed_each,
                       std::string_view help) {
    deck_->content_->bind(declare(key, "list of integers", to_toml(value), describe(allowed_each), "", help),
                          value, within(allowed_each));
}

void Section::numbers(std::string_view key, std::vector<double>& value, Interval allowed_each,
                      std::string_view unit, std::string_view help) {
    deck_->content_->bind(declare(key, "list of numbers", to_toml(value), describe(allowed_each), unit, help),
                          value, within(allowed_each));
}

Declaration Section::declare(std::string_view key, std::string_view type, std::string default_value,
                             std::string allowed, std::string_view unit, std::string_view help) const {
    for (const auto& base : bases_) deck_->content_->take_over(join(base, key), join(name_, key));
    return {name_,
            std::string(key),
            std::string(type),
            std::move(default_value),
            std::move(allowed),
            std::string(unit),
            std::string(help)};
}

bool Section::has(std::string_view key) const {
    const std::string name = join(name_, key);
    deck_->content_->asked.insert(name);
    return deck_->content_->document.find(name) != nullptr;
}

Section Section::section(std::string_view name) const {
    std::string full = join(name_, name);
    deck_->content_->add_section(full);
    return {deck_, std::move(full)};
}

std::vector<std::string> Section::tables() const {
    auto& content = *deck_->content_;
    content.listed.insert(name_);
    std::vector<std::string> names;
    for (const auto& entry : content.document.entries()) {
        if (entry.section == name_ && entry.value.is<Table>()) names.push_back(entry.key);
    }
    for (const auto& name : names) content.add_section(join(name_, name));
    return names;
}

void Section::problem(std::string_view key, std::string_view message) const {
    auto& content = *deck_->content_;
    const std::string name = key.empty() ? name_ : join(name_, key);
    Problem problem{content.place_of(name),
                    name.empty() ? std::string(message) : fmt::format("'{}' {}", name, message)};
    const bool known =
        std::find(content.reported.begin(), content.reported.end(), problem) != content.reported.end();
    if (!known) content.reported.push_back(std::move(problem));
}

void Section::only_if(std::string_view key, bool acts, std::string_view needs) const {
    if (!acts) deck_->content_->idle.try_emplace(join(name_, key), needs);
}

void Section::only_if(std::initializer_list<std::string_view> keys, bool acts, std::string_view needs) const {
    for (const auto key : keys) only_if(key, acts, needs);
}

void Section::renamed(std::string_view old, std::string_view now) const {
    deck_->content_->renamed.insert_or_assign(join(name_, old), join(name_, now));
}

Section Section::over(const Section& base) const {
    Section result = *this;
    result.bases_.push_back(base.name_);
    return result;
}

}  // namespace rfhgn::config
