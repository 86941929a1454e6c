// A user's conversations: the list, single chats, settings, positions, typing.
#pragma once

#include <vector>

#include "logic/access.hpp"
#include "logic/advance_read_position.hpp"
#include "logic/changes.hpp"
#include "logic/presence.hpp"
#include "ports/logic_api.hpp"

namespace gochat::logic {

class Conversations final : public ConversationApi {
 public:
  Conversations(const RepoApi& repo, Access& access, Changes& changes,
                AdvanceReadPosition& positions, Presence& presence)
      : repo_{repo},
        access_{access},
        changes_{changes},
        positions_{positions},
        presence_{presence} {}

  Task<Result<std::vector<ListedConversation>>> list(Caller caller) override;
  Task<Result<ListedConversation>> get(Caller caller, ConversationId id) override;
  Task<Result<ListedConversation>> open_single(Caller caller, UserId peer) override;
  Task<Result<ListedConversation>> edit(Caller caller, ConversationId id,
                                        ConversationEdit edit) override;
  Task<Result<std::uint64_t>> mark_read(Caller caller, ConversationId id,
                                        std::optional<Seq> to) override;
  Task<Result<void>> acknowledge(Caller caller, ConversationId id, Seq to) override;
  Task<Result<void>> typing(Caller caller, ConversationId id, bool on) override;
  Task<Result<void>> presence(UserId user, bool online) override;

  // The single conversation of two people; made, and told to both, when there is none.
  Task<Result<ConversationId>> open(Caller by, UserId peer);
  // Adds the peers of single chats, in one read.
  Task<Result<std::vector<ListedConversation>>> with_peers(UserId user,
                                                           std::vector<UserConversation> own);

 private:
  Task<Result<void>> edit_group_line(Caller caller, ConversationId id, ConversationEdit edit);
  Task<Result<void>> edit_settings(Caller caller, ConversationId id, ConversationEdit edit);

  RepoApi repo_;
  Access& access_;
  Changes& changes_;
  AdvanceReadPosition& positions_;
  Presence& presence_;
};

}  // namespace gochat::logic
