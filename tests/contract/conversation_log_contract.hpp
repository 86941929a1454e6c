// Every ConversationLog passes these suites, together with the MessageStore, ConversationStore and
// GroupStore that read what it wrote:
//   INSTANTIATE_TEST_SUITE_P(MySql, ConversationLogContract, Values(factory), factory_name);
#pragma once

#include <string>
#include <vector>

#include "contract/stores.hpp"

namespace gochat::contract {

class ConversationLogContract : public StoreContract {
 protected:
  // --- what is written ---
  ConversationId single(UserId a, UserId b);
  ConversationId group(UserId owner, std::vector<UserId> members = {}, Group settings = {});

  // A draft that logic is not sure about, so that the log judges it.
  MessageDraft draft(const ConversationId& conversation, UserId sender, const std::string& text);
  // The same client id as `first`, with other words.
  MessageDraft reworded(MessageDraft first, const std::string& text);
  Change change(const ConversationId& conversation, change::Body body);

  std::vector<LogAnswer> append(std::vector<LogItem> items);
  LogAnswer append_one(LogItem item);
  // Each ends the test unless the answer is of its kind.
  Stored store(MessageDraft draft);
  Stored send(const ConversationId& conversation, UserId sender, const std::string& text = "hello");
  void send_many(const ConversationId& conversation, UserId sender, int count);
  Changed apply(const ConversationId& conversation, change::Body body);
  Error refusal(LogItem item);
  ErrorCode refused(LogItem item) { return refusal(std::move(item)).code; }
  ErrorCode refused(const ConversationId& conversation, change::Body body) {
    return refused(change(conversation, std::move(body)));
  }

  // --- what is read ---
  Conversation head(const ConversationId& conversation);
  UserConversation of(UserId user, const ConversationId& conversation);
  Membership member(const ConversationId& group, UserId user);
  Group settings(const ConversationId& group);
  MessagePage page(PageQuery query);
  MessagePage newest(const ConversationId& conversation, std::size_t limit = 100);
  std::vector<std::string> texts(const ConversationId& conversation);
  std::vector<ConversationEvent> events(const ConversationId& conversation, EventNo after = {});
  std::uint64_t mark(UserId user);

 private:
  std::int64_t ids_ = 0;
};

std::vector<std::string> texts_of(const MessagePage& page);
std::vector<std::uint64_t> seqs_of(const MessagePage& page);
// The one event that a change must have made.
const ConversationEvent& only_event(const Changed& changed);

}  // namespace gochat::contract
