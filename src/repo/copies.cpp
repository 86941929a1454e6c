#include "repo/copies.hpp"

#include <map>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "async/gather.hpp"

namespace gochat::repo {

// What a batch did to one conversation.
struct Effect {
  std::uint64_t drafts = 0;
  std::optional<Seq> proposed{};
  Seq last;  // none: no message came to be
  std::vector<protocol::MessageCopy> messages{};
  EventNo as_of;            // what had surely happened before the batch
  MemberVersion receivers;  // in force at its last message
  bool happened = false;    // an event, perhaps
  bool group_changed = false;
  bool members_changed = false;
  MemberVersion members;  // none: not known
};

struct WrittenBatch {
  std::vector<LogItem> items;
  std::map<ConversationId, Effect> conversations;
  std::vector<UserId> listed;  // whose lists are others now
};

namespace {

constexpr BreakerPolicy patience{.failures_in_a_row_max = 3, .open_time = std::chrono::seconds{2}};

using Answers = std::optional<Result<std::vector<LogAnswer>>>;

// Whether rows of members are other ones now. Of what is no change of a group, none are.
bool touches_members(const change::Body& body) {
  return std::visit(
      []<class Body>(const Body&) {
        return std::is_same_v<Body, change::CreateGroup> || std::is_same_v<Body, change::Join> ||
               std::is_same_v<Body, change::Leave> || std::is_same_v<Body, change::AddMembers> ||
               std::is_same_v<Body, change::RemoveMember> ||
               std::is_same_v<Body, change::SetRole> || std::is_same_v<Body, change::Mute> ||
               std::is_same_v<Body, change::Transfer> || std::is_same_v<Body, change::Disband>;
      },
      body);
}

// Whose lists of conversations a change touches.
struct Listed {
  std::vector<UserId>& users;

  void operator()(const change::OpenSingle& open) { add({open.a, open.b}); }
  void operator()(const change::CreateGroup& create) {
    add({create.group.owner});
    add(create.members);
  }
  void operator()(const change::Join& join) { add({join.user}); }
  void operator()(const change::Leave& leave) { add({leave.user}); }
  void operator()(const change::AddMembers& more) { add(more.users); }
  void operator()(const change::RemoveMember& less) { add({less.user}); }
  template <class OfNobody>
  void operator()(const OfNobody&) {}

