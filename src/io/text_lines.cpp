#include "text_lines.hpp"

#include <algorithm>

#include "rfhgn/base/error.hpp"

namespace rfhgn::io {

void refuse(const Line& line, const std::string& what, const char* advice) {
    throw InputError(fmt::format("'{}', line {}: {}", line.path, line.number, what), advice);
}

bool TextLines::next() {
    std::size_t end = text_.find('\n', at_);
    while (end == std::string::npos) {
        const auto searched = text_.size() - at_;
        if (!more()) break;
        end = text_.find('\n', at_ + searched);
    }
    if (at_ >= text_.size()) return false;
    line_.text = std::string_view(text_).substr(at_, std::min(end, text_.size()) - at_);
    ++line_.number;
    at_ = std::min(end, text_.size() - 1) + 1;
    return true;
}

const Line& TextLines::required(const char* within) {
    require(next(), Advice{"it may be incomplete; copy it again"},
            "'{}' ends after line {} in the middle of {}", file_.path(), line_.number, within);
    return line_;
}

bool TextLines::more() {
    constexpr std::size_t step = std::size_t{1} << 18U;
    constexpr std::size_t longest = std::size_t{1} << 24U;
    require(text_.size() - at_ < longest, Advice{"check how it was made"},
            "'{}', line {}: a line of more than {} bytes", file_.path(), line_.number + 1, longest);
    text_.erase(0, at_);
    begin_ += at_;
    at_ = 0;
    const auto had = text_.size();
    text_.resize(had + step);
    text_.resize(had + file_.read(text_.data() + had, step, begin_ + had));
    return text_.size() > had;
}

}  // namespace rfhgn::io
