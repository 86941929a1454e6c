#include "protocol/http_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/limits.hpp"

namespace gochat::protocol {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

JsonObject object(std::string_view json) {
  auto parsed = JsonObject::parse(json);
  EXPECT_TRUE(parsed.ok()) << json;
  return *std::move(parsed);
}

template <class T>
std::string hint(const Result<T>& result) {
  return result ? "accepted" : result.error().hint;
}

TEST(JsonObject, reads_members_by_any_of_their_names) {
  const auto body = object(R"({"conversation_id":"world","n":-5,"on":true})");
  EXPECT_EQ(**body.text({"conversationId", "conversation_id"}), "world");
  EXPECT_EQ(**body.integer({"n"}), -5);
  EXPECT_TRUE(**body.boolean({"on"}));
  EXPECT_TRUE(body.has({"x", "on"}));
  EXPECT_FALSE(body.has({"x"}));
}

TEST(JsonObject, takes_absent_and_null_for_nothing) {
  const auto body = object(R"({"a":null})");
  EXPECT_FALSE(body.text({"a"})->has_value());
  EXPECT_FALSE(body.text({"b"})->has_value());
  EXPECT_FALSE(body.has({"a"}));
  EXPECT_EQ(hint(body.required_text({"name", "groupName"})), "name is missing");
  EXPECT_EQ(hint(body.required_id({"userId"})), "userId is missing");
}

TEST(JsonObject, lets_names_agree_but_not_disagree) {
  EXPECT_EQ(**object(R"({"a":"x","b":"x"})").text({"a", "b"}), "x");
  EXPECT_EQ(hint(object(R"({"a":"x","b":"y"})").text({"a", "b"})), "a and b disagree");
  EXPECT_EQ(hint(object(R"({"a":"1","b":1})").text({"a", "b"})), "a and b disagree");
}

TEST(JsonObject, names_the_member_of_another_type) {
  const auto body = object(R"({"a":1,"b":"x","c":1.5,"d":[1],"e":{}})");
  EXPECT_EQ(hint(body.text({"a"})), "a is a string");
  EXPECT_EQ(hint(body.integer({"b"})), "b is a whole number");
  EXPECT_EQ(hint(body.integer({"c"})), "c is a whole number");
  EXPECT_EQ(hint(body.boolean({"a"})), "a is true or false");
  EXPECT_EQ(hint(body.texts({"d"}, 5)), "d is a string");
  EXPECT_EQ(hint(body.texts({"e"}, 5)), "e is a list");
  EXPECT_THAT(hint(body.id({"a"})), HasSubstr("ids are strings"));
}

TEST(JsonObject, reads_ids_and_lists_of_them) {
  const auto body = object(R"({"id":"9223372036854775807","ids":["1","2","3"],"mixed":["1",2]})");
  EXPECT_EQ(*body.required_id({"id"}), 9'223'372'036'854'775'807);
  EXPECT_THAT(**body.ids({"ids"}, 3), ElementsAre(1, 2, 3));
  EXPECT_EQ(hint(body.ids({"ids"}, 2)), "ids holds at most 2");
  EXPECT_THAT(hint(body.ids({"mixed"}, 5)), HasSubstr("mixed is an id"));
  EXPECT_THAT(**body.texts({"ids"}, 3), ElementsAre("1", "2", "3"));
}

TEST(JsonObject, takes_an_empty_body_for_an_empty_object) {
  for (const auto* empty : {"", "  \r\n", "{}"}) {
    EXPECT_FALSE(object(empty).text({"a"})->has_value()) << empty;
  }
}

TEST(JsonObject, refuses_other_bodies) {
  for (const auto* bad : {"[]", "7", "\"x\"", "null", "{", "a=b", "{\"a\":1,\"a\":2}",
                          "{\"a\":NaN}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\xff\"}"}) {
    EXPECT_EQ(JsonObject::parse(bad).code(), ErrorCode::invalid_params) << bad;
  }
  EXPECT_EQ(JsonObject::parse(std::string(http_body_bytes_max, ' ') + "{}").code(),
            ErrorCode::too_large);
}

TEST(JsonObject, keeps_its_own_while_others_are_read) {
  auto first = object(R"({"a":"first"})");
  const auto view = **first.text({"a"});
  const auto second = object(R"({"a":"second"})");
  const auto moved = std::move(first);
  EXPECT_EQ(view, "first");
  EXPECT_EQ(**moved.text({"a"}), "first");
  EXPECT_EQ(**second.text({"a"}), "second");
}

TEST(JsonObject, reads_bodies_larger_than_a_frame) {
  const std::string text(3 * limits::frame_bytes_max, 'x');
  EXPECT_EQ(**object(R"({"a":")" + text + R"("})").text({"a"}), text);
}

TEST(Problem, says_the_same_in_its_own_members_and_in_those_of_rfc_9457) {
  const auto body = object(problem_body(refused(ErrorCode::not_a_member, "group_7"),
                                        {"trace", "/api/x", Language::english}));
  EXPECT_FALSE(**body.boolean({"success"}));
  EXPECT_EQ(**body.text({"code"}), "NOT_A_MEMBER");
  EXPECT_EQ(**body.integer({"num"}), 1012);
  EXPECT_EQ(**body.integer({"status"}), 403);
  EXPECT_FALSE(**body.boolean({"retryable"}));
  EXPECT_EQ(**body.text({"title"}), "You are not in this conversation");
  EXPECT_EQ(**body.text({"detail"}), "group_7");
  EXPECT_EQ(**body.text({"instance"}), "/api/x");
  EXPECT_EQ(**body.text({"traceId"}), "trace");
  EXPECT_EQ(**body.text({"message"}), "You are not in this conversation: group_7");
}

TEST(Problem, never_shows_what_is_for_the_log) {
  for (const auto& row : error_rows) {
    const auto body = problem_body(failed(row.code, "SECRET"), {"t", "/", Language::chinese});
    EXPECT_THAT(body, testing::Not(HasSubstr("SECRET"))) << row.name;
    EXPECT_THAT(body, testing::Not(HasSubstr("FENCED"))) << row.name;
  }
}

TEST(Success, wraps_any_json) {
  EXPECT_EQ(success_body("[1]", "a\"b"), R"({"success":true,"message":"a\"b","data":[1]})");
  EXPECT_EQ(success_body("[1]", "ok", "n"),
            R"({"success":true,"message":"ok","data":[1],"next":"n"})");
}

}  // namespace
}  // namespace gochat::protocol
