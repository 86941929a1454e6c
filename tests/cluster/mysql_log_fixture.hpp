// Two logs on one database, and somebody who holds its rows.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/mysql/store.hpp"
#include "cluster/mysql_database.hpp"
#include "support/manual_clock.hpp"

namespace gochat::cluster {

inline constexpr UserId ann{1};
inline constexpr UserId bob{2};

// Two processes that have nothing in common but the database.
class MysqlLog : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!mysql_server()) GTEST_SKIP() << "GOCHAT_TEST_MARIADB is not set";
    database_.emplace();
    use({});
    chat_ = open(ann, bob);
  }
  void TearDown() override {
    holder_.reset();
    close();
  }
  // `port`: of a road to the server.
  void use(mysql::ConnectionLimits connections, std::uint16_t port = 0) {
    close();
    options_.primary = database_->server();
    if (port != 0) options_.primary.port = port;
    options_.connections = connections;
    here_.emplace(*this, 1);
    there_.emplace(*this, 2);
  }
  void close() {
    for (auto* process : {&here_, &there_}) {
      if (*process) loop_.run((*process)->store.close());
      process->reset();
    }
  }
  ConversationLog& here() { return here_->store.log(); }
  ConversationLog& there() { return there_->store.log(); }
  Deadline soon() { return loop_.soon(); }

  MessageDraft draft(const ConversationId& to, const std::string& client_msg_id,
                     std::string text = "hello") {
    Message message;
    message.id = MessageId{++ids_};
    message.conversation = to;
    message.sender = ann;
    message.client_msg_id = client_msg_id;
    message.content = std::move(text);
    message.sent_at = clock_.now();
    return {std::move(message), MemberVersion{}, true};
  }
  static LogBatch batch(std::vector<LogItem> items) { return {std::move(items), std::nullopt}; }
  LogBatch one(const ConversationId& to, const std::string& client_msg_id) {
    return batch({draft(to, client_msg_id)});
  }
  ConversationId open(UserId a, UserId b) {
    const Change change{single_id(a, b), change::OpenSingle{a, b}, clock_.now()};
    const auto answers = loop_.run(here().append(batch({change}), soon()));
    return std::get<Changed>(answers->front()).head.id;
  }
  std::vector<std::uint64_t> seqs(const ConversationId& conversation) {
    std::vector<std::uint64_t> seqs;
    PageQuery query;
    query.conversation = conversation;
    query.after = Seq{};
    for (bool more = true; more;) {
      const auto page = loop_.run(here_->store.messages().page(query));
      for (const Message& message : page->messages) seqs.push_back(message.seq.number());
      query.after = page->up_to_seq;
      more = page->has_more;
    }
    return seqs;
  }
  static std::vector<std::uint64_t> dense(std::size_t count) {
    std::vector<std::uint64_t> seqs(count);
    for (std::size_t n = 0; n < count; ++n) seqs[n] = n + 1;
    return seqs;
  }

  // Keeps the conversation's row until `release`.
  void hold(const ConversationId& conversation, mysql::ConnectionLimits connections = {}) {
    holder_.emplace(database_->server(), connections);
    holder_->ask("BEGIN");
    holder_->ask("SELECT * FROM conversations WHERE id = '" + conversation.text() + "' FOR UPDATE");
  }
  void release() { holder_->ask("COMMIT"); }
  // The connections with a statement under way that takes a lock.
  std::vector<std::uint64_t> waiting() {
    PoolOnLoop other{database_->server()};
    std::vector<std::uint64_t> ids;
    const auto rows = other.ask(
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND command = "
        "'Execute' AND (info LIKE '%FOR UPDATE' OR info LIKE 'INSERT INTO lane_fences%')");
    for (const mysql::Row row : rows) ids.push_back(row.uint64(0));
    return ids;
  }
  // Nothing tells us, so the server is asked again and again.
  void until_waiting(std::size_t count) {
    const Deadline give_up = soon();
    while (waiting().size() != count) {
      if (loop_.timers().now() > give_up) throw std::runtime_error{"no transaction waits"};
      loop_.pass(std::chrono::milliseconds{1});
    }
  }

  using Answers = Result<std::vector<LogAnswer>>;
  // An append beside the test.
  std::shared_ptr<std::optional<Answers>> start(ConversationLog& log, LogBatch items,
                                                Deadline deadline) {
    auto answers = std::make_shared<std::optional<Answers>>();
    loop_.start(keep(&log, std::move(items), deadline, answers));
    return answers;
  }
  static Task<> keep(ConversationLog* log, LogBatch items, Deadline deadline,
                     std::shared_ptr<std::optional<Answers>> to) {
    auto answers = co_await log->append(std::move(items), deadline);
    to->emplace(std::move(answers));
  }
  Answers wait_for(const std::shared_ptr<std::optional<Answers>>& answers) {
    loop_.run_until([&] { return answers->has_value(); }, "an append");
    return **answers;
  }

  struct Process {
    Process(MysqlLog& test, std::int64_t machine)
        : ids{{machine, 0, Deadline::max()}, 0, test.clock_, test.loop_.timers()},
          random{static_cast<std::uint64_t>(machine)},
          store{test.options_,
                {test.loop_.context().get_executor(), test.loop_.timers(), test.clock_, random,
                 ids}} {}
    memory::SnowflakeIds ids;
    support::SeededRandom random;
    mysql::Store store;
  };

  std::optional<MysqlDatabase> database_;
  support::ManualClock clock_;
  support::TaskLoop loop_{support::Time::steady};
  mysql::StoreOptions options_;
  std::optional<Process> here_;
  std::optional<Process> there_;
  std::optional<PoolOnLoop> holder_;
  ConversationId chat_;
  std::int64_t ids_ = 1'000'000;
};

}  // namespace gochat::cluster
