// The messages of proto/gochat/v1/repo.proto that stand for something of a port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/grpc/faults.hpp"
#include "gochat/v1/repo.pb.h"
#include "ports/repo_api.hpp"

namespace gochat::rpc {

v1::GetMessagesRequest to_proto(const PageQuery& query);
v1::MessagePage to_proto(const MessagePage& page);
v1::MemberList to_proto(const MemberList& list);
v1::Key to_proto(const IdempotencyKey& key);
v1::InboxEntry to_proto(const InboxEntry& entry);
v1::InboxAddition to_proto(const InboxAddition& addition);
v1::RevokeSessionsRequest to_proto(const RevokeQuery& query, WallTime at);

PageQuery from_proto(const v1::GetMessagesRequest& in, Faults& faults);
MessagePage from_proto(const v1::MessagePage& in, Faults& faults);
std::shared_ptr<const MemberList> from_proto(const v1::MemberList& in, Faults& faults);
IdempotencyKey from_proto(const v1::Key& in, Faults& faults);
InboxEntry from_proto(const v1::InboxEntry& in, Faults& faults);
InboxAddition from_proto(const v1::InboxAddition& in, Faults& faults);
RevokeQuery from_proto(const v1::RevokeSessionsRequest& in, Faults& faults);

// Messages that only wrap what they stand for.
VerifiedPassword from_proto(const v1::VerifyPasswordAnswer& in, Faults& faults);
std::vector<User> from_proto(const v1::Users& in, Faults& faults);
std::vector<UserId> from_proto(const v1::UserIds& in, Faults& faults);
std::vector<Session> from_proto(const v1::Sessions& in, Faults& faults);
std::vector<ConversationEvent> from_proto(const v1::Events& in, Faults& faults);
std::vector<UserConversation> from_proto(const v1::UserConversations& in, Faults& faults);
std::vector<UserMark> from_proto(const v1::UserMarks& in, Faults& faults);
std::vector<std::pair<ConversationId, Seq>> from_proto(const v1::Positions& in, Faults& faults);
std::vector<Group> from_proto(const v1::Groups& in, Faults& faults);
std::optional<Message> from_proto(const v1::MaybeMessage& in, Faults& faults);
std::optional<Conversation> from_proto(const v1::MaybeConversation& in, Faults& faults);
std::optional<Membership> from_proto(const v1::MaybeMembership& in, Faults& faults);
std::optional<std::vector<InboxEntry>> from_proto(const v1::ReadInboxAnswer& in, Faults& faults);
std::optional<std::string> from_proto(const v1::BeginKeyAnswer& in, Faults& faults);
std::string from_proto(const v1::Epoch& in, Faults& faults);
std::size_t from_proto(const v1::Count& in, Faults& faults);
std::uint64_t from_proto(const v1::Fence& in, Faults& faults);
bool from_proto(const v1::Whether& in, Faults& faults);

// Limits of pages; one that no wire can say is the largest that it can.
std::uint32_t to_proto_32(std::size_t number);

}  // namespace gochat::rpc
