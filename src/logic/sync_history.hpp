// What a caller may read: pages, gaps, news and marks.
#pragma once

#include <utility>
#include <vector>

#include "logic/access.hpp"
#include "logic/changes.hpp"
#include "logic/conversations.hpp"
#include "logic/members.hpp"
#include "logic/people_cache.hpp"
#include "ports/logic_api.hpp"

namespace gochat::logic {

class SyncHistory final : public MessageApi {
 public:
  // A gateway that waits for more asks again from what it got.
  static constexpr std::size_t pull_messages_max = 1'000;
  // What an event, and the frame of a message around its content, count for in a page's bytes.
  static constexpr std::size_t event_bytes = 256;
  static constexpr std::size_t message_frame_bytes = 384;

  SyncHistory(const RepoApi& repo, Access& access, Members& members, PeopleCache& people,
              Changes& changes, Conversations& conversations)
      : repo_{repo},
        access_{access},
        members_{members},
        people_{people},
        changes_{changes},
        conversations_{conversations} {}

  Task<Result<std::string>> epoch() override { return repo_.messages.epoch(); }
  Task<Result<History>> history(Caller caller, HistoryQuery query) override;
  Task<Result<std::vector<std::pair<ShownMessage, std::vector<UserId>>>>> pull_for_users(
      ConversationId conversation, SeqRange range, std::vector<UserId> users) override;
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override;
  Task<Result<std::vector<SyncedConversation>>> news(Caller caller,
                                                     std::vector<SyncCursor> cursors) override;
  Task<Result<void>> recall(Caller caller, MessageId message) override;
  Task<Result<Message>> sent(Caller caller, std::string client_msg_id) override;

 private:
  Task<Result<std::vector<ShownMessage>>> show(std::vector<Message> messages);
  Task<Result<std::vector<Message>>> range(ConversationId conversation, SeqRange range);
  Task<Result<History>> with_events(UserConversation own, HistoryQuery query, History page);

  RepoApi repo_;
  Access& access_;
  Members& members_;
  PeopleCache& people_;
  Changes& changes_;
  Conversations& conversations_;
};

}  // namespace gochat::logic
