// Calls of logic's instances: how long one is waited for, and what is asked of another one when it
// has gone or has failed.
#include <optional>
#include <utility>

#include "adapters/grpc/logic_service_fixture.hpp"

namespace gochat::rpc {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class LogicInstancesTest : public LogicServiceTest {
 protected:
  // Ends the instance that works on a call, in the middle of it; how that call ends, and which
  // instance is left.
  template <class Answer>
  std::pair<Result<Answer>, LogicNode*> end_in_the_middle(Task<Result<Answer>> task) {
    for (LogicNode* node : {&node_, &other_}) node->heard.takes = 300ms;
    std::optional<Result<Answer>> outcome;
    boost::asio::co_spawn(context_, keep(std::move(task), outcome), [](const auto&) {});
    while (node_.heard.calls.empty() && other_.heard.calls.empty()) context_.run_one();
    LogicNode& hit = node_.heard.calls.empty() ? other_ : node_;
    LogicNode& left = &hit == &node_ ? other_ : node_;
    hit.server.reset();
    while (!outcome) context_.run_one();
    return {*std::move(outcome), &left};
  }
  template <class Answer>
  static Task<> keep(Task<Result<Answer>> task, std::optional<Result<Answer>>& outcome) {
    outcome.emplace(co_await std::move(task));
  }

  LogicNode other_{context_, timers_};
  std::unique_ptr<Calls> both_ = calls({node_.address(), other_.address()});
  LogicClient spread_{*both_};
  LogicApi logic_ = spread_.api();
};

TEST_F(LogicInstancesTest, is_waited_for_no_longer_than_the_deadline) {
  const auto impatient = calls({node_.address()}, {.deadline_default = 50ms});
  LogicClient client{*impatient};
  node_.heard.takes = 300ms;
  EXPECT_EQ(run(client.api().groups.leave(alice_, GroupId{1})).code(), ErrorCode::timeout);
}

TEST_F(LogicInstancesTest, does_not_know_what_an_instance_did_that_went) {
  const auto [outcome, left] = end_in_the_middle(logic_.groups.leave(alice_, GroupId{1}));
  EXPECT_EQ(outcome.code(), ErrorCode::timeout);
  EXPECT_THAT(left->heard.calls, IsEmpty());  // perhaps it was done: nobody does it again
  left->heard.takes = {};
  EXPECT_TRUE(run(logic_.groups.leave(alice_, GroupId{2})).ok());
  EXPECT_THAT(left->heard.calls, SizeIs(1));
}

TEST_F(LogicInstancesTest, asks_another_instance_for_what_may_be_asked_twice) {
  node_.heard.failure = failed(ErrorCode::unavailable, "the store is away");
  for (int n = 0; n < 4; ++n) EXPECT_TRUE(run(logic_.people.friends(alice_)).ok());
  EXPECT_THAT(node_.heard.calls, Not(IsEmpty()));
}

TEST_F(LogicInstancesTest, asks_once_for_what_may_not_be_asked_twice) {
  for (LogicNode* node : {&node_, &other_}) {
    node->heard.failure = failed(ErrorCode::unavailable, "the store is away");
  }
  EXPECT_EQ(run(logic_.groups.leave(alice_, GroupId{1})).code(), ErrorCode::unavailable);
  EXPECT_EQ(node_.heard.calls.size() + other_.heard.calls.size(), 1U);
}

TEST_F(LogicInstancesTest, is_unavailable_without_an_instance) {
  node_.server.reset();
  other_.server.reset();
  EXPECT_EQ(run(logic_.groups.leave(alice_, GroupId{1})).code(), ErrorCode::unavailable);
}

}  // namespace
}  // namespace gochat::rpc
