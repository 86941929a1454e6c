#include "base/span.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/span_recorder.hpp"

namespace gochat::trace {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr Context sampled{{0x4bf92f3577b34da6, 0xa3ce929d0e0e4736}, 7, true};

struct SpanTest : ::testing::Test {
  std::int64_t now = 1'000;
  Recorder recorder{{.ratio = 1, .spans_max = 3, .seed = 5, .now_ns = [this] { return now; }}};
  SpanTest() { record_with(&recorder); }
};

TEST_F(SpanTest, a_span_tells_when_it_was_and_below_what) {
  {
    Span span = start("append", Kind::client, sampled);
    EXPECT_TRUE(span.recorded());
    EXPECT_EQ(span.context().id, sampled.id);
    EXPECT_NE(span.context().span, sampled.span);
    span.set(Attribute::items, 3);
    now = 4'000;
  }
  const auto ended = recorder.take(10);
  ASSERT_THAT(ended, SizeIs(1));
  EXPECT_EQ(ended[0].name, "append");
  EXPECT_EQ(ended[0].parent, 7U);
  EXPECT_EQ(ended[0].start_ns, 1'000);
  EXPECT_EQ(ended[0].end_ns, 4'000);
  EXPECT_THAT(ended[0].attributes, ElementsAre(Pair(Attribute::items, Value{3})));
  EXPECT_FALSE(ended[0].error);
}

TEST_F(SpanTest, nothing_is_recorded_below_what_is_not_sampled) {
  const Context parent{sampled.id, 7, false};
  Span span = start("append", Kind::client, parent);
  span.set(Attribute::items, 3);
  span.failed(ErrorCode::timeout);
  span.link(sampled);
  EXPECT_EQ(span.context(), parent) << "what comes after goes on below the parent";
  span.end();
  EXPECT_THAT(recorder.take(10), IsEmpty());
}

TEST_F(SpanTest, the_first_error_is_the_one_that_stays) {
  Span span = start("append", Kind::client, sampled);
  span.failed(ErrorCode::timeout);
  span.failed(ErrorCode::internal);
  span.end();
  const auto ended = recorder.take(1);
  EXPECT_EQ(ended.at(0).error, ErrorCode::timeout);
  EXPECT_THAT(ended.at(0).attributes, ElementsAre(Pair(Attribute::code, Value{"TIMEOUT"})));
}

TEST_F(SpanTest, a_call_that_was_refused_is_answered_and_one_that_could_not_be_served_failed) {
  for (const ErrorCode code : {ErrorCode::ok, ErrorCode::not_found, ErrorCode::unavailable}) {
    start("call", Kind::server, sampled).answered(code);
  }
  const auto ended = recorder.take(3);
  ASSERT_THAT(ended, SizeIs(3));
  EXPECT_THAT(ended[0].attributes, IsEmpty());
  EXPECT_THAT(ended[1].attributes, ElementsAre(Pair(Attribute::code, Value{"NOT_FOUND"})));
  EXPECT_FALSE(ended[0].error);
  EXPECT_FALSE(ended[1].error);
  EXPECT_EQ(ended[2].error, ErrorCode::unavailable);
}

TEST_F(SpanTest, what_nobody_fetches_is_dropped_and_counted) {
  for (int n = 0; n < 5; ++n) start("append", Kind::internal, sampled).end();
  EXPECT_EQ(recorder.waiting(), 3U);
  EXPECT_EQ(recorder.counts().recorded.value(), 3U);
  EXPECT_EQ(recorder.counts().dropped.value(), 2U);
  EXPECT_THAT(recorder.take(2), SizeIs(2));
  EXPECT_THAT(recorder.take(2), SizeIs(1));
}

TEST_F(SpanTest, links_are_bounded) {
  Span span = start("append", Kind::internal, sampled);
  for (std::size_t n = 0; n < links_max + 5; ++n) span.link(sampled);
  span.end();
  EXPECT_THAT(recorder.take(1).at(0).links, SizeIs(links_max));
}

TEST_F(SpanTest, without_a_recorder_a_span_is_nothing) {
  record_with(nullptr);
  EXPECT_FALSE(start("append", Kind::internal, sampled).recorded());
}

TEST_F(SpanTest, the_ratio_decides_by_the_trace_and_changes_at_run_time) {
  TraceIds ids{1, 2};
  int taken = 0;
  recorder.set_ratio(0.25);
  for (int n = 0; n < 10'000; ++n) taken += recorder.samples(ids.next()) ? 1 : 0;
  EXPECT_NEAR(taken, 2'500, 200);
  recorder.set_ratio(0);
  EXPECT_FALSE(recorder.samples_any());
  for (int n = 0; n < 1'000; ++n) EXPECT_FALSE(recorder.samples(ids.next()));
  recorder.set_ratio(1);
  for (int n = 0; n < 1'000; ++n) EXPECT_TRUE(recorder.samples(ids.next()));
  EXPECT_TRUE(recorder.samples({~0ULL, ~0ULL}));
}

TEST(TraceContext, is_carried_as_a_traceparent) {
  EXPECT_EQ(sampled.traceparent(), "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000007-01");
  EXPECT_EQ(Context::of_traceparent(sampled.traceparent()), sampled);
  EXPECT_FALSE(Context::of_traceparent("no trace"));
}

TEST(TraceContext, is_not_read_where_it_is_not_sampled_and_nobody_needs_it) {
  const Context unsampled{sampled.id, 7, false};
  EXPECT_EQ(Context::of_sampled(sampled.traceparent()), sampled);
  EXPECT_FALSE(Context::of_sampled(unsampled.traceparent()));
  EXPECT_FALSE(Context::of_sampled(""));
  const std::string head = sampled.traceparent().substr(0, 53);
  for (const std::string_view flags : {"03", "0b", "ff"}) {
    EXPECT_EQ(Context::of_sampled(head + std::string{flags}), sampled) << flags;
  }
  for (const std::string_view flags : {"02", "0a", "fe", "0x"}) {
    EXPECT_FALSE(Context::of_sampled(head + std::string{flags})) << flags;
  }
}

TEST(TraceContext, without_a_span_names_a_parent_that_is_not_zero) {
  const Context alone{sampled.id};
  EXPECT_EQ(Context::of_traceparent(alone.traceparent()).id, sampled.id);
  EXPECT_FALSE(Context::of_traceparent(alone.traceparent()).sampled);
}

TEST(TraceContext, is_that_of_the_innermost_scope) {
  EXPECT_FALSE(current());
  {
    const Scope outer{sampled};
    EXPECT_EQ(current(), sampled);
    {
      const Context for_the_log{sampled.id, 9, false};
      const Scope unsampled{for_the_log};
      EXPECT_EQ(current(), for_the_log);
    }
    {
      const Kept kept;
      EXPECT_FALSE(current());
    }
    EXPECT_EQ(current(), sampled);
  }
  EXPECT_FALSE(current());
}

}  // namespace
}  // namespace gochat::trace
