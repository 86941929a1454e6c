#include "adapters/mysql/store_check.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <variant>

#include "adapters/mysql/transaction.hpp"

namespace gochat::mysql {
namespace {

// What the rows of a check are walked by.
using Key = std::variant<std::int64_t, std::string>;

Param param_of(const Key& key) {
  if (const auto* number = std::get_if<std::int64_t>(&key)) return *number;
  return Bytes{std::get<std::string>(key)};
}

struct Check {
  std::string_view what;
  // The last key of the next portion behind ?, of at most ? keys.
  Sql portion;
  // Subject, what is stored and what is counted, of the wrong ones above ? up to ?.
  Sql wrong;
  // Of one subject: what writers of it lock, and the statement that mends it.
  std::optional<Sql> lock = std::nullopt;
  std::optional<Sql> mend = std::nullopt;
  Key first = std::string{};
};

constexpr Sql conversations_portion =
    "SELECT MAX(k.id) FROM (SELECT id FROM conversations WHERE id > ? ORDER BY id LIMIT ?) k";
constexpr Sql groups_portion =
    "SELECT MAX(k.id) FROM (SELECT id FROM `groups` WHERE id > ? ORDER BY id LIMIT ?) k";
constexpr Sql lock_conversation = "SELECT id FROM conversations WHERE id = ? FOR UPDATE";
constexpr Sql lock_group = "SELECT id FROM conversations WHERE group_id = ? FOR UPDATE";

const Check checks[] = {
    {.what = "the last seq is below that of a message",
     .portion = conversations_portion,
     .wrong = "SELECT c.id, c.last_seq, (SELECT MAX(m.seq_id) FROM messages m WHERE "
              "m.conversation_id = c.id) AS counted FROM conversations c WHERE c.id > ? AND c.id "
              "<= ? HAVING counted > c.last_seq",
     .lock = lock_conversation,
     .mend =
         "UPDATE conversations c SET c.last_seq = GREATEST(c.last_seq, (SELECT MAX(m.seq_id) FROM "
         "messages m WHERE m.conversation_id = c.id)) WHERE c.id = ?"},
    {.what = "messages are missing",
     .portion = conversations_portion,
     .wrong = "SELECT c.id, c.last_seq, (SELECT COUNT(*) FROM messages m WHERE m.conversation_id = "
              "c.id) AS counted FROM conversations c WHERE c.id > ? AND c.id <= ? HAVING counted < "
              "c.last_seq"},
    {.what = "the last message is another",
     .portion = conversations_portion,
     .wrong = "SELECT c.id, c.last_message_id, m.id FROM conversations c JOIN messages m ON "
              "m.conversation_id = c.id AND m.seq_id = c.last_seq WHERE c.id > ? AND c.id <= ? AND "
              "m.id <> c.last_message_id",
     .lock = lock_conversation,
     .mend = "UPDATE conversations c JOIN messages m ON m.conversation_id = c.id AND m.seq_id = "
             "c.last_seq SET c.last_message_id = m.id, c.last_message_at = m.created_at WHERE c.id "
             "= ?"},
    {.what = "the last event number is below that of an event",
     .portion = conversations_portion,
     .wrong = "SELECT c.id, c.last_event_no, (SELECT MAX(e.event_no) FROM "
              "conversation_events e WHERE e.conversation_id = c.id) AS counted FROM conversations "
              "c WHERE c.id > ? AND c.id <= ? HAVING counted > c.last_event_no",
     .lock = lock_conversation,
     .mend = "UPDATE conversations c SET c.last_event_no = GREATEST(c.last_event_no, (SELECT "
             "MAX(e.event_no) "
             "FROM conversation_events e WHERE e.conversation_id = c.id)) WHERE c.id = ?"},
    {.what = "events are missing",
     .portion = conversations_portion,
     .wrong =
         "SELECT c.id, c.last_event_no, (SELECT COUNT(*) FROM conversation_events e WHERE "
         "e.conversation_id = c.id) AS counted FROM conversations c WHERE c.id > ? AND c.id <= "
         "? HAVING counted < c.last_event_no"},
    {.what = "a group's conversation has no group",
     .portion = conversations_portion,
     .wrong = "SELECT c.id, c.group_id, 0 FROM conversations c LEFT JOIN `groups` g ON g.id = "
              "c.group_id WHERE c.id > ? AND c.id <= ? AND c.type = 2 AND g.id IS NULL"},
    {.what = "the member count is another",
     .portion = groups_portion,
     .wrong =
         "SELECT g.id, g.member_count, (SELECT COUNT(*) FROM group_members m WHERE m.group_id "
         "= g.id AND m.left_seq IS NULL) AS counted FROM `groups` g WHERE g.id > ? AND g.id <= "
         "? HAVING counted <> g.member_count",
     .lock = lock_group,
     .mend = "UPDATE `groups` g SET g.version = g.version + 1, g.member_count = (SELECT COUNT(*) "
             "FROM group_members m WHERE m.group_id = g.id AND m.left_seq IS NULL) WHERE g.id = ?",
     .first = std::int64_t{0}},
    {.what = "the owner is not in the group as its owner",
     .portion = groups_portion,
     .wrong = "SELECT g.id, g.owner_id, m.role FROM `groups` g LEFT JOIN group_members "
              "m ON m.group_id = g.id AND m.user_id = g.owner_id AND m.left_seq IS NULL WHERE g.id "
              "> ? AND g.id <= ? AND g.disbanded = 0 AND (m.role IS NULL OR m.role <> 3)",
     .first = std::int64_t{0}},
    {.what = "a group has no conversation",
     .portion = groups_portion,
     .wrong = "SELECT g.id, g.id, 0 FROM `groups` g LEFT JOIN conversations c ON c.group_id = g.id "
              "WHERE g.id > ? AND g.id <= ? AND c.id IS NULL",
     .first = std::int64_t{0}},
    {.what = "messages belong to no conversation",
     .portion = "SELECT MAX(k.id) FROM (SELECT DISTINCT conversation_id AS id FROM messages WHERE "
                "conversation_id > ? ORDER BY conversation_id LIMIT ?) k",
     .wrong = "SELECT m.conversation_id, COUNT(*), 0 FROM messages m LEFT JOIN conversations c ON "
              "c.id = m.conversation_id WHERE m.conversation_id > ? AND m.conversation_id <= ? AND "
              "c.id IS NULL GROUP BY m.conversation_id"},
    {.what = "positions belong to no conversation",
     .portion = "SELECT MAX(k.id) FROM (SELECT DISTINCT user_id AS id FROM read_positions WHERE "
                "user_id > ? ORDER BY user_id LIMIT ?) k",
     .wrong = "SELECT p.user_id, COUNT(*), 0 FROM read_positions p LEFT JOIN conversations c ON "
              "c.id = p.conversation_id WHERE p.user_id > ? AND p.user_id <= ? AND c.id IS NULL "
              "GROUP BY p.user_id",
     .mend = "DELETE p FROM read_positions p LEFT JOIN conversations c ON c.id = p.conversation_id "
             "WHERE p.user_id = ? AND c.id IS NULL",
     .first = std::int64_t{0}},
    {.what = "positions belong to no session",
     .portion = "SELECT MAX(k.id) FROM (SELECT DISTINCT sid AS id FROM session_positions WHERE sid "
                "> ? ORDER BY sid LIMIT ?) k",
     .wrong = "SELECT p.sid, COUNT(*), 0 FROM session_positions p LEFT JOIN sessions s ON s.id = "
              "p.sid WHERE p.sid > ? AND p.sid <= ? AND s.id IS NULL GROUP BY p.sid",
     .mend = "DELETE p FROM session_positions p LEFT JOIN sessions s ON s.id = p.sid WHERE p.sid = "
             "? AND s.id IS NULL",
     .first = std::int64_t{0}},
};

Key key_at(const Row& row, const Key& like) {
  if (std::holds_alternative<std::int64_t>(like)) return row.int64(0);
  return std::string{row.text(0)};
}

std::string text_of(const Key& key) {
  if (const auto* number = std::get_if<std::int64_t>(&key)) return std::to_string(*number);
  return std::get<std::string>(key);
}

Task<Result<Unit>> mend_locked(Connection* db, const Check* check, const Key* subject,
                               Deadline deadline) {
  if (check->lock) {
    auto locked = co_await db->run(*check->lock, {param_of(*subject)}, deadline);
    if (!locked) co_return std::move(locked).error();
  }
  auto mended = co_await db->run(*check->mend, {param_of(*subject)}, deadline);
  if (!mended) co_return std::move(mended).error();
  co_return Unit{};
}

// One check, walked to its end or until it has found enough.
class Walk {
 public:
  Walk(Pool& pool, const Check& check, Mending mending, CheckLimits limits)
      : pool_{pool}, check_{check}, mends_{mending == Mending::on && check.mend}, limits_{limits} {}

