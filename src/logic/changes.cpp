#include "logic/changes.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.hpp"

namespace gochat::logic {

namespace {

using protocol::EventPush;

// Members who came or went by one act are told of at once: the last event stands for those before
// it, whose numbers are next to each other.
bool continues(const ConversationEvent& before, const ConversationEvent& event) {
  const bool of_members = event.kind == EventKind::join || event.kind == EventKind::leave ||
                          event.kind == EventKind::kick;
  return of_members && before.kind == event.kind && before.actor == event.actor &&
         next(before.no) == event.no;
}

// A recall is about a message, the end of a group and its settings about nobody in particular.
bool is_about_a_person(EventKind kind) {
  return kind != EventKind::recall && kind != EventKind::disband && kind != EventKind::settings;
}

std::vector<EventPush> pushes(const Changed& changed) {
  std::vector<EventPush> found;
  for (const ConversationEvent& event : changed.events) {
    if (found.empty() || !continues(found.back().event, event)) {
      found.push_back({event, changed.member_count, {}});
    }
    found.back().event = event;
    if (is_about_a_person(event.kind)) found.back().subjects.push_back(UserId{event.subject});
  }
  return found;
}

std::vector<UserId> joined(const Changed& changed) {
  std::vector<UserId> users;
  for (const ConversationEvent& event : changed.events) {
    if (event.kind == EventKind::join) users.push_back(UserId{event.subject});
  }
  return users;
}

// The change stands; whoever was not told finds it by their sync mark.
void untold(const Conversation& head, const Error& error) {
  log::warn("a change was not told",
            {{log::Field::conversation_id, head.id.text()}, {log::Field::reason, error.detail}});
}

bool has(const Changed& changed, EventKind kind) {
  return std::ranges::any_of(changed.events, [&](const auto& event) { return event.kind == kind; });
}

}  // namespace

Changes::Changes(const Needs& needs, const Options& options, Members& members,
                 Introductions& introductions, FanOut& fan_out)
    : repo_{needs.repo},
      clock_{needs.clock},
      timers_{needs.timers},
      options_{options},
      members_{members},
      introductions_{introductions},
      fan_out_{fan_out} {}

Task<Result<Changed>> Changes::save(ConversationId conversation, change::Body body) {
  LogBatch batch;
  batch.items.emplace_back(Change{std::move(conversation), std::move(body), clock_.now()});
  const auto deadline = timers_.now() + options_.append_deadline;
  auto answers = co_await repo_.messages.save(std::move(batch), deadline);
  if (!answers) co_return answers.error();
  LogAnswer& answer = answers->front();
  if (auto* error = std::get_if<Error>(&answer)) co_return std::move(*error);
  auto* changed = std::get_if<Changed>(&answer);
  GOCHAT_ASSERT(changed != nullptr);
  co_return std::move(*changed);
}

Task<Result<Changed>> Changes::apply(ConversationId conversation, change::Body body) {
  auto changed = co_await save(std::move(conversation), std::move(body));
  if (changed && (changed->created || !changed->events.empty())) co_await tell(*changed);
  co_return changed;
}

Task<> Changes::tell(Changed changed) {
  auto roster = co_await members_.at_least(changed.head.id, changed.head.member_version);
  if (!roster) {
    untold(changed.head, roster.error());
    co_return;
  }
  auto told = co_await notices(std::move(changed), *std::move(roster));
  co_await fan_out_.tell(std::move(told));
}

Task<std::vector<Notice>> Changes::notices(Changed changed, SharedRoster roster) {
  std::vector<Notice> told;
  const Conversation& head = changed.head;
  if (head.kind == ConversationKind::single && changed.created) {
    auto introduced = co_await introductions_.of_single(head);
    if (introduced) told = *std::move(introduced);
    if (!introduced) untold(head, introduced.error());
  }
  if (auto fresh = joined(changed); !fresh.empty()) {
    auto introduced = co_await introductions_.of_group(head, std::move(fresh));
    if (introduced) told.push_back(*std::move(introduced));
    if (!introduced) untold(head, introduced.error());
  }
  if (has(changed, EventKind::settings)) {
    auto lines = co_await introductions_.of_settings(head, roster);
    if (lines) std::ranges::move(*lines, std::back_inserter(told));
    if (!lines) untold(head, lines.error());
  }
  const bool world = head.kind == ConversationKind::world;
  for (EventPush& push : pushes(changed)) {
    auto to = world ? std::vector<UserId>{} : roster->witnesses(changed.events.front().no);
    told.push_back({head.id, std::move(push), std::move(to), world});
  }
  co_return told;
}

}  // namespace gochat::logic
