#include "protocol/json_writer.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace gochat::protocol {
namespace {

std::string text_of(std::string_view value) { return std::move(JsonWriter{}.text(value)).take(); }

TEST(JsonWriter, places_commas_and_colons) {
  JsonWriter json;
  json.begin_object().member("a", true).key("b").begin_array().number(std::int64_t{1}).null();
  json.begin_object().end_object().end_array().member("c", "x").key("d").begin_array().end_array();
  json.end_object();
  EXPECT_EQ(json.so_far(), R"({"a":true,"b":[1,null,{}],"c":"x","d":[]})");
}

TEST(JsonWriter, escapes_what_json_forbids_and_passes_utf_8_through) {
  EXPECT_EQ(text_of("a\"b\\c/d"), R"("a\"b\\c/d")");
  EXPECT_EQ(text_of("\n\r\t\b"), R"("\n\r\t\u0008")");
  EXPECT_EQ(text_of(std::string_view("\0\x1f", 2)), R"("\u0000\u001f")");
  EXPECT_EQ(text_of("世界😀\x7f"), "\"世界😀\x7f\"");
}

TEST(JsonWriter, finds_an_escape_at_every_place_of_a_word) {
  for (const char bad : {'"', '\\', '\n', '\x1f', '\0'}) {
    for (std::size_t at = 0; at < 20; ++at) {
      std::string value(20, 'x');
      value[at] = bad;
      auto escape = text_of({&bad, 1});  // in quotes
      escape = escape.substr(1, escape.size() - 2);
      EXPECT_EQ(text_of(value), '"' + value.substr(0, at) + escape + value.substr(at + 1) + '"');
    }
  }
}

TEST(JsonWriter, keeps_bytes_above_ascii_beside_escapes) {
  EXPECT_EQ(text_of("éééé\"éééé"), "\"éééé\\\"éééé\"");
}

TEST(JsonWriter, writes_a_fraction_as_short_as_it_is) {
  JsonWriter json;
  json.begin_array().number(60.0).number(0.1).number(-2.5).number(1e9).end_array();
  EXPECT_EQ(std::move(json).take(), "[60,0.1,-2.5,1e+09]");
}

TEST(JsonWriter, writes_64_bit_ids_as_strings_and_none_as_null) {
  JsonWriter json;
  json.begin_object().member("id", UserId{std::numeric_limits<std::int64_t>::max()});
  json.member("none", UserId{}).member("seq", Seq{7}).end_object();
  EXPECT_EQ(json.so_far(), R"({"id":"9223372036854775807","none":null,"seq":7})");
}

TEST(JsonWriter, writes_whole_numbers_to_their_ends) {
  JsonWriter json;
  json.begin_array().number(std::numeric_limits<std::uint64_t>::max());
  json.number(std::numeric_limits<std::int64_t>::min()).end_array();
  EXPECT_EQ(json.so_far(), "[18446744073709551615,-9223372036854775808]");
}

TEST(IsoTime, is_utc_with_milliseconds) {
  EXPECT_EQ(iso_time(wall_time(0)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(wall_time(1'735'689'600'007)), "2025-01-01T00:00:00.007Z");
  EXPECT_EQ(iso_time(wall_time(1'709'251'199'999)), "2024-02-29T23:59:59.999Z");
  EXPECT_EQ(iso_time(wall_time(4'102'444'800'000)), "2100-01-01T00:00:00.000Z");
  EXPECT_EQ(iso_time(wall_time(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(IsoTime, stays_in_its_form_for_times_that_nobody_has) {
  EXPECT_EQ(iso_time(WallTime::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(iso_time(WallTime::min()), "0000-01-01T00:00:00.000Z");
}

}  // namespace
}  // namespace gochat::protocol
