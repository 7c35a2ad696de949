#include "report_text.hpp"

#include <nlohmann/json.hpp>

#include "rfhgn/base/error.hpp"
#include "rfhgn/base/visible.hpp"

namespace rfhgn::io {

namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t line_width = 110;

std::string value_text(const Json& value) {
    if (value.is_string()) return visible_line(value.get<std::string>());
    if (value.is_number_float()) return fmt::format("{:.4g}", value.get<double>());
    return value.is_null() ? "none" : value.dump();
}

// "name  key value, key value, ...", broken between entries.
class Lines {
  public:
    explicit Lines(const std::string& name) : line_(fmt::format("    {:<16}", name)) {}

    void add(const std::string& prefix, const Json& table) {
        for (const auto& [key, value] : table.items()) {
            if (value.is_object()) add(prefix + key + ".", value);
            if (!value.is_structured()) entry(fmt::format("{}{} {}", prefix, key, value_text(value)));
        }
    }
    [[nodiscard]] std::string text() const { return text_ + line_ + "\n"; }

  private:
    void entry(const std::string& words) {
        if (!empty_) line_ += ",";
        if (line_.size() + 1 + words.size() > line_width && !empty_) {
            text_ += line_ + "\n";
            line_ = std::string(20, ' ');
        }
        line_ += " " + words;
        empty_ = false;
    }
    std::string text_;
    std::string line_;
    bool empty_ = true;
};

}  // namespace

std::string report_text(const std::string& report) {
    const auto json = Json::parse(report, nullptr, false);
    if (!json.is_object()) return report + "\n";
    std::string text;
    for (const auto& [key, value] : json.items())
        if (!value.is_structured()) text += fmt::format("    {:<16} {}\n", key, value_text(value));
    for (const auto& [key, value] : json.items()) {
        if (!value.is_object()) continue;
        Lines lines(key);
        lines.add("", value);
        text += lines.text();
    }
    return text;
}

}  // namespace rfhgn::io
