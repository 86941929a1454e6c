#include "gateway/repair.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace gochat::gateway {

namespace {

// A user's mark without what no entry counts.
std::uint64_t sum_of(const Session& session) {
  std::uint64_t sum = 0;
  for (const auto& [conversation, entry] : session.entries) {
    sum += std::max(entry.sent, entry.owed).number();
  }
  return sum;
}

bool is_followed(const Session& session) { return session.followed && session.ready; }

}  // namespace

void Repair::start() {
  timer_ = rooms_.timers.after(limits_.interval, [this] {
    rooms_.gate.spawn([](Repair& self) -> Task<> {
      co_await self.run_once();
      if (!self.stopped_) self.start();
    }(*this));
  });
}

void Repair::stop() {
  stopped_ = true;
  timer_.cancel();
}

std::vector<UserId> Repair::users() const {
  std::vector<UserId> users;
  for (const Session* session : rooms_.sessions.all()) {
    if (is_followed(*session)) users.push_back(session->caller.user);
  }
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
  return users;
}

Task<> Repair::run_once() {
  const auto all = users();
  for (std::size_t from = 0; from < all.size() && !stopped_; from += limits_.marks_at_once_max) {
    const auto count = std::min(limits_.marks_at_once_max, all.size() - from);
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(from);
    co_await check({first, first + static_cast<std::ptrdiff_t>(count)});
  }
  if (!all.empty()) co_await check_world();
}

Task<> Repair::check(std::vector<UserId> users) {
  const auto marks = co_await rooms_.messages.marks(std::move(users));
  if (!marks) {
    log::warn("marks were not compared", {{log::Field::reason, marks.error().detail}});
    co_return;
  }
  for (const UserMark& mark : *marks) {
    std::vector<ConnectionId> differ;
    for (const Session* session : rooms_.sessions.of(mark.user)) {
      if (!is_followed(*session)) continue;
      if (sum_of(*session) + session->followed->beside != mark.sum) differ.push_back(session->id);
    }
    for (const ConnectionId id : differ) co_await compare(id, mark.sum);
  }
}

// Events and conversations that were left make marks differ too; then no head does, and the
// difference is remembered.
Task<> Repair::compare(ConnectionId id, std::uint64_t mark) {
  Session* session = rooms_.sessions.find(id);
  if (!session) co_return;
  const auto listed = co_await rooms_.conversations.list(session->caller);
  session = rooms_.sessions.find(id);
  if (!session || !session->followed || !listed) co_return;
  for (const ListedConversation& one : *listed) {
    if (one.conversation.head.kind != ConversationKind::world) {
      rooms_.catch_up.compare(*session, one);
    }
  }
  session->followed->beside = mark - sum_of(*session);
}

Task<> Repair::check_world() {
  const auto late = [](const Session& session, Seq head) {
    const Entry& at = session.world;
    return is_followed(session) && session.world_known && at.sent < head && !at.drawing();
  };
  std::vector<ConnectionId> behind;
  Caller anyone;
  for (const Session* session : rooms_.sessions.all()) {
    if (is_followed(*session) && session->world_known) anyone = session->caller;
    if (late(*session, world_before_)) behind.push_back(session->id);
  }
  if (!anyone.user) co_return;
  const auto world = co_await rooms_.conversations.get(anyone, world_id);
  if (!world) co_return;
  for (const ConnectionId id : behind) {
    Session* session = rooms_.sessions.find(id);
    if (session && late(*session, world_before_)) rooms_.catch_up.compare(*session, *world);
  }
  world_before_ = world->conversation.head.last_seq;
}

}  // namespace gochat::gateway
