#include "base/trace_id.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/trace_context.hpp"

namespace gochat {
namespace {

constexpr std::string_view good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(TraceId, a_traceparent_is_read_and_written) {
  const auto id = TraceId::of_traceparent(good);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->text(), "4bf92f3577b34da6a3ce929d0e0e4736");
  EXPECT_EQ(TraceId::of_traceparent(trace::Context{*id}.traceparent()), id);
  EXPECT_EQ(TraceId::of_traceparent("01" + std::string{good.substr(2)} + "-more"), id);
}

TEST(TraceId, what_is_no_traceparent_is_no_trace) {
  const std::string text{good};
  const std::string longer = text + "-more";
  EXPECT_FALSE(TraceId::of_traceparent(""));
  EXPECT_FALSE(TraceId::of_traceparent(text.substr(1)));
  EXPECT_FALSE(TraceId::of_traceparent(longer)) << "version 00 ends with the flags";
  EXPECT_FALSE(TraceId::of_traceparent("ff" + text.substr(2)));
  EXPECT_FALSE(TraceId::of_traceparent("00-4BF92F3577B34DA6A3CE929D0E0E4736" + text.substr(35)));
  EXPECT_FALSE(TraceId::of_traceparent("00-" + std::string(32, '0') + text.substr(35)));
  EXPECT_FALSE(TraceId::of_traceparent(text.substr(0, 36) + std::string(16, '0') + "-01"));
  for (const std::size_t dash : {2, 35, 52}) {
    std::string broken = text;
    broken[dash] = '_';
    EXPECT_FALSE(TraceId::of_traceparent(broken)) << dash;
  }
}

TEST(TraceId, ids_of_one_stream_differ_and_can_always_be_written) {
  TraceIds ids{1, 2};
  std::set<std::string> seen;
  for (int n = 0; n < 1'000; ++n) {
    const TraceId id = ids.next();
    EXPECT_TRUE(seen.insert(id.text()).second);
    EXPECT_EQ(TraceId::of_traceparent(trace::Context{id}.traceparent()), id);
  }
}

}  // namespace
}  // namespace gochat