  Task<Result<std::vector<Finding>>> run();

 private:
  Deadline soon() const { return pool_.timers().now() + limits_.statement_max; }
  Task<Result<void>> look(const Key* from, const Key* to);
  Task<Result<void>> take(Key subject, Finding finding);

  Pool& pool_;
  const Check& check_;
  const bool mends_;
  const CheckLimits limits_;
  std::vector<Finding> findings_;
};

Task<Result<std::vector<Finding>>> Walk::run() {
  Key from = check_.first;
  while (findings_.size() < limits_.findings_max) {
    auto end =
        co_await pool_.read(check_.portion, {param_of(from), limits_.subjects_at_once}, soon());
    if (!end) co_return std::move(end).error();
    if ((*end)[0].is_null(0)) break;
    const Key to = key_at((*end)[0], from);
    auto looked = co_await look(&from, &to);
    if (!looked) co_return std::move(looked).error();
    from = to;
  }
  co_return std::move(findings_);
}

Task<Result<void>> Walk::look(const Key* from, const Key* to) {
  auto rows = co_await pool_.read(check_.wrong, {param_of(*from), param_of(*to)}, soon());
  if (!rows) co_return std::move(rows).error();
  for (const Row row : *rows) {
    if (findings_.size() == limits_.findings_max) break;
    Key subject = key_at(row, *from);
    Finding finding{check_.what,   text_of(subject),        row.uint64(1),
                    row.uint64(2), check_.mend.has_value(), false};
    auto taken = co_await take(std::move(subject), std::move(finding));
    if (!taken) co_return std::move(taken).error();
  }
  co_return Unit{};
}

Task<Result<void>> Walk::take(Key subject, Finding finding) {
  if (mends_) {
    const Deadline deadline = soon();
    auto mended = co_await in_transaction(pool_, deadline, [&, deadline](Connection& db) {
      return mend_locked(&db, &check_, &subject, deadline);
    });
    if (!mended) co_return std::move(mended).error();
    finding.mended = true;
  }
  findings_.push_back(std::move(finding));
  co_return Unit{};
}

}  // namespace

Task<Result<std::vector<Finding>>> check_store(Pool* pool, Mending mending, CheckLimits limits) {
  std::vector<Finding> all;
  for (const Check& check : checks) {
    Walk walk{*pool, check, mending, limits};
    auto found = co_await walk.run();
    if (!found) co_return std::move(found).error();
    std::ranges::move(*found, std::back_inserter(all));
  }
  co_return all;
}

}  // namespace gochat::mysql
