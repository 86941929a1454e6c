// A random walk over a store and the plain model beside it: every step is taken by both, and told
// to agree. What is read back is compared in store_random_test.cpp.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "adapters/sqlite/store_fixture.hpp"
#include "adapters/sqlite/store_model.hpp"

namespace gochat::sqlite {

inline constexpr int walk_users = 9;
inline constexpr int walk_sessions = 4;

class StoreWalk {
 public:
  explicit StoreWalk(std::uint64_t seed) : numbers_{seed} {}

  void step() {
    const std::uint64_t kind = below(100);
    if (kind < 55) {
      send();
    } else if (kind < 60) {
      repeat();
    } else if (kind < 63) {
      block();
    } else {
      change();
    }
    time_ += std::chrono::milliseconds{below(300)};
    if (below(10) == 0) read_one();
  }

  void check_all();
  void kill() { store_.reopen_copy(); }
  void restart() { store_.reopen(); }

 private:
  std::uint64_t below(std::uint64_t bound) { return numbers_() % bound; }
  UserId user() { return UserId{static_cast<std::int64_t>(1 + below(walk_users))}; }
  SessionId session() { return SessionId{static_cast<std::int64_t>(1 + below(walk_sessions))}; }
  bool coin() { return below(2) == 0; }

  ConversationId place() {
    auto at = model_.places().begin();
    std::advance(at, static_cast<std::ptrdiff_t>(below(model_.places().size())));
    return at->first;
  }
  Seq seq_around(const StoreModel::Place& place) { return Seq{below(place.messages.size() + 3)}; }

  void send() {
    std::vector<LogItem> items;
    std::vector<MessageDraft> drafts;
    const std::uint64_t count = coin() ? 1 : 1 + below(12);
    for (std::uint64_t n = 0; n < count; ++n) {
      MessageDraft draft =
          draft_of(place(), user(), "c" + std::to_string(++sent_),
                   std::string(1 + below(150), static_cast<char>('a' + below(26))));
      draft.message.sent_at = time_;
      drafts.push_back(draft);
      items.emplace_back(std::move(draft));
    }
    auto answers = store_.get(store_->log().append({std::move(items), {}}, MonoTime::max()));
    ASSERT_EQ(answers.size(), drafts.size());
    for (std::size_t n = 0; n < drafts.size(); ++n) expect_sent(drafts[n], answers[n], false);
  }

  // An old client id again, with the same words or with others.
  void repeat() {
    if (sent_ == 0) return;
    const UserId sender = user();
    const std::string id = "c" + std::to_string(1 + below(sent_));
    const Message* before = model_.sent(sender, id);
    if (before == nullptr) return;
    MessageDraft draft = draft_of(before->conversation, sender, id, "other words");
    if (coin()) draft.message.content_hash = before->content_hash;
    draft.message.sent_at = time_;
    expect_sent(draft, store_.append(draft), true);
  }

  void expect_sent(const MessageDraft& draft, const LogAnswer& answer, bool is_again) {
    const ErrorCode expected = model_.send(draft);
    if (const auto* error = std::get_if<Error>(&answer)) {
      ASSERT_EQ(error->code, expected) << error->detail;
      return;
    }
    ASSERT_EQ(expected, ErrorCode::ok);
    const Stored& stored = std::get<Stored>(answer);
    const Message* row = model_.sent(draft.message.sender, draft.message.client_msg_id);
    ASSERT_EQ(stored.duplicate, is_again);
    ASSERT_EQ(stored.seq, row->seq);
    if (is_again) {
      ASSERT_EQ(stored.id, row->id);
    } else {
      model_.name(row->conversation, row->seq, stored.id);
    }
  }

  void block() {
    const UserId by = user();
    const UserId other = user();
    const bool on = below(3) == 0;
    store_.get(store_->relations().set_block(by, other, on, time_));
    model_.block(by, other, on);
  }

  change::Body body(const ConversationId& id);

