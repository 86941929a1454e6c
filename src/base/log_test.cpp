#include "base/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "base/trace_context.hpp"

namespace gochat {
namespace {

using log::Field;
using log::Level;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

class Log : public ::testing::Test {
 protected:
  void SetUp() override {
    log::set_sink([this](std::string_view line) { lines.emplace_back(line); });
  }
  void TearDown() override {
    log::set_sink({});
    log::set_level(Level::info);
    log::set_format(log::Format::json);
  }
  std::string only_line() const { return lines.size() == 1 ? lines.front() : "not one line"; }

  std::vector<std::string> lines;
};

TEST_F(Log, an_event_is_one_json_line_with_time_level_and_message) {
  log::info("ready", {{Field::pid, 4711}, {Field::url, "http://localhost:8080"}});
  EXPECT_THAT(only_line(), AllOf(StartsWith("{\"ts\":\"20"),
                                 HasSubstr("Z\",\"level\":\"info\",\"msg\":\"ready\",\"pid\":4711,"
                                           "\"url\":\"http://localhost:8080\""),
                                 EndsWith("}\n")));
  EXPECT_THAT(only_line(), MatchesRegex("\\{\"ts\":\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:"
                                        "[0-9]{2}\\.[0-9]{3}Z\".*\n"));
}

TEST_F(Log, a_terminal_gets_text_in_which_no_value_can_pass_for_another) {
  log::set_format(log::Format::text);
  log::warn("request failed", {{Field::status, 503}, {Field::reason, "the disk is \x1b[31mfull"}});
  EXPECT_THAT(only_line(), MatchesRegex("[0-9:]{8}\\.[0-9]{3} warn  request failed  status=503  "
                                        "reason=\"the disk is \\\\u001b\\[31mfull\"\n"));
}

TEST_F(Log, a_line_carries_the_trace_of_what_runs_unless_it_names_one) {
  const TraceId id{1, 2};
  const trace::Scope scope{trace::Context{id}};
  log::info("mine");
  log::info("another's", {{Field::trace_id, "abc"}});
  log::info("mine again", {{Field::trace_id, ""}});
  log::set_format(log::Format::text);
  log::info("for a terminal");
  ASSERT_THAT(lines, SizeIs(4));
  EXPECT_THAT(lines[0], HasSubstr("\"trace_id\":\"" + id.text() + "\""));
  EXPECT_THAT(lines[1], AllOf(HasSubstr("\"trace_id\":\"abc\""), Not(HasSubstr(id.text()))));
  EXPECT_THAT(lines[2], HasSubstr("\"trace_id\":\"" + id.text() + "\""));
  EXPECT_THAT(lines[3], EndsWith("  trace_id=" + id.text() + "\n"));
}

TEST_F(Log, lines_are_counted_by_level_and_levels_have_names) {
  const auto before = log::lines_written(Level::warn);
  log::warn("a");
  log::debug("b");
  EXPECT_EQ(log::lines_written(Level::warn), before + 1);
  EXPECT_EQ(log::level_of("error"), Level::error);
  EXPECT_EQ(log::level_of("loud"), std::nullopt);
  EXPECT_EQ(log::name_of(Level::debug), "debug");
}

TEST_F(Log, what_is_below_the_level_is_not_written) {
  log::set_level(Level::warn);
  log::debug("a");
  log::info("b");
  EXPECT_THAT(lines, IsEmpty());
  log::warn("c");
  log::error("d");
  EXPECT_THAT(lines, SizeIs(2));
  log::set_level(Level::debug);
  log::debug("e");
  EXPECT_THAT(lines, SizeIs(3));
}

TEST_F(Log, no_text_can_forge_a_line_or_drive_a_terminal) {
  log::info("a\nb", {{Field::reason, "x\r\n{\"level\":\"error\"}\x1b[2J\x7f\t\"\\ \xc2\x9b"}});
  EXPECT_THAT(only_line(), HasSubstr(R"("msg":"a\u000ab")"));
  EXPECT_THAT(
      only_line(),
      HasSubstr(
          R"("reason":"x\u000d\u000a{\"level\":\"error\"}\u001b[2J\u007f\u0009\"\\ \u009b")"));
  EXPECT_EQ(only_line().find('\n'), only_line().size() - 1);
}

TEST_F(Log, utf_8_passes_and_other_bytes_are_replaced) {
  log::info("naïve 世界 😀", {{Field::path, "/\xff\xc3(/\xed\xa0\x80"}});
  EXPECT_THAT(only_line(), HasSubstr("\"msg\":\"naïve 世界 😀\""));
  EXPECT_THAT(only_line(), HasSubstr(R"("path":"/\ufffd\ufffd(/\ufffd\ufffd\ufffd")"));
}

TEST_F(Log, a_text_of_zero_bytes_inside_is_kept_whole) {
  log::info(std::string_view{"a\0b", 3});
  EXPECT_THAT(only_line(), HasSubstr(R"("msg":"a\u0000b")"));
}

TEST_F(Log, a_long_text_is_cut_and_says_so) {
  log::info("m", {{Field::path, std::string(100'000, 'x')}});
  EXPECT_THAT(only_line(), SizeIs(::testing::Lt(log::text_bytes_max + 200)));
  EXPECT_THAT(only_line(), HasSubstr("xxx...\""));
}

TEST_F(Log, an_empty_text_is_left_out_and_a_zero_is_not) {
  log::info("m", {{Field::path, ""}, {Field::count, 0}});
  EXPECT_THAT(only_line(), AllOf(HasSubstr("\"msg\":\"m\",\"count\":0"), Not(HasSubstr("path"))));
}

TEST_F(Log, numbers_are_numbers) {
  log::info("m", {{Field::bytes, std::int64_t{-9'223'372'036'854'775'807}}, {Field::count, 0}});
  EXPECT_THAT(only_line(), HasSubstr("\"bytes\":-9223372036854775807,\"count\":0"));
}

TEST_F(Log, every_line_carries_who_wrote_it_once_that_is_known) {
  log::set_service("gateway", "gw-1\"", "0.1.0");
  log::info("m");
  EXPECT_THAT(only_line(),
              HasSubstr(R"("service":"gateway","instance":"gw-1\"","version":"0.1.0"})"));
}

TEST_F(Log, lines_of_many_threads_do_not_mix) {
  std::vector<std::thread> writers;
  writers.reserve(4);
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([] {
      for (int n = 0; n < 250; ++n) log::info("m", {{Field::seq, n}});
    });
  }
  for (auto& writer : writers) writer.join();
  ASSERT_THAT(lines, SizeIs(1000));
  for (const auto& line : lines) {
    EXPECT_THAT(line, AllOf(StartsWith("{\"ts\""), EndsWith("}\n")));
    EXPECT_EQ(line.find('\n'), line.size() - 1);
  }
}

}  // namespace
}  // namespace gochat
