#include "config/yaml.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gochat::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string first_problem(std::string_view text) {
  const auto read = read_yaml(text, "c.yaml");
  return read.problems.empty() ? "" : read.problems.front().cause;
}

TEST(Yaml, gives_each_key_with_its_line) {
  const auto read = read_yaml(
      "server:\n  listen: 127.0.0.1:9000\n  allowed_origins:\n    - http://a\n    - http://b\n"
      "log: {level: debug}\n",
      "c.yaml");
  EXPECT_THAT(read.problems, IsEmpty());
  ASSERT_THAT(read.given, SizeIs(3));
  EXPECT_EQ(read.given[0].key->name, "server.listen");
  EXPECT_EQ(read.given[0].where, "c.yaml:2");
  EXPECT_THAT(read.given[1].texts, ElementsAre("http://a", "http://b"));
  EXPECT_EQ(read.given[2].where, "c.yaml:6");
}

TEST(Yaml, an_empty_file_and_an_empty_section_are_in_order) {
  EXPECT_EQ(first_problem(""), "");
  EXPECT_EQ(first_problem("# nothing\n"), "");
  EXPECT_EQ(first_problem("server:\n  # listen: x\nlog:\n"), "");
}

TEST(Yaml, an_unknown_key_is_named_with_its_line_and_the_nearest_one) {
  EXPECT_EQ(first_problem("limits:\n  outbox_frames: 10\n  sends_per_secnod: 5\n"),
            "c.yaml:3: unknown key `limits.sends_per_secnod` (did you mean "
            "`limits.sends_per_second`?)");
  EXPECT_EQ(first_problem("server:\n  guests: off\n"),
            "c.yaml:2: unknown key `server.guests` (did you mean `auth.guests`?)");
  EXPECT_EQ(first_problem("server:\n  banana: off\n"), "c.yaml:2: unknown key `server.banana`");
  EXPECT_EQ(first_problem("servre:\n  listen: x\n"),
            "c.yaml:1: unknown section `servre` (did you mean `server`?)");
}

TEST(Yaml, a_repeated_key_or_section_is_named_with_both_lines) {
  EXPECT_EQ(first_problem("log:\n  level: info\n  level: warn\n"),
            "c.yaml:3: `log.level` is there twice, first on line 2");
  EXPECT_EQ(first_problem("log:\n  level: info\nlog:\n  files: 2\n"),
            "c.yaml:3: `log` is there twice, first on line 1");
}

TEST(Yaml, the_wrong_kind_of_value_is_named) {
  EXPECT_EQ(first_problem("log:\n  level: [info]\n"),
            "c.yaml:2: `log.level` takes one value, not a list");
  EXPECT_EQ(first_problem("log:\n  level:\n    deep: 1\n"),
            "c.yaml:2: `log.level` takes a value, not a section of its own");
  EXPECT_EQ(first_problem("log:\n  level:\n"), "c.yaml:2: `log.level` has no value");
  EXPECT_EQ(first_problem("server:\n  allowed_origins: http://a\n"),
            "c.yaml:2: `server.allowed_origins` is a list");
  EXPECT_EQ(first_problem("log: info\n"),
            "c.yaml:1: `log` is a section and has no value of its own");
  EXPECT_EQ(first_problem("server.listen: x\n"), "c.yaml:1: unknown section `server.listen`");
  EXPECT_EQ(first_problem("just words\n"), "c.yaml:1: this is no section");
  EXPECT_EQ(first_problem("- a\n- b\n"), "c.yaml:1: a list stands where none belongs");
  EXPECT_EQ(first_problem("a: &x b\nc: *x\n"), "c.yaml:1: unknown section `a`");
  EXPECT_EQ(first_problem("log:\n  file: &x b\n  level: *x\n"),
            "c.yaml:3: aliases are not read here");
  EXPECT_EQ(first_problem("log:\n  level: info\n---\nlog:\n  level: info\n"),
            "c.yaml:3: a second document begins here");
}

TEST(Yaml, what_is_no_yaml_is_named_with_its_line) {
  EXPECT_THAT(first_problem("log: {level: info\n"), HasSubstr("c.yaml:2: this is not YAML"));
  EXPECT_EQ(first_problem("log:\n\tlevel: info\n"), "c.yaml:2: the line is indented by a tab");
  EXPECT_EQ(first_problem("log:\n  file: \"a\n  level: info\n"),
            "c.yaml:2: a quote is not closed on its line");
  EXPECT_EQ(first_problem("log:\n  file: 'it''s'\n  level: \"in\\\"fo\"\n"), "");
}

TEST(Yaml, everything_wrong_is_said_at_once) {
  const auto read = read_yaml("log:\n  levle: info\n  flies: 3\n  files: 3\n", "c.yaml");
  EXPECT_THAT(read.problems, SizeIs(2));
  EXPECT_THAT(read.given, SizeIs(1));
}

TEST(Yaml, only_a_secret_may_come_from_a_file) {
  const auto read = read_yaml("auth:\n  token_key_file: /run/key\n", "c.yaml");
  ASSERT_THAT(read.given, SizeIs(1));
  EXPECT_EQ(read.given[0].key->name, "auth.token_key");
  EXPECT_TRUE(read.given[0].secret_file);
  EXPECT_THAT(first_problem("server:\n  listen_file: /x\n"), HasSubstr("unknown key"));
}

TEST(Yaml, a_file_that_is_too_large_is_not_read) {
  EXPECT_THAT(first_problem(std::string(file_bytes_max + 1, '#')), HasSubstr("larger than"));
}

}  // namespace
}  // namespace gochat::config