  void change() {
    Change change{place(), {}, time_};
    change.body = body(change.conversation);
    if (const auto* c = std::get_if<change::OpenSingle>(&change.body)) {
      if (c->a == c->b) return;
      change.conversation = single_id(c->a, c->b);
    } else if (const auto* create = std::get_if<change::CreateGroup>(&change.body)) {
      change.conversation = group_conversation_id(create->group.id);
    } else if (is_of_groups(change.body) &&
               kind_of(change.conversation) != ConversationKind::group) {
      ASSERT_EQ(std::get<Error>(store_.append(change)).code, ErrorCode::not_found);
      return;
    }
    const std::size_t events_before = model_.places().contains(change.conversation)
                                          ? model_.places().at(change.conversation).events.size()
                                          : 0;
    const LogAnswer answer = store_.append(change);
    const ErrorCode expected = model_.apply(change);
    if (const auto* error = std::get_if<Error>(&answer)) {
      ASSERT_EQ(error->code, expected) << change.body.index() << ' ' << error->detail;
      return;
    }
    ASSERT_EQ(expected, ErrorCode::ok) << change.body.index();
    const auto& events = model_.places().at(change.conversation).events;
    const auto& told = std::get<Changed>(answer).events;
    ASSERT_EQ(told.size(), events.size() - events_before) << change.body.index();
    for (std::size_t n = 0; n < told.size(); ++n) expect_event(told[n], events[events_before + n]);
  }

  static bool is_of_groups(const change::Body& body) {
    return std::holds_alternative<change::Join>(body) ||
           std::holds_alternative<change::Leave>(body) ||
           std::holds_alternative<change::AddMembers>(body) ||
           std::holds_alternative<change::RemoveMember>(body) ||
           std::holds_alternative<change::SetRole>(body) ||
           std::holds_alternative<change::Mute>(body) ||
           std::holds_alternative<change::Transfer>(body) ||
           std::holds_alternative<change::Disband>(body) ||
           std::holds_alternative<change::EditGroup>(body);
  }

  static void expect_event(const ConversationEvent& told, const ConversationEvent& known) {
    ASSERT_EQ(told.no, known.no);
    ASSERT_EQ(told.at_seq, known.at_seq);
    ASSERT_EQ(told.kind, known.kind);
    ASSERT_EQ(told.actor, known.actor);
    ASSERT_EQ(told.subject, known.subject);
    ASSERT_EQ(told.argument, known.argument);
  }

  void read_one() {
    const auto id = place();
    const auto& known = model_.places().at(id);
    PageQuery query{id, {}, {}, 1 + below(30), 1 + below(3000)};
    if (coin()) query.after = seq_around(known);
    if (coin()) query.before = next(seq_around(known));
    check_page(query, known);
    check_user(user(), id);
  }

  void check_page(const PageQuery& query, const StoreModel::Place& known);
  void check_user(UserId user, const ConversationId& id);
  void check_list(UserId user);
  static void expect_same(const UserConversation& told, UserId user, const StoreModel& model);

  TestStore store_;
  StoreModel model_;
  std::mt19937_64 numbers_;
  std::uint64_t sent_ = 0;
  std::int64_t groups_ = 0;
  WallTime time_ = test_time;
};

inline change::Body StoreWalk::body(const ConversationId& id) {
  switch (below(16)) {
    case 0:
      return change::OpenSingle{user(), user()};
    case 1: {
      Group group;
      group.id = GroupId{++groups_};
      group.name = "g";
      group.owner = user();
      group.max_members = 6;
      return change::CreateGroup{group, {user(), user()}};
    }
    case 2:
      return change::Join{user()};
    case 3:
      return change::Leave{user()};
    case 4:
      return change::AddMembers{user(), {user(), user()}};
    case 5:
      return change::RemoveMember{user(), user()};
    case 6:
      return change::SetRole{user(), user(), coin() ? Role::admin : Role::member};
    case 7:
      return change::Mute{user(), user(), time_ + std::chrono::seconds{below(20)}};
    case 8:
      return change::Transfer{user(), user()};
    case 9: {
      if (below(8) == 0) return change::Disband{user()};
      change::EditGroup edit;
      edit.actor = user();
      edit.name = std::string(1, static_cast<char>('a' + below(3)));
      return edit;
    }
    case 10:
    case 11: {
      const auto& messages = model_.places().at(id).messages;
      const MessageId message =
          messages.empty() ? MessageId{1} : messages[below(messages.size())].id;
      return change::Recall{user(), message};
    }
    case 12:
      return change::AdvanceRead{user(), std::nullopt};
    case 13:
      return change::AdvanceRead{user(), seq_around(model_.places().at(id))};
    case 14:
      return change::Acknowledge{user(), session(), seq_around(model_.places().at(id))};
    default:
      return change::EditSettings{user(), coin(), std::nullopt};
  }
}

}  // namespace gochat::sqlite
