// The newest messages of each conversation in front of the database, written along when they are
// stored. A copy says how much had surely happened in its conversation when it was true, and is
// served only while the database says that nothing more has: so one whose recall was lost, or that
// a slow writer put late, is never believed.
#pragma once

#include <vector>

#include "async/timer.hpp"
#include "base/bounded_map.hpp"
#include "ports/conversation_store.hpp"
#include "ports/hot_messages.hpp"
#include "ports/message_store.hpp"
#include "protocol/copies.hpp"
#include "repo/copy_counts.hpp"

namespace gochat::repo {

// Lives on one loop.
class HotHistory {
 public:
  HotHistory(HotMessages& hot, const Timers& timers, ConversationStore& heads,
             MessageStore& messages)
      : hot_{hot},
        timers_{timers},
        heads_{heads},
        messages_{messages},
        happened_{conversations_max} {}

  // Pages that go back in time come from the copies where those reach; all others are the store's.
  Task<Result<MessagePage>> page(PageQuery query);

  // What has surely happened in it by now: the most that this process has heard of. What is stored
  // from now on is stored after it.
  EventNo happened_by_now(const ConversationId& conversation);
  // Whether something happened of which this process has not heard.
  bool is_behind(const ConversationId& conversation, MemberVersion members);
  void learn(const Conversation& head);
  Task<bool> catch_up(ConversationId conversation);

  // Of one conversation, after the commit. False: the copies did not take them.
  Task<bool> stored(ConversationId conversation, std::vector<protocol::MessageCopy> copies);
  // Something happened, so that no copy of before holds.
  Task<bool> drop(ConversationId conversation);

  const CopyCounts& counts() const { return counts_; }

 private:
  struct Look {
    bool answered = false;
    bool wrong = false;
    Seq newest;
    std::vector<Message> messages{};  // ascending; empty: they do not make the page
  };
  struct Happened {
    EventNo events;
    MemberVersion members;
    Seq last;
  };
  static constexpr std::size_t conversations_max = 65'536;

  bool is_surely_cold(const PageQuery& query);
  Task<Look> look(const PageQuery* query, const Conversation* head, Seq high, std::size_t wanted);
  void judge(Look& look, HotPage page, const Conversation& head, Seq high, std::size_t wanted);
  Task<> fill_in(const Look* look, const MessagePage* page, ConversationId conversation);

  HotMessages& hot_;
  const Timers& timers_;
  ConversationStore& heads_;
  MessageStore& messages_;
  BoundedMap<ConversationId, Happened> happened_;
  CopyCounts counts_;
};

}  // namespace gochat::repo