 private:
  void add(const std::vector<UserId>& more) { users.insert(users.end(), more.begin(), more.end()); }
};

// `changed` is null when nobody knows what became of it.
void count_change(WrittenBatch& written, const Change& change, const Changed* changed) {
  Effect& effect = written.conversations[change.conversation];
  const bool of_members = touches_members(change.body);
  const bool of_group = of_members || std::holds_alternative<change::EditGroup>(change.body);
  Listed listed{written.listed};
  std::visit([&](const auto& body) { listed(body); }, change.body);
  effect.happened |= changed == nullptr || !changed->events.empty();
  effect.group_changed |= of_group;
  effect.members_changed |= of_members;
  if (changed != nullptr) effect.members = std::max(effect.members, changed->head.member_version);
}

void count_message(WrittenBatch& written, const Message& draft, const Stored& stored) {
  if (stored.duplicate) return;
  Effect& effect = written.conversations[draft.conversation];
  protocol::MessageCopy copy{draft, effect.as_of};
  copy.message.id = stored.id;
  copy.message.seq = stored.seq;
  copy.message.sent_at = stored.sent_at;
  copy.message.recalled = false;
  if (copy.message.content_hash == 0) {
    copy.message.content_hash =
        content_hash(draft.conversation, draft.type, draft.content, draft.reply_to);
  }
  effect.last = std::max(effect.last, stored.seq);
  effect.receivers = std::max(effect.receivers, stored.members);
  effect.messages.push_back(std::move(copy));
}

void count(WrittenBatch& written, const std::vector<LogAnswer>* answers) {
  for (std::size_t n = 0; n < written.items.size(); ++n) {
    const LogItem& item = written.items[n];
    const LogAnswer* answer = answers == nullptr ? nullptr : &(*answers)[n];
    if (const auto* change = std::get_if<Change>(&item)) {
      const auto* changed = answer == nullptr ? nullptr : std::get_if<Changed>(answer);
      if (answer == nullptr || changed != nullptr) count_change(written, *change, changed);
    } else if (answer != nullptr) {
      const auto* stored = std::get_if<Stored>(answer);
      if (stored != nullptr) count_message(written, std::get<MessageDraft>(item).message, *stored);
    }
  }
}

Task<bool> append_into(Copies::Append append, LogBatch batch, Answers* answers) {
  answers->emplace(co_await append(std::move(batch)));
  co_return true;
}

}  // namespace

Copies::Copies(const CopyPorts& ports, UserStore& users, GroupStore& groups,
               ConversationStore& conversations, MessageStore& messages)
    : ports_{ports},
      shown_{ports.values, ports.sets, ports.timers, users, groups},
      hot_{ports.hot, ports.timers, conversations, messages},
      lists_{ports.ranked_sets, ports.timers, conversations, ports.known_list},
      breaker_{patience} {}

Task<Result<std::vector<LogAnswer>>> Copies::written(LogBatch batch, Append append) {
  WrittenBatch written;
  written.items = batch.items;
  for (const LogItem& item : written.items) {
    const auto* draft = std::get_if<MessageDraft>(&item);
    if (draft == nullptr) continue;
    Effect& effect = written.conversations[draft->message.conversation];
    ++effect.drafts;
    effect.as_of = hot_.happened_by_now(draft->message.conversation);
  }
  // The append first: batches are appended in the order in which they come.
  Answers answers;
  std::vector<Task<bool>> both;
  both.push_back(append_into(std::move(append), std::move(batch), &answers));
  both.push_back(propose(&written));
  co_await gather(std::move(both));
  const bool unknown = !*answers && answers->code() == ErrorCode::timeout;
  if (*answers || unknown) {
    count(written, *answers ? &**answers : nullptr);
    if (*answers) learn(**answers);
    co_await settle(&written);
  }
  co_return *std::move(answers);
}

void Copies::learn(const std::vector<LogAnswer>& answers) {
  for (const LogAnswer& answer : answers) {
    if (const auto* changed = std::get_if<Changed>(&answer)) hot_.learn(changed->head);
  }
}

Task<bool> Copies::propose(WrittenBatch* written) {
  std::vector<Task<bool>> asked;
  for (auto& [conversation, effect] : written->conversations) {
    if (effect.drafts == 0) continue;
    asked.push_back(guarded(propose_one(conversation, &effect)));
  }
  co_await gather(std::move(asked));
  co_return true;
}

Task<bool> Copies::propose_one(ConversationId conversation, Effect* effect) {
  counts_.proposed.add();
  const auto last = co_await ports_.seqs.propose(std::move(conversation), effect->drafts);
  if (last) effect->proposed = *last;
  if (!last) counts_.errors.add();
  co_return last.ok();
}

// What was proposed for messages that did not come to be is taken back.
Task<bool> Copies::correct(ConversationId conversation, const Effect* effect) {
  Seq right = effect->last;
  if (effect->proposed) {
    counts_.differed.add();
    if (!right) right = Seq{effect->proposed->number() - effect->drafts};
  }
  const auto corrected = co_await ports_.seqs.correct(std::move(conversation), right);
  if (!corrected) counts_.errors.add();
  co_return corrected.ok();
}

Task<bool> Copies::group_changed(GroupId group, const Effect* effect) {
  co_await shown_.group_changed(group);
  if (effect->members_changed) co_await shown_.members_changed(group, effect->members);
  co_return true;
}

Task<> Copies::settle(const WrittenBatch* written) {
  std::vector<Task<bool>> orders;
  for (const auto& [conversation, effect] : written->conversations) {
    const auto group = group_of(conversation);
    if (group && effect.group_changed) orders.push_back(group_changed(*group, &effect));
    // What proposes nothing, such as a key that is no number, is set right as well.
    const bool differs =
        effect.proposed ? *effect.proposed != effect.last : static_cast<bool>(effect.last);
    if (differs) orders.push_back(guarded(correct(conversation, &effect)));
    if (effect.last && hot_.is_behind(conversation, effect.receivers)) {
      orders.push_back(hot_.catch_up(conversation));
    }
    if (effect.happened) {
      orders.push_back(guarded(hot_.drop(conversation)));
    } else if (!effect.messages.empty()) {
      orders.push_back(guarded(hot_.stored(conversation, effect.messages)));
    }
  }
  for (const UserId user : written->listed) orders.push_back(guarded(lists_.changed(user)));
  co_await gather(std::move(orders));
}

// What is left out is missed by the next reader, and made good.
Task<bool> Copies::guarded(Task<bool> write) {
  auto call = breaker_.enter(ports_.timers.now());
  if (!call) co_return false;
  const bool done = co_await std::move(write);
  if (done) {
    call->succeeded();
  } else {
    call->failed(ports_.timers.now());
  }
  co_return done;
}

}  // namespace gochat::repo
