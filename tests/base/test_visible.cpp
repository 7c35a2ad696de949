#include <catch2/catch.hpp>

#include "rfhgn/base/visible.hpp"

using rfhgn::visible;
using rfhgn::visible_line;

TEST_CASE("what commands a terminal is written out, other text stays") {
    CHECK(visible("plain, ünïcode, 水, 🙂\n\tindented") == "plain, ünïcode, 水, 🙂\n\tindented");
    CHECK(visible("\x1b[31mred\x07\r") == "\\x1b[31mred\\x07\\x0d");
    CHECK(visible(std::string_view("a\0b", 3)) == "a\\x00b");
    CHECK(visible("\x7f \xc2\x9b"
                  "31m") == "\\x7f \\x9b31m");  // the second is CSI in one character
    CHECK(visible("\xe2\x80\xae"
                  "evil") == "\\u202eevil");
    CHECK(visible_line("two\nlines\tand a tab") == "two\\nlines\\tand a tab");
}

TEST_CASE("bytes that are no UTF-8 are written out") {
    CHECK(visible("\xff") == "\\xff");
    CHECK(visible("\xc3") == "\\xc3");           // cut short
    CHECK(visible("\xc0\x9b") == "\\xc0\\x9b");  // ESC in more bytes than it takes
    CHECK(visible("\xe0\x80\x9b") == "\\xe0\\x80\\x9b");
    CHECK(visible("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // half of a pair
    CHECK(visible("\xf5\x80\x80\x80") == "\\xf5\\x80\\x80\\x80");
}

TEST_CASE("names with control characters are told") {
    CHECK(rfhgn::has_control_characters("a\nb"));
    CHECK(rfhgn::has_control_characters("a\x1b"));
    CHECK_FALSE(rfhgn::has_control_characters("results/größe 2"));
}
