// Cuts a page of a conversation to what one person may see. Pure.
#pragma once

#include <optional>
#include <vector>

#include "domain/membership.hpp"
#include "ports/conversation_store.hpp"
#include "ports/logic_api.hpp"
#include "ports/message_store.hpp"

namespace gochat::logic {

// The seqs that exist for one person: above `after`, up to `last`.
struct Window {
  Seq after;
  Seq last;
  bool contains(Seq seq) const { return after < seq && seq <= last; }
};
Window window_of(const UserConversation& own);

// What the store must be asked, so that no page is spent on what will be hidden; none when the
// answer is known without it.
std::optional<PageQuery> store_query(const Window& window, const HistoryQuery& query);

// The part of the answer that is about messages. What lies outside the window is void; recalled
// messages keep their place and lose their content.
struct VisiblePage {
  std::vector<Message> messages;
  std::vector<SeqRange> voids;
  Seq from_seq;
  Seq up_to_seq;
  bool has_more = false;
};
VisiblePage visible_page(const Window& window, const HistoryQuery& query,
                         std::optional<MessagePage> page);

// Whether a person may know of an event.
bool sees_event(const UserConversation& own, const ConversationEvent& event);

}  // namespace gochat::logic
