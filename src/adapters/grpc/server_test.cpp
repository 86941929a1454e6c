#include "adapters/grpc/server.hpp"

#include "adapters/grpc/echo_fixture.hpp"
#include "base/span_recorder.hpp"

namespace gochat::rpc {
namespace {

using namespace std::chrono_literals;

class ServerTest : public EchoTest {};

TEST_F(ServerTest, answers_under_every_name_of_a_method) {
  const auto node = serve("a");
  const auto client = calls({node->address()});
  EXPECT_EQ(told(*client, "hello", say), "a: hello");
  EXPECT_EQ(told(*client, "hello", ask), "a: hello");
  EXPECT_EQ(told(*client, "hello", repeat), "a: hello");
}

TEST_F(ServerTest, tells_every_error_of_the_table_as_it_is) {
  const auto node = serve("a");
  const auto client = calls({node->address()}, {.retry = {.attempts_max = 1}});
  for (const ErrorRow& row : error_rows) {
    if (row.code == ErrorCode::ok) continue;
    Error error = failed(row.code, "the cause of " + std::string{row.name});
    error.hint = "a hint with ü and a line\nbreak";
    error.retry_after_ms = row.number;
    node->echo->refusals["words"] = error;
    const auto answer = call(*client, "words", say);
    ASSERT_FALSE(answer.ok()) << row.name;
    EXPECT_EQ(answer.code(), row.code) << row.name;
    EXPECT_EQ(answer.error().detail, error.detail);
    EXPECT_EQ(answer.error().hint, error.hint);
    EXPECT_EQ(answer.error().retry_after_ms, error.retry_after_ms);
  }
}

TEST_F(ServerTest, gives_a_handler_the_deadline_and_the_trace_of_its_caller) {
  const auto node = serve("a");
  const auto client = calls({node->address()}, {});
  ASSERT_TRUE(call(*client, "hello", ask, 3s).ok());
  EXPECT_EQ(node->echo->traceparent, "") << "nobody records";
  EXPECT_LT(node->echo->left, 4s);  // not the 5 s of who names none; gRPC rounds up
  EXPECT_GT(node->echo->left, 0s);
}

TEST_F(ServerTest, records_a_call_on_both_sides_below_what_asked_for_it) {
  trace::Recorder recorder{{.ratio = 1, .seed = 1, .now_ns = [] { return 1; }}};
  trace::record_with(&recorder);
  const auto cause =
      trace::Context::of_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  const auto node = serve("a");
  const auto client = calls({node->address()}, {});
  {
    const trace::Scope scope{cause};
    ASSERT_TRUE(call(*client, "hello", ask, 3s).ok());
  }
  const auto spans = recorder.take(9);
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].kind, trace::Kind::server);
  EXPECT_EQ(spans[1].kind, trace::Kind::client);
  EXPECT_EQ(spans[0].parent, spans[1].context.span);
  EXPECT_EQ(spans[1].parent, cause.span);
  EXPECT_EQ(trace::Context::of_traceparent(node->echo->traceparent), spans[0].context);
}

TEST_F(ServerTest, refuses_more_calls_than_it_may_have_open) {
  const auto node = serve("a", {.calls_max = 1});
  const auto client = calls({node->address()}, {.retry = {.attempts_max = 1}});
  const auto first = call_slowly(*client, *node, say);
  EXPECT_EQ(told(*client, "hello"), "OVERLOADED");
  EXPECT_EQ(node->echo->heard["hello"], 0);
  EXPECT_EQ(node->server->counts().refused_overload.value(), 1);
  let_end(*client);
  EXPECT_TRUE(first->ok());
}

TEST_F(ServerTest, refuses_a_caller_without_the_token_and_takes_each_of_several) {
  ServerOptions options;
  options.credentials.tokens = {"old", "new"};
  const auto node = serve("a", options);
  const auto with = [&](const std::string& token) {
    CallsOptions of_client;
    of_client.retry = {.attempts_max = 1};
    if (!token.empty()) of_client.channel.credentials.tokens = {token};
    return calls({node->address()}, of_client);
  };
  EXPECT_EQ(told(*with(""), "hello"), "UNAVAILABLE");
  EXPECT_EQ(told(*with("wrong"), "hello"), "UNAVAILABLE");
  EXPECT_EQ(told(*with("ol"), "hello"), "UNAVAILABLE");
  EXPECT_EQ(node->server->counts().refused_credentials.value(), 3);
  EXPECT_TRUE(node->echo->heard.empty());
  EXPECT_EQ(told(*with("old"), "hello"), "a: hello");
  EXPECT_EQ(told(*with("new"), "hello"), "a: hello");
}

TEST_F(ServerTest, does_not_open_itself_to_others_without_credentials) {
  ServerOptions options;
  options.listen = "0.0.0.0:0";
  Server server{context_.get_executor(), timers_, options};
  EXPECT_EQ(server.start().code(), ErrorCode::invalid_params);
}

TEST_F(ServerTest, does_not_share_a_port_with_another_server) {
  const auto node = serve("a");
  Server server{context_.get_executor(), timers_, {.listen = node->address()}};
  server.add(node->echo->table());
  EXPECT_EQ(server.start().code(), ErrorCode::unavailable);
}

TEST_F(ServerTest, serves_exactly_what_is_declared) {
  const auto echo = std::make_shared<Echo>(timers_, "a");
  const auto start = [&](MethodTable table) {
    Server server{context_.get_executor(), timers_, {}};
    server.add(table);
    return server.start().code();
  };
  MethodTable lacking = echo->table();
  lacking.erase(lacking.begin());
  MethodTable foreign = echo->table();
  foreign.push_back({std::string{echo_service}, "Shout", foreign.front().handler});
  MethodTable twice = echo->table();
  twice.push_back(twice.front());
  EXPECT_EQ(start(lacking), ErrorCode::internal);
  EXPECT_EQ(start(foreign), ErrorCode::internal);
  EXPECT_EQ(start(twice), ErrorCode::internal);
  EXPECT_EQ(start(echo->table()), ErrorCode::ok);
}

TEST_F(ServerTest, ends_what_runs_when_it_stops_and_takes_nothing_new) {
  const auto node = serve("a");
  const auto client = calls({node->address()}, {.retry = {.attempts_max = 1}});
  const auto slow = call_slowly(*client, *node, say);
  run(node->server->stop(5s));
  let_end(*client);
  ASSERT_TRUE(slow->ok());
  EXPECT_EQ((*slow)->value(), "a: slowly");
  EXPECT_EQ(told(*client, "hello", say), "UNAVAILABLE");
}

TEST_F(ServerTest, tells_whom_it_leaves_behind_that_nobody_knows) {
  const auto node = serve("a");
  const auto client = calls({node->address()}, {.retry = {.attempts_max = 1}});
  const auto slow = call_slowly(*client, *node, say);
  run(node->server->stop(0ms));
  let_end(*client);
  EXPECT_EQ(slow->code(), ErrorCode::timeout);
}

TEST_F(ServerTest, goes_with_a_call_open) {
  const auto node = serve("a");
  const auto client = calls({node->address()}, {.retry = {.attempts_max = 1}});
  const auto slow = call_slowly(*client, *node, say);
  node->server.reset();
  let_end(*client);
  EXPECT_EQ(slow->code(), ErrorCode::timeout);
}

}  // namespace
}  // namespace gochat::rpc
