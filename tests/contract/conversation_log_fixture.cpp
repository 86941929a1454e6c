#include "contract/conversation_log_contract.hpp"
#include "domain/snowflake.hpp"

namespace gochat::contract {
namespace {

// Ids as they are minted in life: in the order of time, above what is stored.
std::int64_t id_at(WallTime time, std::int64_t n) {
  return (ms(time) - snowflake_layout.epoch_ms) << snowflake_layout.time_shift() | n;
}

}  // namespace

ConversationId ConversationLogContract::single(UserId a, UserId b) {
  return apply(single_id(a, b), change::OpenSingle{a, b}).head.id;
}

ConversationId ConversationLogContract::group(UserId owner, std::vector<UserId> members,
                                              Group settings) {
  settings.id = GroupId{id_at(now(), ++ids_)};
  settings.owner = owner;
  settings.created_at = now();
  if (settings.name.empty()) settings.name = "group";
  const ConversationId id = group_conversation_id(settings.id);
  return apply(id, change::CreateGroup{settings, std::move(members)}).head.id;
}

MessageDraft ConversationLogContract::draft(const ConversationId& conversation, UserId sender,
                                            const std::string& text) {
  Message message;
  message.id = MessageId{id_at(now(), ++ids_)};
  message.conversation = conversation;
  message.sender = sender;
  message.client_msg_id = "client-" + std::to_string(ids_);
  message.content = text;
  message.content_hash = content_hash(conversation, message.type, text, MessageId{});
  message.sent_at = now();
  return {std::move(message), MemberVersion{}, true};
}

MessageDraft ConversationLogContract::reworded(MessageDraft first, const std::string& text) {
  MessageDraft other = draft(first.message.conversation, first.message.sender, text);
  other.message.client_msg_id = first.message.client_msg_id;
  return other;
}

Change ConversationLogContract::change(const ConversationId& conversation, change::Body body) {
  return {conversation, std::move(body), now()};
}

std::vector<LogAnswer> ConversationLogContract::append(std::vector<LogItem> items) {
  const std::size_t count = items.size();
  auto answers =
      get(stores().log().append({std::move(items), std::nullopt}, stores().loop().soon()));
  if (answers.size() != count) throw std::runtime_error{"not as many answers as items"};
  return answers;
}

LogAnswer ConversationLogContract::append_one(LogItem item) {
  std::vector<LogItem> items;
  items.push_back(std::move(item));
  return append(std::move(items)).front();
}

Stored ConversationLogContract::store(MessageDraft draft) {
  const LogAnswer answer = append_one(std::move(draft));
  if (const auto* error = std::get_if<Error>(&answer)) throw std::runtime_error{words(*error)};
  return std::get<Stored>(answer);
}

Stored ConversationLogContract::send(const ConversationId& conversation, UserId sender,
                                     const std::string& text) {
  return store(draft(conversation, sender, text));
}

void ConversationLogContract::send_many(const ConversationId& conversation, UserId sender,
                                        int count) {
  std::vector<LogItem> items;
  for (int n = 1; n <= count; ++n) {
    items.emplace_back(draft(conversation, sender, std::to_string(n)));
  }
  for (const LogAnswer& answer : append(std::move(items))) {
    if (!std::holds_alternative<Stored>(answer)) throw std::runtime_error{"a send was refused"};
  }
}

Changed ConversationLogContract::apply(const ConversationId& conversation, change::Body body) {
  const LogAnswer answer = append_one(change(conversation, std::move(body)));
  if (const auto* error = std::get_if<Error>(&answer)) throw std::runtime_error{words(*error)};
  return std::get<Changed>(answer);
}

Error ConversationLogContract::refusal(LogItem item) {
  const LogAnswer answer = append_one(std::move(item));
  const auto* error = std::get_if<Error>(&answer);
  return error != nullptr ? *error : Error{ErrorCode::ok, {}, {}, 0};
}

Conversation ConversationLogContract::head(const ConversationId& conversation) {
  return get(stores().conversations().find(conversation));
}

UserConversation ConversationLogContract::of(UserId user, const ConversationId& conversation) {
  return get(stores().conversations().find_for(user, conversation));
}

Membership ConversationLogContract::member(const ConversationId& group, UserId user) {
  auto row = get(stores().groups().member(group_of(group).value(), user));
  if (!row) throw std::runtime_error{"no member " + user.text()};
  return *row;
}

Group ConversationLogContract::settings(const ConversationId& group) {
  return get(stores().groups().find(group_of(group).value()));
}

MessagePage ConversationLogContract::page(PageQuery query) {
  return get(stores().messages().page(std::move(query)));
}

MessagePage ConversationLogContract::newest(const ConversationId& conversation, std::size_t limit) {
  PageQuery query;
  query.conversation = conversation;
  query.limit = limit;
  return page(query);
}

std::vector<std::string> ConversationLogContract::texts(const ConversationId& conversation) {
  return texts_of(newest(conversation));
}

std::vector<ConversationEvent> ConversationLogContract::events(const ConversationId& conversation,
                                                               EventNo after) {
  return get(stores().messages().events(conversation, after, 1'000));
}

std::uint64_t ConversationLogContract::mark(UserId user) {
  const auto marks = get(stores().conversations().marks({user}));
  if (marks.size() != 1 || marks[0].user != user) throw std::runtime_error{"no mark"};
  return marks[0].sum;
}

std::vector<std::string> texts_of(const MessagePage& page) {
  std::vector<std::string> texts;
  for (const Message& message : page.messages) texts.push_back(message.content);
  return texts;
}

std::vector<std::uint64_t> seqs_of(const MessagePage& page) {
  std::vector<std::uint64_t> seqs;
  for (const Message& message : page.messages) seqs.push_back(message.seq.number());
  return seqs;
}

const ConversationEvent& only_event(const Changed& changed) {
  if (changed.events.size() != 1) {
    throw std::runtime_error{"the change made " + std::to_string(changed.events.size()) +
                             " events"};
  }
  return changed.events.front();
}

}  // namespace gochat::contract
