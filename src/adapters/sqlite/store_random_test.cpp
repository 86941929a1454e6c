// Thousands of random steps against the plain model, with everything merged as soon as it can be,
// and with a kill -9 now and then. GOCHAT_SEED and GOCHAT_STEPS choose another walk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "adapters/sqlite/store_walk_fixture.hpp"

namespace gochat::sqlite {

// Without limits of its own the page would be everything between `after` and `before`.
void StoreWalk::check_page(const PageQuery& query, const StoreModel::Place& known) {
  const MessagePage page = store_.get(store_->messages().page(query));
  const std::uint64_t last = known.messages.size();
  const std::uint64_t low = std::min(query.after.value_or(Seq{}).number(), last) + 1;
  const std::uint64_t high = query.before ? std::min(query.before->number() - 1, last) : last;
  ASSERT_EQ(page.last_seq, Seq{last});
  ASSERT_EQ(page.last_event_no, EventNo{known.events.size()});
  ASSERT_THAT(page.voids, ::testing::IsEmpty());
  const std::uint64_t wanted = high >= low ? high - low + 1 : 0;
  std::uint64_t count = 0;
  std::size_t bytes = 0;
  const auto row = [&](std::uint64_t n) -> const Message& {
    return known.messages[(query.after ? low + n : high - n) - 1];
  };
  while (count < std::min<std::uint64_t>(wanted, query.limit)) {
    bytes += row(count).content.size();
    if (count != 0 && bytes > query.bytes_max) break;
    ++count;
  }
  ASSERT_EQ(page.messages.size(), count);
  ASSERT_EQ(page.has_more, count < wanted);
  const std::uint64_t first = query.after ? low : high - count + 1;
  for (std::uint64_t n = 0; n < count; ++n) {
    ASSERT_EQ(page.messages[n], known.messages[first + n - 1]);
  }
  if (count != 0) {
    ASSERT_EQ(page.from_seq, Seq{query.after || count == wanted ? low : first});
    ASSERT_EQ(page.up_to_seq, Seq{query.after && count < wanted ? first + count - 1 : high});
  }
}

void StoreWalk::expect_same(const UserConversation& told, UserId user, const StoreModel& model) {
  const auto& known = model.places().at(told.head.id);
  ASSERT_EQ(told.head.kind, known.head.kind);
  ASSERT_EQ(told.head.last_seq, known.last());
  ASSERT_EQ(told.head.last_event_no, EventNo{known.events.size()});
  if (!known.messages.empty()) {
    const Message& last = known.messages.back();
    ASSERT_EQ(told.head.last_message_id, last.id);
    ASSERT_EQ(told.head.last_sender, last.sender);
    ASSERT_EQ(told.head.last_preview, preview(last.content));
  }
  const ReadPosition position = model.position(user, known);
  ASSERT_EQ(told.position.read_seq, position.read_seq);
  ASSERT_EQ(told.position.ack_seq, position.ack_seq);
  ASSERT_EQ(told.position.muted, position.muted);
  ASSERT_EQ(told.position.pinned, position.pinned);
  if (known.head.kind != ConversationKind::group) return;
  const Membership& row = known.members.at(user);
  ASSERT_TRUE(told.membership && told.group);
  ASSERT_EQ(told.membership->role, row.role);
  ASSERT_EQ(told.membership->muted_until, row.muted_until);
  ASSERT_EQ(told.membership->join_seq, row.join_seq);
  ASSERT_EQ(told.membership->left_seq, row.left_seq);
  ASSERT_EQ(told.membership->left_event_no, row.left_event_no);
  ASSERT_EQ(told.group->name, known.group.name);
  ASSERT_EQ(told.group->owner, known.group.owner);
  ASSERT_EQ(told.group->member_count, known.group.member_count);
  ASSERT_EQ(told.group->disbanded, known.group.disbanded);
}

void StoreWalk::check_user(UserId user, const ConversationId& id) {
  const auto told = store_.run(store_->conversations().find_for(user, id));
  if (!model_.has(user, model_.places().at(id))) {
    ASSERT_EQ(told.code(), ErrorCode::not_found);
    return;
  }
  ASSERT_TRUE(told.ok());
  expect_same(*told, user, model_);
}

void StoreWalk::check_list(UserId user) {
  const auto list = store_.get(store_->conversations().list_for(user));
  std::size_t expected = 0;
  std::uint64_t sum = 0;
  for (const auto& [id, place] : model_.places()) {
    expected += id != world_id && model_.has(user, place) ? 1 : 0;
  }
  ASSERT_EQ(list.size(), expected);
  for (const UserConversation& told : list) {
    expect_same(told, user, model_);
    sum += told.last_seq().number() + told.last_event_no().number();
  }
  ASSERT_EQ(store_.get(store_->conversations().marks({user})).at(0).sum, sum);
}

void StoreWalk::check_all() {
  for (const auto& [id, place] : model_.places()) {
    PageQuery query{id, Seq{}, {}, 1'000'000, 1'000'000'000};
    check_page(query, place);
    const auto events = store_.get(store_->messages().events(id, EventNo{}, 1'000'000));
    ASSERT_EQ(events.size(), place.events.size());
    for (std::size_t n = 0; n < events.size(); ++n) expect_event(events[n], place.events[n]);
    if (place.messages.empty()) continue;
    const Message& any = place.messages[below(place.messages.size())];
    ASSERT_EQ(store_.get(store_->messages().find_sent(any.sender, any.client_msg_id)), any);
    ASSERT_EQ(store_.get(store_->messages().find(any.id)), any);
  }
  for (int n = 1; n <= walk_users; ++n) check_list(UserId{n});
  for (int n = 1; n <= walk_sessions; ++n) {
    const auto told = store_.get(store_->conversations().acknowledged(SessionId{n}));
    ASSERT_EQ((std::map<ConversationId, Seq>{told.begin(), told.end()}),
              model_.acknowledged(SessionId{n}));
  }
}

namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

TEST(StoreRandom, agrees_with_a_plain_model_over_kills_and_restarts) {
  const std::uint64_t seed = number_from("GOCHAT_SEED", 1);
  const std::uint64_t steps = number_from("GOCHAT_STEPS", 10'000);
  StoreWalk walk{seed};
  for (std::uint64_t n = 1; n <= steps; ++n) {
    walk.step();
    if (n % 500 == 0) n % 1'000 == 0 ? walk.restart() : walk.kill();
    if (n % 250 == 0) walk.check_all();
    if (::testing::Test::HasFatalFailure()) {
      FAIL() << "seed " << seed << " at step " << n;
    }
  }
}

}  // namespace
}  // namespace gochat::sqlite
