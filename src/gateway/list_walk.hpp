// A walk through a list that moves while it is read, page by page. Every page shows the list as it
// stood when the first one was read: what was talked in since is found at its place of then.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/list_place.hpp"
#include "ports/logic_api.hpp"

namespace gochat::gateway {

// What `cursor` says: the newest that the first page knew, and the last row that was shown.
struct ListWalk {
  WallTime began;
  ListPlace last;

  bool operator==(const ListWalk&) const = default;
};
std::string cursor_text(const ListWalk& walk);
Result<ListWalk> parse_list_cursor(std::string_view text);

class WalkedList {
 public:
  // Messages that are looked through for the place of a conversation, per page and in pages.
  static constexpr std::size_t looked_through_max = 100;
  static constexpr std::size_t looks_max = 10;

  // `walk`: none for the first page.
  WalkedList(std::vector<ListedConversation> listed, std::optional<ListWalk> walk);

  // Those that have moved since the walk began look for where they stood then. Who was not there
  // then, or was talked in too much to tell, stands at the top, above what is still to be shown.
  Task<Result<void>> find_places(MessageApi& messages, Caller caller);

  struct Page {
    std::vector<ListedConversation> rows;
    std::string next;  // the cursor of the page after it; empty: there is none
  };
  // What is still to be shown, at most `limit`; 0: all of it.
  Page page(std::size_t limit) &&;

 private:
  struct Row {
    ListPlace place;
    ListedConversation listed;
  };
  Task<Result<WallTime>> moved_before(MessageApi& messages, Caller caller, std::size_t row) const;

  std::vector<Row> rows_;
  std::optional<ListWalk> walk_;
};

}  // namespace gochat::gateway
