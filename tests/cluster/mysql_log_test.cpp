// The log among others that write the same database, and when its server misbehaves.
#include <gmock/gmock.h>

#include <algorithm>

#include "async/gather.hpp"
#include "cluster/commit_cutter.hpp"
#include "cluster/mysql_log_fixture.hpp"

namespace gochat::cluster {
namespace {

using ::testing::ElementsAreArray;
using namespace std::chrono_literals;

TEST_F(MysqlLog, numbers_what_two_processes_send_into_one_conversation_without_a_gap) {
  std::vector<Task<Answers>> appends;
  for (int n = 0; n < 60; ++n) {
    auto& log = n % 2 == 0 ? here() : there();
    appends.push_back(log.append(one(chat_, "c" + std::to_string(n)), soon()));
  }
  std::vector<std::uint64_t> answered;
  for (const Answers& answers : loop_.run(gather(std::move(appends)))) {
    ASSERT_TRUE(answers) << answers.error().detail;
    answered.push_back(std::get<Stored>(answers->front()).seq.number());
  }
  std::ranges::sort(answered);
  EXPECT_THAT(answered, ElementsAreArray(dense(60)));
  EXPECT_THAT(seqs(chat_), ElementsAreArray(dense(60)));
}

TEST_F(MysqlLog, stores_once_what_two_processes_are_given_at_the_same_time) {
  std::vector<Task<Answers>> appends;
  for (int n = 0; n < 40; ++n) {
    const std::string id = "c" + std::to_string(n);
    appends.push_back(here().append(one(chat_, id), soon()));
    appends.push_back(there().append(one(chat_, id), soon()));
  }
  const auto answers = loop_.run(gather(std::move(appends)));
  for (std::size_t n = 0; n < answers.size(); n += 2) {
    const auto& first = std::get<Stored>(answers[n]->front());
    const auto& second = std::get<Stored>(answers[n + 1]->front());
    EXPECT_EQ(first.seq, second.seq);
    EXPECT_EQ(first.id, second.id);
    EXPECT_NE(first.duplicate, second.duplicate);
  }
  EXPECT_THAT(seqs(chat_), ElementsAreArray(dense(40)));
}

// The lookup finds nothing under the locks of two different conversations: the key decides.
TEST_F(MysqlLog, stores_a_client_id_once_that_comes_for_two_conversations_at_once) {
  const ConversationId other = open(ann, UserId{3});
  for (int n = 0; n < 20; ++n) {
    const std::string id = "c" + std::to_string(n);
    std::vector<Task<Answers>> appends;
    appends.push_back(here().append(batch({draft(chat_, id), draft(chat_, id + "x")}), soon()));
    appends.push_back(there().append(batch({draft(other, id), draft(other, id + "y")}), soon()));
    const auto answers = loop_.run(gather(std::move(appends)));
    ASSERT_TRUE(answers[0] && answers[1]);
    const bool first = std::holds_alternative<Stored>((*answers[0])[0]);
    const auto& loser = (*answers[first ? 1 : 0])[0];
    ASSERT_TRUE(std::holds_alternative<Error>(loser));
    EXPECT_EQ(std::get<Error>(loser).code, ErrorCode::idempotency_conflict);
    EXPECT_TRUE(std::holds_alternative<Stored>((*answers[0])[1]));
    EXPECT_TRUE(std::holds_alternative<Stored>((*answers[1])[1]));
  }
  EXPECT_EQ(seqs(chat_).size() + seqs(other).size(), 60U);
}

TEST_F(MysqlLog, opens_one_chat_for_two_processes) {
  std::vector<Task<Answers>> appends;
  const Change change{single_id(ann, UserId{9}), change::OpenSingle{ann, UserId{9}}, clock_.now()};
  for (int n = 0; n < 10; ++n) {
    appends.push_back((n % 2 == 0 ? here() : there()).append(batch({change}), soon()));
  }
  int created = 0;
  for (const Answers& answers : loop_.run(gather(std::move(appends)))) {
    ASSERT_TRUE(answers);
    created += std::get<Changed>(answers->front()).created ? 1 : 0;
  }
  EXPECT_EQ(created, 1);
}

TEST_F(MysqlLog, commits_together_what_waited_together) {
  hold(chat_);
  std::vector<std::shared_ptr<std::optional<Answers>>> all;
  for (int n = 0; n < 50; ++n) {
    all.push_back(start(here(), one(chat_, "c" + std::to_string(n)), soon()));
  }
  until_waiting(1);
  const auto before = here_->store.counts().transactions.value();
  release();
  for (std::size_t n = 0; n < all.size(); ++n) {
    const auto answers = wait_for(all[n]);
    EXPECT_EQ(std::get<Stored>(answers->front()).seq, Seq{n + 1});
  }
  EXPECT_EQ(here_->store.counts().transactions.value() - before, 2U);
}

TEST_F(MysqlLog, lets_other_conversations_pass_one_that_waits) {
  const ConversationId other = open(ann, UserId{3});
  hold(chat_);
  const auto stuck = start(here(), one(chat_, "stuck"), soon());
  until_waiting(1);
  const auto behind = start(here(), batch({draft(chat_, "x"), draft(other, "y")}), soon());
  const auto free = start(here(), one(open(ann, UserId{4}), "free"), soon());
  EXPECT_TRUE(wait_for(free));
  EXPECT_FALSE(stuck->has_value());
  EXPECT_FALSE(behind->has_value());
  release();
  EXPECT_TRUE(wait_for(stuck));
  EXPECT_TRUE(wait_for(behind));
}

TEST_F(MysqlLog, lets_others_go_beside_transactions_that_are_held) {
  const ConversationId other = open(ann, UserId{3});
  const ConversationId third = open(ann, UserId{4});
  hold(chat_);
  holder_->ask("SELECT * FROM conversations WHERE id = '" + other.text() + "' FOR UPDATE");
  const auto first = start(here(), one(chat_, "first"), soon());
  const auto second = start(here(), one(other, "second"), soon());
  until_waiting(options_.log.transactions_max);
  EXPECT_TRUE(wait_for(start(here(), one(third, "third"), soon())));
  EXPECT_FALSE(first->has_value() || second->has_value());
  release();
  EXPECT_TRUE(wait_for(first));
  EXPECT_TRUE(wait_for(second));
}

// Such as one whose process is stopped between two statements.
TEST_F(MysqlLog, waits_for_no_transaction_that_fell_silent) {
  mysql::ConnectionLimits connections;
  connections.silence_max = 1s;
  hold(chat_, connections);
  const auto answers = wait_for(start(here(), one(chat_, "patient"), soon()));
  ASSERT_TRUE(answers) << answers.error().detail;
  EXPECT_EQ(std::get<Stored>(answers->front()).seq, Seq{1});
}

TEST_F(MysqlLog, begins_anew_when_a_row_was_held_for_too_long) {
  mysql::ConnectionLimits connections;
  connections.lock_wait_max = 1s;
  use(connections);
  hold(chat_);
  const auto answers = start(here(), one(chat_, "patient"), soon());
  loop_.run_until([&] { return here_->store.counts().deadlocks.value() == 1; }, "a lock time-out");
  release();
  EXPECT_EQ(std::get<Stored>(wait_for(answers)->front()).seq, Seq{1});
}

TEST_F(MysqlLog, does_nothing_when_its_connection_is_cut_before_the_commit) {
  hold(chat_);
  const auto cut = start(here(), one(chat_, "cut"), soon());
  until_waiting(1);
  holder_->ask("KILL " + std::to_string(waiting().front()));
  const auto answers = wait_for(cut);
  EXPECT_EQ(answers.code(), ErrorCode::unavailable);
  release();
  EXPECT_TRUE(seqs(chat_).empty());
  const auto again = loop_.run(here().append(one(chat_, "cut"), soon()));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_FALSE(std::get<Stored>(again->front()).duplicate);
}

TEST_F(MysqlLog, does_not_know_whether_a_commit_without_an_answer_was_carried_out) {
  CommitCutter road{loop_, database_->server().port};
  close();
  use({}, road.port());
  // Its first commit is another's, and the statements of the second are prepared by then.
  ASSERT_TRUE(loop_.run(here().append(one(chat_, "before"), soon())));
  road.cut_next_commit();
  const auto cut = loop_.run(here().append(one(chat_, "cut"), soon()));
  EXPECT_EQ(cut.code(), ErrorCode::timeout);
  EXPECT_EQ(road.cut(), 1U);
  const auto again = loop_.run(here().append(one(chat_, "cut"), soon()));
  ASSERT_TRUE(again) << again.error().detail;
  EXPECT_TRUE(std::get<Stored>(again->front()).duplicate);
  EXPECT_EQ(std::get<Stored>(again->front()).seq, Seq{2});
  close();
}

TEST_F(MysqlLog, commits_nothing_after_its_deadline) {
  hold(chat_);
  const auto late = start(here(), one(chat_, "late"), loop_.timers().now() + 200ms);
  const auto never_begun = start(here(), one(chat_, "behind"), loop_.timers().now() + 100ms);
  EXPECT_EQ(wait_for(never_begun).code(), ErrorCode::timeout);
  EXPECT_EQ(wait_for(late).code(), ErrorCode::timeout);
  release();
  const auto next = loop_.run(here().append(one(chat_, "next"), soon()));
  ASSERT_TRUE(next) << next.error().detail;
  EXPECT_EQ(std::get<Stored>(next->front()).seq, Seq{1});
  EXPECT_THAT(seqs(chat_), ElementsAreArray(dense(1)));
}

// By then its caller may have asked another process, and told the sender what that one answered.
TEST_F(MysqlLog, commits_nothing_after_its_deadline_beside_one_that_has_more_time) {
  const ConversationId other = open(ann, UserId{3});
  hold(chat_);
  PoolOnLoop holder_of_other{database_->server()};
  holder_of_other.ask("BEGIN");
  holder_of_other.ask("SELECT * FROM conversations WHERE id = '" + other.text() + "' FOR UPDATE");
  const auto first = start(here(), one(chat_, "first"), soon());
  until_waiting(1);
  const auto late = start(here(), batch({draft(chat_, "late"), draft(other, "late too")}),
                          loop_.timers().now() + 4s);
  const auto young = start(here(), batch({draft(chat_, "x"), draft(other, "y")}), soon());
  release();
  EXPECT_TRUE(wait_for(first));
  EXPECT_EQ(wait_for(late).code(), ErrorCode::timeout);
  holder_of_other.ask("COMMIT");
  EXPECT_EQ(std::get<Stored>(wait_for(young)->front()).seq, Seq{2});
  EXPECT_THAT(seqs(chat_), ElementsAreArray(dense(2)));
}

TEST_F(MysqlLog, writes_nothing_whose_deadline_has_passed) {
  const auto late = loop_.run(here().append(one(chat_, "late"), loop_.timers().now() - 1ns));
  EXPECT_EQ(late.code(), ErrorCode::timeout);
  EXPECT_TRUE(seqs(chat_).empty());
}

TEST_F(MysqlLog, gives_an_item_that_the_server_refuses_an_answer_of_its_own) {
  constexpr std::size_t more_than_the_column_takes = 70'000;
  const auto answers = loop_.run(here().append(
      batch({draft(chat_, "a"), draft(chat_, "b", std::string(more_than_the_column_takes, 'x')),
             draft(chat_, "c")}),
      soon()));
  ASSERT_TRUE(answers) << answers.error().detail;
  EXPECT_EQ(std::get<Stored>((*answers)[0]).seq, Seq{1});
  EXPECT_EQ(std::get<Error>((*answers)[1]).code, ErrorCode::invalid_params);
  EXPECT_EQ(std::get<Stored>((*answers)[2]).seq, Seq{2});
}

TEST_F(MysqlLog, raises_a_fence_only_after_what_its_predecessor_began) {
  const auto mine = *loop_.run(here().raise_fence("lane", 1));
  hold(chat_);
  LogBatch items = one(chat_, "begun");
  items.fence = LaneFence{"lane", 1, mine};
  const auto begun = start(here(), std::move(items), soon());
  until_waiting(1);
  auto raised = std::make_shared<std::uint64_t>(0);
  auto raise = [](ConversationLog* log, std::shared_ptr<std::uint64_t> to) -> Task<> {
    *to = *co_await log->raise_fence("lane", 1);
  };
  loop_.start(raise(&there(), raised));
  until_waiting(2);
  release();
  EXPECT_TRUE(std::holds_alternative<Stored>(wait_for(begun)->front()));
  loop_.run_until([&] { return *raised != 0; }, "the new owner");
  EXPECT_EQ(*raised, mine + 1);
  LogBatch zombies = one(chat_, "late");
  zombies.fence = LaneFence{"lane", 1, mine};
  EXPECT_EQ(loop_.run(here().append(std::move(zombies), soon())).code(), ErrorCode::fenced);
}

TEST_F(MysqlLog, refuses_at_once_what_finds_no_room) {
  close();
  options_.log.queue_bytes_max = 2'000;
  use({});
  hold(chat_);
  const auto first = start(here(), one(chat_, "first"), soon());
  until_waiting(1);
  std::vector<std::shared_ptr<std::optional<Answers>>> others;
  for (int n = 0; n < 20; ++n) {
    others.push_back(start(here(), one(chat_, "c" + std::to_string(n)), soon()));
  }
  EXPECT_EQ(wait_for(others.back()).code(), ErrorCode::overloaded);
  release();
  EXPECT_TRUE(wait_for(first));
  EXPECT_TRUE(wait_for(others.front()));
}

TEST_F(MysqlLog, answers_all_that_wait_when_it_is_closed) {
  hold(chat_);
  const auto begun = start(here(), one(chat_, "begun"), soon());
  until_waiting(1);
  const auto waits = start(here(), one(chat_, "waits"), soon());
  loop_.run_until([&] { return here_->store.log_waiting() == 1; }, "an append that waits");
  bool closed = false;
  auto close = [](mysql::Store* store, bool* done) -> Task<> {
    co_await store->close();
    *done = true;
  };
  loop_.start(close(&here_->store, &closed));
  EXPECT_EQ(wait_for(waits).code(), ErrorCode::unavailable);
  EXPECT_FALSE(closed);
  release();
  EXPECT_TRUE(wait_for(begun));
  loop_.run_until([&] { return closed; }, "the end");
}

}  // namespace
}  // namespace gochat::cluster
