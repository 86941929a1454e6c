// What each person has: lists, marks, left conversations, beside what the log wrote.
#pragma once

#include "contract/conversation_log_contract.hpp"
#include "support/seeded_random.hpp"

namespace gochat::contract {

class ConversationStoreContract : public ConversationLogContract {
 protected:
  // People, groups of some of them, and the chats of the first one.
  void make_places(int people, int groups);
  // They come, go, write and read at random.
  void live(int steps);
  // Holds the list and the mark of a person against the messages, events and member rows.
  void recount(UserId user);

  std::vector<UserId> people_;

 private:
  struct Counted {
    std::uint64_t messages = 0;
    std::uint64_t events = 0;
    std::uint64_t unread = 0;
  };
  Counted count(const UserConversation& one, UserId user);
  LogItem something();

  std::vector<ConversationId> places_;
  support::SeededRandom random_{20'260'101};
};

}  // namespace gochat::contract
