#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "rfhgn/config/deck.hpp"

namespace rfhgn::config {

namespace {

/// "number, > 0, ps"
std::string kind_text(const Declaration& declaration) {
    std::vector<std::string> parts;
    const bool choice = declaration.type == "choice";
    for (const auto& part :
         {choice ? std::string() : declaration.type, declaration.allowed, declaration.unit}) {
        if (!part.empty()) parts.push_back(part);
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string describe_section(const std::string& section, const std::vector<Declaration>& declarations) {
    std::size_t width = 0;
    const auto in_deck = [](const Declaration& d) { return fmt::format("{} = {}", d.key, d.default_value); };
    for (const auto& declaration : declarations) {
        if (declaration.section == section) width = std::max(width, in_deck(declaration).size());
    }
    std::string text = section.empty() ? "" : fmt::format("[{}]\n", section);
    for (const auto& declaration : declarations) {
        if (declaration.section != section) continue;
        text += fmt::format("  {:<{}}  # {} ({})\n", in_deck(declaration), width, declaration.help,
                            kind_text(declaration));
    }
    return text;
}

}  // namespace

std::string describe(const std::vector<Declaration>& declarations) {
    std::vector<std::string> sections;
    for (const auto& declaration : declarations) {
        if (std::find(sections.begin(), sections.end(), declaration.section) == sections.end())
            sections.push_back(declaration.section);
    }
    std::string text;
    for (const auto& section : sections) {
        if (!text.empty()) text += '\n';
        text += describe_section(section, declarations);
    }
    return text;
}

}  // namespace rfhgn::config
