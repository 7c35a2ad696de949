#include "rfhgn/report/log.hpp"

#include <cstdlib>

#include "report/captured_output.hpp"
#include "support/world.hpp"

using namespace rfhgn;
using tests::CapturedOutput;
using tests::world;

TEST_CASE("An error is one line of what is wrong and one of what to do") {
    CHECK(report::error_text("mass is -1", "give a positive mass") ==
          "rfhgn: error: mass is -1\n  hint: give a positive mass\n");
    CHECK(report::error_text("mass is -1", "") == "rfhgn: error: mass is -1\n");
}

TEST_CASE("Of a value that is endless an error shows the beginning") {
    const auto text = report::error_text("mass is " + std::string(100000, '1') + "\ndt is 2", "");
    CHECK(text.size() < 6000);
    CHECK(text.find("111... (100008 bytes)\ndt is 2\n") != std::string::npos);
}

TEST_CASE("Errors go to standard error only") {
    const CapturedOutput out(STDOUT_FILENO);
    const CapturedOutput err(STDERR_FILENO);
    report::print_error("no such deck", "name a file");
    CHECK(err.text() == "rfhgn: error: no such deck\n  hint: name a file\n");
    CHECK(out.text().empty());
}

TEST_CASE("Only rank 0 logs, with the time of day, without colours in a file") {
    const CapturedOutput out(STDOUT_FILENO);
    report::start_log(world().rank(), false);
    report::info("rows: 12");
    report::warn("step is long");
    const auto text = out.text();
    if (!world().is_root()) {
        CHECK(text.empty());
        return;
    }
    CHECK_THAT(text, Catch::Matches(
                         "\\d\\d:\\d\\d:\\d\\d  rows: 12\n\\d\\d:\\d\\d:\\d\\d  warning: step is long\n"));
}

TEST_CASE("Lines of one entry are aligned") {
    if (!world().is_root()) return;
    const CapturedOutput out(STDOUT_FILENO);
    report::start_log(0, false);
    report::info("name  value\nrows  12");
    CHECK_THAT(out.text(), Catch::Matches("[0-9:]+  name  value\n          rows  12\n"));
}

TEST_CASE("A quiet log keeps warnings") {
    const CapturedOutput out(STDOUT_FILENO);
    report::start_log(world().rank(), true);
    report::info("rows: 12");
    report::redraw("step 3");
    CHECK(out.text().empty());
    report::warn("step is long");
    CHECK(out.text().empty() == !world().is_root());
}

TEST_CASE("A log line takes the place of the line that is redrawn") {
    if (!world().is_root()) return;
    const CapturedOutput out(STDOUT_FILENO);
    report::start_log(0, false);
    report::redraw("step 1");
    report::redraw("step 2");
    report::info("done");
    report::info("next");
    CHECK_THAT(out.text(),
               Catch::Matches("\r\x1b\\[Kstep 1\r\x1b\\[Kstep 2\r\x1b\\[K[0-9:]+  done\n[0-9:]+  next\n"));
}

TEST_CASE("A file is not a terminal") {
    const CapturedOutput out(STDOUT_FILENO);
    CHECK_FALSE(report::on_terminal());
}

TEST_CASE("Text from files does not command the terminal") {
    const CapturedOutput out(STDOUT_FILENO);
    const CapturedOutput err(STDERR_FILENO);
    report::start_log(0, false);
    report::info("units \x1b[31mred");
    report::warn("\x1b]0;title\x07");
    report::redraw("\x1b[2J");
    report::print_error("'\x1b[2J'", "\x1b");
    CHECK_THAT(out.text(), Catch::Contains("units \\x1b[31mred") && Catch::Contains("\\x1b]0;title\\x07") &&
                               Catch::Contains("\\x1b[2J"));
    CHECK(err.text() == "rfhgn: error: '\\x1b[2J'\n  hint: \\x1b\n");
}
