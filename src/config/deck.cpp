#include "rfhgn/config/deck.hpp"

#include "rfhgn/base/error.hpp"

#include "content.hpp"

namespace rfhgn::config {

Deck::Deck(std::string_view text, std::string file_name, const std::vector<std::string>& overrides)
    : content_(std::make_unique<Content>(text, std::move(file_name), overrides)) {}

Deck::~Deck() = default;

Section Deck::root() {
    return {this, ""};
}

Section Deck::section(std::string_view name) {
    return root().section(name);
}

void Deck::finish() {
    auto problems = content_->all_problems();
    if (!problems.empty()) throw InputError(content_->document.report(std::move(problems)));
}

std::string Deck::resolved() const {
    return content_->resolved();
}

std::map<std::string, std::string> Deck::values() const {
    return content_->values();
}

std::set<std::string> Deck::at_default() const {
    return content_->at_default();
}

const std::vector<Declaration>& Deck::declarations() const noexcept {
    return content_->declarations;
}

const std::string& Deck::file_name() const noexcept {
    return content_->document.file_name();
}

}  // namespace rfhgn::config
