#include "gateway/witness.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/log.hpp"
#include "base/span_recorder.hpp"

namespace gochat::gateway {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class CountingRandom final : public Random {
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = ++last_;
  }
  std::uint8_t last_ = 0;
};

class WitnessTest : public testing::Test {
 protected:
  WitnessTest() {
    session.id = ConnectionId{5};
    session.caller.user = UserId{7};
    session.trace = witness.new_trace();
    request.path = "/api/v1/groups/77";
    request.remote_address = "192.0.2.1";
    log::set_sink([this](std::string_view line) { lines.emplace_back(line); });
  }
  ~WitnessTest() override { log::set_sink({}); }

  void answer(int status, const Error* error = nullptr, bool audited = false) {
    witness.answered(
        {request, "/groups/{id}", status, timers.now(), session.trace, UserId{7}, error, audited});
  }

  ManualTimers timers;
  CountingRandom random;
  Witness witness{timers, random};
  Session session;
  net::HttpRequest request;
  std::vector<std::string> lines;
};

TEST_F(WitnessTest, takes_the_trace_that_was_brought_and_makes_one_otherwise) {
  const std::string brought = "4bf92f3577b34da6a3ce929d0e0e4736";
  EXPECT_NE(witness.trace_of(request), witness.trace_of(request));
  request.headers.add("traceparent", "00-" + brought + "-00f067aa0ba902b7-01");
  EXPECT_EQ(witness.trace_of(request).text(), brought);
}

struct ArrivalTest : WitnessTest {
  trace::Recorder recorder{{.ratio = 1e-9, .seed = 1, .now_ns = [] { return 1; }}};
  const std::string asks = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const std::string declines = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";

  ArrivalTest() { trace::record_with(&recorder); }
  int recorded(const std::string& traceparent, int tries) {
    int count = 0;
    for (int n = 0; n < tries; ++n) count += witness.arrival(traceparent).sampled ? 1 : 0;
    return count;
  }
};

TEST_F(ArrivalTest, goes_on_with_the_trace_that_was_brought) {
  const trace::Context arrived = witness.arrival(asks);
  EXPECT_EQ(arrived, trace::Context::of_traceparent(asks));
  EXPECT_TRUE(witness.arrival("").id);
  EXPECT_EQ(witness.arrival("").span, 0U);
}

