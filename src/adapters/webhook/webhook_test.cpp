#include "adapters/webhook/webhook_ports.hpp"
#include "net/server_fixture.hpp"

namespace gochat::webhook {
namespace {

using ::testing::HasSubstr;

class FixedClock final : public Clock {
 public:
  WallTime now() const override { return wall_time(1'800'000'000'123); }
};

class WebhookTest : public net::ServerTest {
 protected:
  void SetUp() override {
    start();
    owner.answer = [this](const net::HttpRequest&) {
      net::HttpResponse response;
      response.status = status;
      if (!retry_after.empty()) response.headers.add("Retry-After", retry_after);
      return response;
    };
    options_.port = server->port();
  }
  Webhook& webhook() {
    if (!webhook_) webhook_.emplace(loop, timers, clock, attempts, options_);
    return *webhook_;
  }
  Result<void> post() { return run(webhook().post("archive", "50", "{}")); }
  Result<void> post_answered(int with) {
    status = with;
    return post();
  }
  std::uint64_t count(std::string_view result) { return attempts.at({"archive", result}).value(); }

  static crypto::Key key() {
    crypto::Key key{};
    key.fill(7);
    return key;
  }

  FixedClock clock;
  Attempts attempts{"event", "result"};
  int status = 200;
  std::string retry_after;
  WebhookOptions options_{.host = "127.0.0.1", .target = "/hook?a=1", .secret = key()};
  std::optional<Webhook> webhook_;
};

// By `printf '1800000000.{}' | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707...07`.
TEST_F(WebhookTest, signs_time_and_body) {
  EXPECT_EQ(signature(key(), "1800000000", "{}"),
            "v1=53921a4b7167dae86855da937e5046e173f28d43eb08328897bf59048fff51bf");
}

TEST_F(WebhookTest, says_what_it_is_and_proves_by_whom) {
  ASSERT_TRUE(post());
  ASSERT_EQ(owner.requests.size(), 1U);
  const auto& request = owner.requests[0];
  EXPECT_EQ(request.method, net::HttpMethod::post);
  EXPECT_EQ(request.target, "/hook?a=1");
  EXPECT_EQ(request.body, "{}");
  EXPECT_EQ(request.headers.get("Gochat-Event"), "archive");
  EXPECT_EQ(request.headers.get("Gochat-Delivery"), "50");
  EXPECT_EQ(request.headers.get("Gochat-Timestamp"), "1800000000");
  EXPECT_EQ(request.headers.get("Gochat-Signature"), signature(key(), "1800000000", "{}"));
}

TEST_F(WebhookTest, tells_what_may_be_tried_again_from_what_may_not) {
  for (const int done : {200, 201, 204}) EXPECT_TRUE(post_answered(done)) << done;
  for (const int away : {429, 502, 503, 504}) {
    EXPECT_EQ(post_answered(away).code(), ErrorCode::unavailable) << away;
  }
  for (const int failing : {500, 501, 505}) {
    EXPECT_EQ(post_answered(failing).code(), ErrorCode::internal) << failing;
  }
  for (const int final_one : {301, 400, 401, 404, 410}) {
    EXPECT_FALSE(post_answered(final_one).error().retryable()) << final_one;
  }
  EXPECT_EQ(count("delivered"), 3U);
  EXPECT_EQ(count("away"), 4U);
  EXPECT_EQ(count("failed"), 3U);
  EXPECT_EQ(count("refused"), 5U);
  EXPECT_THAT(post_answered(410).error().detail, HasSubstr("answered 410"));
}

TEST_F(WebhookTest, says_how_long_it_is_asked_to_wait_within_reason) {
  retry_after = "3";
  EXPECT_EQ(post_answered(503).error().retry_after_ms, 3'000U);
  retry_after = "864000";
  EXPECT_EQ(post_answered(503).error().retry_after_ms, 86'400'000U);
  retry_after = "Fri, 31 Dec 2027 23:59:59 GMT";
  EXPECT_EQ(post_answered(503).error().retry_after_ms, 0U);
}

TEST_F(WebhookTest, takes_silence_for_being_away) {
  owner.holds_http = true;
  options_.deadline = std::chrono::milliseconds{50};
  EXPECT_EQ(post().code(), ErrorCode::unavailable);
  owner.http_held.clear();
  run(server->stop({}));
  EXPECT_EQ(post().code(), ErrorCode::unavailable);
  EXPECT_EQ(count("away"), 2U);
}

TEST_F(WebhookTest, leaves_a_hook_alone_that_is_away_and_then_finds_out_with_a_single_call) {
  options_.deadline = std::chrono::hours{1};  // in the time that stands still, never
  webhook_.emplace(loop, manual, clock, attempts, options_);
  for (int n = 0; n < 5; ++n) EXPECT_EQ(post_answered(503).code(), ErrorCode::unavailable);
  EXPECT_TRUE(webhook().left_alone());
  const auto refused = post_answered(200);
  EXPECT_EQ(refused.code(), ErrorCode::unavailable);
  EXPECT_EQ(refused.error().retry_after_ms, 2'000U);
  EXPECT_EQ(owner.requests.size(), 5U) << "nothing was sent";

  manual.advance(options_.breaker.open_time);
  EXPECT_FALSE(post_answered(429));
  EXPECT_FALSE(post_answered(200)) << "left alone again after one";
  EXPECT_EQ(owner.requests.size(), 6U);

  manual.advance(options_.breaker.open_time);
  for (int n = 0; n < 3; ++n) EXPECT_TRUE(post_answered(200));
  EXPECT_FALSE(webhook().left_alone());
  EXPECT_EQ(count("away"), 6U) << "what was not sent is no attempt";
}

TEST_F(WebhookTest, takes_a_failure_and_a_refusal_for_signs_of_life) {
  for (int n = 0; n < 20; ++n) EXPECT_FALSE(post_answered(n % 2 == 0 ? 500 : 410));
  for (const int answer : {503, 503, 503, 503, 500, 503, 503, 503, 503}) {
    EXPECT_FALSE(post_answered(answer));
  }
  EXPECT_FALSE(webhook().left_alone());
  EXPECT_TRUE(post_answered(200));
}

TEST_F(WebhookTest, pushes_to_receivers_by_id) {
  WebhookPushSender sender{webhook()};
  PushNote note;
  note.message.id = MessageId{50};
  note.message.conversation = ConversationId{"group_9"};
  note.message.seq = Seq{7};
  note.message.content = "say \"hi\"";
  note.sender_name = "Alice";
  note.to = {UserId{1}, UserId{9'007'199'254'740'993}};
  ASSERT_TRUE(run(sender.push(note)));
  const std::string& body = owner.requests.at(0).body;
  EXPECT_THAT(body, HasSubstr(R"("event":"push","messageId":"50","conversationId":"group_9")"));
  EXPECT_THAT(body, HasSubstr(R"("to":["1","9007199254740993"])"));
  EXPECT_THAT(body, HasSubstr(R"("content":"say \"hi\"")"));
}

}  // namespace
}  // namespace gochat::webhook
