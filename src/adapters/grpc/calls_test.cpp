#include "adapters/grpc/calls.hpp"

#include <gmock/gmock.h>

#include <set>

#include "adapters/grpc/echo_fixture.hpp"
#include "async/gather.hpp"
#include "async/wakeup.hpp"

namespace gochat::rpc {
namespace {

using namespace std::chrono_literals;
using ::testing::UnorderedElementsAre;

// What a test says it holds.
class ListedDirectory final : public ServiceDirectory {
 public:
  Task<Result<void>> announce(Instance) override { co_return Unit{}; }
  Task<Result<void>> withdraw(Instance) override { co_return Unit{}; }
  Task<Result<std::vector<Instance>>> instances(std::string role) override {
    ++asked;
    if (silent) co_await answer.wait();
    if (away) co_return failed(ErrorCode::unavailable, "away");
    std::vector<Instance> of_role;
    for (const Instance& one : list) {
      if (one.role == role) of_role.push_back(one);
    }
    co_return of_role;
  }

  std::vector<Instance> list;
  bool away = false;
  bool silent = false;  // until `answer` is notified
  Wakeup answer;
  int asked = 0;
};

class CallsTest : public EchoTest {
 protected:
  std::unique_ptr<Calls> calls_by(ServiceDirectory& directory, CallsOptions options = {}) {
    options.role = "echo";
    auto client = std::make_unique<Calls>(context_.get_executor(), timers_, &directory,
                                          longest_pauses, std::move(options));
    run(client->start());
    return client;
  }
  static Instance instance(const Node& node, const std::string& name, std::uint64_t boot = 1) {
    return {"echo", name, boot, node.address()};
  }
  std::set<std::string> answered_by(Calls& client, int times, Method method = ask) {
    std::set<std::string> answers;
    for (int n = 0; n < times; ++n) answers.insert(told(client, "hello", method));
    return answers;
  }
};

TEST_F(CallsTest, uses_every_instance) {
  const auto a = serve("a");
  const auto b = serve("b");
  const auto c = serve("c");
  const auto client = calls({a->address(), b->address(), c->address()});
  answered_by(*client, 30);
  EXPECT_EQ(a->echo->heard["hello"], 10);
  EXPECT_EQ(b->echo->heard["hello"], 10);
  EXPECT_EQ(c->echo->heard["hello"], 10);
}

TEST_F(CallsTest, prefers_the_one_that_has_less_to_do) {
  const auto a = serve("a");
  const auto b = serve("b");
  const auto client = calls({a->address(), b->address()});
  const auto slow = call_slowly(*client, *a, ask);
  EXPECT_THAT(answered_by(*client, 4), UnorderedElementsAre("b: hello"));
  let_end(*client);
  EXPECT_TRUE(slow->ok());
}

TEST_F(CallsTest, fails_no_call_when_one_of_two_is_gone_and_leaves_it_out) {
  auto a = serve("a");
  const auto b = serve("b");
  const auto client = calls({a->address(), b->address()},
                            {.breaker = {.failures_in_a_row_max = 3, .open_time = 1h}});
  EXPECT_THAT(answered_by(*client, 4, say), UnorderedElementsAre("a: hello", "b: hello"));
  a.reset();
  EXPECT_THAT(answered_by(*client, 20, say), UnorderedElementsAre("b: hello"));
  EXPECT_EQ(client->ejected(), 1);
}

TEST_F(CallsTest, takes_one_that_is_back_in_again) {
  auto a = serve("a");
  const std::string address = a->address();
  const auto client =
      calls({address}, {.channel = {.reconnect_max = 100ms},
                        .retry = {.attempts_max = 1},
                        .breaker = {.failures_in_a_row_max = 1, .open_time = 50ms}});
  EXPECT_EQ(told(*client, "hello"), "a: hello");
  a.reset();
  EXPECT_NE(told(*client, "hello"), "a: hello");
  EXPECT_EQ(client->ejected(), 1);
  const auto again = serve("again", {.listen = address});
  std::string answer;
  while (answer != "again: hello") {
    run(timers_.sleep(20ms));
    answer = told(*client, "hello");
  }
  EXPECT_EQ(client->ejected(), 0);
}

TEST_F(CallsTest, leaves_out_an_instance_that_has_lost_what_it_stands_on) {
  const auto a = serve("a");
  const auto b = serve("b");
  a->echo->refusals["hello"] = failed(ErrorCode::unavailable, "the database is away");
  const auto client = calls({a->address(), b->address()},
                            {.breaker = {.failures_in_a_row_max = 3, .open_time = 1h}});
  EXPECT_THAT(answered_by(*client, 20), UnorderedElementsAre("b: hello"));
  EXPECT_EQ(a->echo->heard["hello"], 3);
}

TEST_F(CallsTest, follows_the_directory_without_a_restart) {
  const auto a = serve("a");
  const auto b = serve("b");
  ListedDirectory directory;
  directory.list = {instance(*a, "a")};
  const auto client = calls_by(directory, {.refresh_every = 10ms});
  EXPECT_THAT(answered_by(*client, 4), UnorderedElementsAre("a: hello"));
  directory.list.push_back(instance(*b, "b"));
  while (client->instances() != 2) turn();
  EXPECT_THAT(answered_by(*client, 4), UnorderedElementsAre("a: hello", "b: hello"));
  directory.list.erase(directory.list.begin());
  while (client->instances() != 1) turn();
  EXPECT_THAT(answered_by(*client, 4), UnorderedElementsAre("b: hello"));
  run(client->stop());
}

TEST_F(CallsTest, keeps_the_last_list_when_the_directory_is_away) {
  const auto a = serve("a");
  ListedDirectory directory;
  directory.list = {instance(*a, "a")};
  const auto client = calls_by(directory, {.refresh_every = 5ms});
  directory.away = true;
  const int asked = directory.asked;
  while (directory.asked < asked + 3) turn();
  EXPECT_EQ(told(*client, "hello"), "a: hello");
  run(client->stop());
}

TEST_F(CallsTest, asks_the_directory_before_it_fails_for_want_of_an_instance) {
  const auto a = serve("a");
  ListedDirectory directory;
  const auto client =
      calls_by(directory, {.refresh_every = 1h, .refresh_pause = 0s, .retry = {.attempts_max = 1}});
  EXPECT_EQ(told(*client, "hello"), "UNAVAILABLE");
  directory.list = {instance(*a, "a")};
  EXPECT_EQ(told(*client, "hello"), "a: hello");
  run(client->stop());
}

TEST_F(CallsTest, signs_nobody_out_because_its_own_token_is_not_taken) {
  ServerOptions options;
  options.credentials.tokens = {"new"};
  const auto strict = serve("strict", options);
  const auto open = serve("open");
  CallsOptions of_client;
  of_client.retry = {.attempts_max = 2};
  of_client.breaker = {.failures_in_a_row_max = 3, .open_time = 1h};
  of_client.channel.credentials.tokens = {"old"};
  const auto alone = calls({strict->address()}, of_client);
  const auto answer = call(*alone, "hello", say);
  EXPECT_EQ(answer.code(), ErrorCode::unavailable);
  EXPECT_THAT(answer.error().detail, testing::HasSubstr("grpc.token"));
  const auto client = calls({strict->address(), open->address()}, of_client);
  EXPECT_THAT(answered_by(*client, 20, say), UnorderedElementsAre("open: hello"));
  EXPECT_EQ(client->ejected(), 1);
  strict->echo->refusals["who"] = refused(ErrorCode::unauthorized, "sign in");
  of_client.channel.credentials.tokens = {"new"};
  EXPECT_EQ(told(*calls({strict->address()}, of_client), "who", say), "UNAUTHORIZED");
}

TEST_F(CallsTest,
       asks_the_directory_once_for_all_who_find_nobody_and_waits_for_it_no_longer_than_they_do) {
  const auto a = serve("a");
  ListedDirectory directory;
  const auto client =
      calls_by(directory, {.refresh_every = 1h, .refresh_pause = 0s, .retry = {.attempts_max = 1}});
  directory.silent = true;
  const int asked = directory.asked;
  std::vector<Task<Result<Text>>> several;
  for (int n = 0; n < 5; ++n)
    several.push_back(client->unary<Text>(say, Text{}, timers_.now() + 500ms));
  for (const auto& answer : run(gather(std::move(several)))) {
    EXPECT_EQ(answer.code(), ErrorCode::unavailable);
  }
  EXPECT_EQ(directory.asked, asked + 1);
  directory.silent = false;
  directory.list = {instance(*a, "a")};
  directory.answer.notify();
  EXPECT_EQ(told(*client, "hello"), "a: hello");
  run(client->stop());
}

TEST_F(CallsTest, asks_the_directory_no_more_often_than_it_may) {
  ListedDirectory directory;
  const auto client =
      calls_by(directory, {.refresh_every = 1h, .refresh_pause = 1h, .retry = {.attempts_max = 1}});
  const int asked = directory.asked;
  for (int n = 0; n < 5; ++n) EXPECT_EQ(told(*client, "hello"), "UNAVAILABLE");
  EXPECT_EQ(directory.asked, asked + 1);
  run(client->stop());
}

TEST_F(CallsTest, tries_only_what_was_not_begun_or_is_idempotent_again) {
  const auto a = serve("a");
  a->echo->refusals["hello"] = failed(ErrorCode::unavailable, "away");
  a->echo->refusals["bad"] = refused(ErrorCode::invalid_params, "bad");
  const auto client = calls(
      {a->address()}, {.retry = {.attempts_max = 3}, .breaker = {.failures_in_a_row_max = 100}});
  EXPECT_EQ(told(*client, "hello", say), "UNAVAILABLE");
  EXPECT_EQ(a->echo->heard["hello"], 1);
  EXPECT_EQ(told(*client, "hello", ask), "UNAVAILABLE");
  EXPECT_EQ(a->echo->heard["hello"], 4);
  EXPECT_EQ(told(*client, "bad", ask), "INVALID_PARAMS");
  EXPECT_EQ(a->echo->heard["bad"], 1);
}

TEST_F(CallsTest, tells_a_call_that_never_began_from_one_that_was_lost) {
  const auto nobody = calls({nowhere()}, {.retry = {.attempts_max = 1}});
  EXPECT_EQ(told(*nobody, "hello", say), "UNAVAILABLE");
  auto a = serve("a");
  const auto client = calls({a->address()}, {.retry = {.attempts_max = 1}});
  const auto slow = call_slowly(*client, *a, say);
  a->server.reset();
  let_end(*client);
  EXPECT_EQ(slow->code(), ErrorCode::timeout);
}

TEST_F(CallsTest, spends_no_more_retries_than_it_has) {
  const auto a = serve("a");
  a->echo->refusals["hello"] = failed(ErrorCode::unavailable, "away");
  const auto client = calls({a->address()}, {.retry = {.attempts_max = 10},
                                             .retries_earned_per_call = 0,
                                             .retries_saved_max = 3,
                                             .breaker = {.failures_in_a_row_max = 100}});
  for (int n = 0; n < 5; ++n) told(*client, "hello");
  EXPECT_EQ(a->echo->heard["hello"], 5 + 3);
  EXPECT_EQ(client->counts().unspent.value(), 5);
}

TEST_F(CallsTest, ends_at_its_deadline) {
  const auto a = serve("a");
  const auto client = calls({a->address()});
  EXPECT_EQ(call(*client, "slowly", ask, 50ms).code(), ErrorCode::timeout);
  EXPECT_EQ(call(*client, "never", ask, 0ms).code(), ErrorCode::timeout);
  EXPECT_EQ(a->echo->heard["never"], 0);
}

TEST_F(CallsTest, refuses_more_calls_than_it_may_have_open) {
  const auto a = serve("a");
  const auto client = calls({a->address()}, {.calls_max = 1});
  const auto slow = call_slowly(*client, *a, ask);
  EXPECT_EQ(told(*client, "hello"), "OVERLOADED");
  let_end(*client);
  EXPECT_EQ(told(*client, "hello"), "a: hello");
}

TEST_F(CallsTest, refuses_what_is_larger_than_a_message_may_be) {
  const auto a = serve("a", {.message_bytes_max = 1'000});
  const auto client = calls({a->address()}, {.channel = {.message_bytes_max = 2'000}});
  EXPECT_EQ(told(*client, std::string(900, 'x')), "a: " + std::string(900, 'x'));
  EXPECT_EQ(told(*client, std::string(1'500, 'x')), "TOO_LARGE");
  EXPECT_EQ(told(*client, std::string(3'000, 'x')), "TOO_LARGE");
}

TEST_F(CallsTest, tells_what_is_not_served) {
  const auto a = serve("a");
  const auto client = calls({a->address()});
  EXPECT_EQ(told(*client, "hello", {echo_service, "Whisper", true}), "NOT_IMPLEMENTED");
}

TEST_F(CallsTest, goes_with_a_call_open) {
  const auto a = serve("a");
  auto client = calls({a->address()}, {.retry = {.attempts_max = 1}});
  const auto slow = call_slowly(*client, *a, say);
  client.reset();
  while (slow->code() == ErrorCode::ok) turn();
  EXPECT_EQ(slow->code(), ErrorCode::timeout);
}

TEST_F(CallsTest, counts_by_method_and_instance) {
  const auto a = serve("a");
  a->echo->refusals["bad"] = refused(ErrorCode::invalid_params, "bad");
  ListedDirectory directory;
  directory.list = {instance(*a, "node-a")};
  const auto client = calls_by(directory);
  told(*client, "hello");
  told(*client, "bad");
  std::map<std::vector<std::string>, std::uint64_t> seen;
  const auto note = [&](const auto& labels, const metrics::Counter& cell) {
    seen[labels] = cell.value();
  };
  client->counts().calls.each(note);
  client->counts().errors.each(note);
  client->counts().attempts.each(note);
  EXPECT_EQ(seen[{"Ask"}], 2);
  EXPECT_EQ((seen[{"Ask", "INVALID_PARAMS"}]), 1);
  EXPECT_EQ(seen[{"node-a"}], 2);
  run(client->stop());
}

}  // namespace
}  // namespace gochat::rpc
