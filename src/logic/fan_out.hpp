// Finds who is told of something and where they are connected: one record per gateway.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "logic/downstream.hpp"
#include "logic/inboxes.hpp"
#include "logic/members.hpp"
#include "logic/places.hpp"
#include "ports/service_directory.hpp"
#include "ports/session_registry.hpp"
#include "protocol/records.hpp"

namespace gochat::logic {

// Something that is told and not stored, or was stored by a change.
struct Notice {
  ConversationId conversation;
  protocol::Push push;
  std::vector<UserId> to;
  bool to_all = false;
};

// One item of a batch after the log has answered.
struct Outgoing {
  protocol::Origin origin;
  std::optional<protocol::Receipt> receipt;
  // Empty: only the receipt goes out.
  std::optional<protocol::MessagePush> push;
  MemberVersion members;            // in force at the message's seq
  std::vector<Notice> introducing;  // told before the message: the conversation is new to them
  std::string trace{};              // travels on with the push and the receipt
};

class FanOut {
 public:
  FanOut(Members& members, SessionRegistry& registry, ServiceDirectory& directory,
         Downstream& downstream, Inboxes& inboxes)
      : members_{members},
        registry_{registry},
        directory_{directory},
        downstream_{downstream},
        inboxes_{inboxes} {}

  // Receivers are those of each message's seq, the sender's other connections among them; the
  // sending connection gets its receipt in the message's place. An error means that some may not
  // have been told, and that the whole must be given again.
  Task<Result<void>> deliver(std::vector<Outgoing> batch);

  // Best effort, in order: what is lost here is found again by the receivers' sync mark.
  Task<> tell(std::vector<Notice> notices);

 private:
  using Versions = std::unordered_map<ConversationId, MemberVersion>;
  using Rosters = std::unordered_map<ConversationId, SharedRoster>;
  Task<Result<Rosters>> rosters(Versions wanted);
  // All gateways besides, when somebody must be told who is not named.
  Task<Result<Places>> locate(std::vector<UserId> users, bool all_gateways);
  Task<Result<Places>> everywhere();

  Members& members_;
  SessionRegistry& registry_;
  ServiceDirectory& directory_;
  Downstream& downstream_;
  Inboxes& inboxes_;
};

}  // namespace gochat::logic
