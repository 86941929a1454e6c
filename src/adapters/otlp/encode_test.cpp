#include "adapters/otlp/encode.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/otlp/exporter.hpp"
#include "otlp/trace.pb.h"

namespace gochat::otlp {
namespace {

using trace::Attribute;
using trace::SpanRecord;

SpanRecord record() {
  return {.context = {{0x0102030405060708, 0x090a0b0c0d0e0f10}, 0x1112131415161718, true},
          .parent = 0x2122232425262728,
          .name = "append",
          .kind = trace::Kind::client,
          .start_ns = 5,
          .end_ns = 9,
          .attributes = {{Attribute::items, std::int64_t{3}}, {Attribute::db_system, "mysql"}},
          .links = {},
          .error = {}};
}

v1::ExportTraceServiceRequest read(const std::string& bytes) {
  v1::ExportTraceServiceRequest request;
  EXPECT_TRUE(request.ParseFromString(bytes));
  return request;
}

TEST(Encode, ids_are_big_endian_bytes_and_everything_is_in_its_place) {
  const auto request = read(encode({{"service.name", "chat"}}, {record()}));
  const auto& all = request.resource_spans(0);
  EXPECT_EQ(all.resource().attributes(0).key(), "service.name");
  EXPECT_EQ(all.resource().attributes(0).value().string_value(), "chat");
  const auto& span = all.scope_spans(0).spans(0);
  EXPECT_EQ(span.trace_id(),
            std::string("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10"));
  EXPECT_EQ(span.span_id(), std::string("\x11\x12\x13\x14\x15\x16\x17\x18"));
  EXPECT_EQ(span.parent_span_id(), std::string("\x21\x22\x23\x24\x25\x26\x27\x28"));
  EXPECT_EQ(span.name(), "append");
  EXPECT_EQ(span.kind(), 3);
  EXPECT_EQ(span.start_time_unix_nano(), 5U);
  EXPECT_EQ(span.end_time_unix_nano(), 9U);
  EXPECT_EQ(span.attributes(0).key(), "gochat.items");
  EXPECT_EQ(span.attributes(0).value().int_value(), 3);
  EXPECT_EQ(span.attributes(1).value().string_value(), "mysql");
  EXPECT_FALSE(span.has_status());
}

TEST(Encode, an_error_is_a_status_and_a_first_span_has_no_parent) {
  SpanRecord failed = record();
  failed.parent = 0;
  failed.error = ErrorCode::timeout;
  failed.links.push_back(failed.context);
  const auto request = read(encode({}, {record(), failed}));
  const auto& span = request.resource_spans(0).scope_spans(0).spans(1);
  EXPECT_EQ(span.parent_span_id(), "");
  EXPECT_EQ(span.status().code(), v1::Status::ERROR);
  EXPECT_EQ(span.status().message(), "TIMEOUT");
  EXPECT_EQ(span.links(0).trace_id(), span.trace_id());
}

TEST(CollectorAddress, is_a_host_and_a_port_without_tls) {
  EXPECT_EQ(*collector_address("http://collector:4317/"), "collector:4317");
  EXPECT_EQ(*collector_address("127.0.0.1:14317"), "127.0.0.1:14317");
  EXPECT_EQ(*collector_address("collector"), "collector:4317");
  EXPECT_EQ(*collector_address("[::1]"), "[::1]:4317");
  EXPECT_EQ(*collector_address("http://[::1]:9"), "[::1]:9");
  EXPECT_FALSE(collector_address("http://collector:4318/v1/traces"));
  EXPECT_FALSE(collector_address("https://collector:4317"));
  EXPECT_FALSE(collector_address(""));
}

}  // namespace
}  // namespace gochat::otlp