TEST_F(ArrivalTest, records_what_clients_ask_for_within_a_budget) {
  const int at_once = recorded(asks, 1'000);
  EXPECT_GT(at_once, 0);
  EXPECT_LT(at_once, 100);
  timers.advance(std::chrono::seconds{1});
  EXPECT_GT(recorded(asks, 1), 0);
  EXPECT_EQ(recorded(declines, 100), 0);
  EXPECT_EQ(recorded("", 100), 0);
}

TEST_F(ArrivalTest, records_by_the_ratio_what_nobody_has_asked_for) {
  recorder.set_ratio(1);
  EXPECT_EQ(recorded("", 100), 100);
  EXPECT_EQ(recorded(asks, 100), 100);
  EXPECT_EQ(recorded(declines, 100), 0);
}

TEST_F(ArrivalTest, records_nothing_at_ratio_0_or_where_nobody_records) {
  recorder.set_ratio(0);
  EXPECT_EQ(recorded(asks, 1), 0);
  recorder.set_ratio(1);
  trace::record_with(nullptr);
  EXPECT_EQ(recorded(asks, 1), 0);
}

TEST_F(WitnessTest, a_success_is_counted_and_not_told) {
  answer(200);
  EXPECT_THAT(lines, IsEmpty());
  EXPECT_EQ(witness.counts().http_requests.at({"/groups/{id}", "GET", "200"}).value(), 1U);
}

TEST_F(WitnessTest, an_act_of_consequence_is_told_with_what_it_was_done_to) {
  answer(200, nullptr, true);
  EXPECT_THAT(lines, ElementsAre(AllOf(HasSubstr(R"("msg":"request")"),
                                       HasSubstr(R"("path":"/api/v1/groups/77")"),
                                       HasSubstr(session.trace.text()))));
}

TEST_F(WitnessTest, a_denial_is_told_without_the_words_and_the_path_of_the_client) {
  const Error denied = refused(ErrorCode::forbidden, "secret words");
  answer(403, &denied, true);
  EXPECT_THAT(lines, ElementsAre(AllOf(HasSubstr(R"("msg":"request denied")"),
                                       HasSubstr(R"("code":"FORBIDDEN","user_id":7)"),
                                       Not(HasSubstr("words")), Not(HasSubstr("/77")))));
}

TEST_F(WitnessTest, a_failure_is_told_with_its_cause) {
  const Error away = failed(ErrorCode::unavailable, "the disk is full");
  answer(503, &away);
  EXPECT_THAT(lines, ElementsAre(AllOf(HasSubstr(R"("level":"warn","msg":"request failed")"),
                                       HasSubstr("the disk is full"))));
}

TEST_F(WitnessTest, a_flood_is_cut_and_the_next_line_tells_how_many_were_left_out) {
  const Error denied = refused(ErrorCode::unauthorized, "");
  for (int n = 0; n < 1'000; ++n) answer(401, &denied);
  EXPECT_THAT(lines, SizeIs(100));
  EXPECT_EQ(witness.counts().http_requests.at({"/groups/{id}", "GET", "401"}).value(), 1'000U);
  lines.clear();
  timers.advance(std::chrono::seconds{1});
  answer(401, &denied);
  EXPECT_THAT(lines, ElementsAre(HasSubstr(R"("count":900)"), HasSubstr("request denied")));
}

TEST_F(WitnessTest, a_denied_send_is_told_where_its_socket_is_and_left_to_its_request_elsewhere) {
  protocol::Receipt receipt;
  receipt.code = ErrorCode::not_a_member;
  receipt.conversation = ConversationId{"group_9"};
  witness.receipt(receipt, nullptr, session.trace);
  EXPECT_THAT(lines, IsEmpty());
  witness.receipt(receipt, &session, session.trace);
  EXPECT_THAT(lines, ElementsAre(AllOf(HasSubstr(R"("msg":"send denied")"),
                                       HasSubstr(R"("code":"NOT_A_MEMBER","user_id":7)"),
                                       HasSubstr(R"("conversation_id":"group_9")"))));
  EXPECT_EQ(witness.counts().sends_refused.at({"NOT_A_MEMBER"}).value(), 2U);
}

TEST_F(WitnessTest, what_is_no_denial_is_not_told) {
  witness.request_refused("pull", refused(ErrorCode::not_found, ""), session);
  EXPECT_THAT(lines, IsEmpty());
  witness.request_refused("typing", refused(ErrorCode::blocked, ""), session);
  EXPECT_THAT(lines, ElementsAre(AllOf(HasSubstr(R"("verb":"typing","code":"BLOCKED")"),
                                       HasSubstr(session.trace.text()))));
}

TEST_F(WitnessTest, a_kick_is_told_and_a_goodbye_is_not) {
  witness.closed(&session, 1000);
  EXPECT_THAT(lines, IsEmpty());
  witness.closed(&session, 4005);
  EXPECT_THAT(lines, ElementsAre(HasSubstr(R"("close_code":4005,"user_id":7)")));
  EXPECT_EQ(witness.counts().sockets_closed.at({"4005"}).value(), 1U);
}

TEST_F(WitnessTest, a_code_that_a_client_made_up_makes_no_label) {
  for (std::uint16_t code = 4100; code < 4200; ++code) witness.closed(&session, code);
  EXPECT_EQ(witness.counts().sockets_closed.at({"other"}).value(), 100U);
}

}  // namespace
}  // namespace gochat::gateway
