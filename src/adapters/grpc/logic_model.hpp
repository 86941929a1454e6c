// What LogicService's messages stand for. `to_answer` and `from_answer` are of what a whole call
// answers, of which each message has one meaning.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/grpc/faults.hpp"
#include "adapters/grpc/model.hpp"
#include "gochat/v1/logic.pb.h"
#include "ports/logic_api.hpp"

namespace gochat::rpc {

using Pulled = std::vector<std::pair<ShownMessage, std::vector<UserId>>>;

v1::Caller to_proto(const Caller& caller);
v1::SignInContext to_proto(const SignInContext& context);
v1::SignedIn to_proto(const SignedIn& signed_in);
v1::ShownMessage to_proto(const ShownMessage& shown);
v1::History to_proto(const History& history);
v1::ListedConversation to_proto(const ListedConversation& listed);
v1::SyncCursor to_proto(const SyncCursor& cursor);
v1::SyncedConversation to_proto(const SyncedConversation& synced);
v1::TrackedMessage to_proto(const TrackedMessage& tracked);
v1::TrackedPage to_proto(const TrackedPage& page);
v1::ConversationSeq to_proto(const ConversationPosition& position);
v1::GroupMember to_proto(const GroupMember& member);
v1::DeliveryStatus to_proto(DeliveryStatus status);

Caller from_proto(const v1::Caller& in, Faults& faults);
// Who signs up is nobody yet, and repeats it by a key too.
Caller from_proto_or_nobody(const v1::Caller& in);
SignInContext from_proto(const v1::SignInContext& in, Faults& faults);
SignedIn from_proto(const v1::SignedIn& in, Faults& faults);
ShownMessage from_proto(const v1::ShownMessage& in, Faults& faults);
History from_proto(const v1::History& in, Faults& faults);
ListedConversation from_proto(const v1::ListedConversation& in, Faults& faults);
SyncCursor from_proto(const v1::SyncCursor& in, Faults& faults);
SyncedConversation from_proto(const v1::SyncedConversation& in, Faults& faults);
TrackedMessage from_proto(const v1::TrackedMessage& in, Faults& faults);
TrackedPage from_proto(const v1::TrackedPage& in, Faults& faults);
GroupMember from_proto(const v1::GroupMember& in, Faults& faults);
DeliveryStatus from_proto(v1::DeliveryStatus in, Faults& faults);
std::vector<ConversationPosition> positions_from_proto(
    const google::protobuf::RepeatedPtrField<v1::ConversationSeq>& in, Faults& faults);

v1::Users to_answer(const std::vector<User>& users);
v1::Sessions to_answer(const std::vector<Session>& sessions);
v1::OnlineStatuses to_answer(const std::vector<std::pair<UserId, bool>>& people);
v1::HistoryEpoch to_answer(const std::string& epoch);
v1::UserMarks to_answer(const std::vector<UserMark>& marks);
v1::SyncedConversations to_answer(const std::vector<SyncedConversation>& news);
v1::ListedConversations to_answer(const std::vector<ListedConversation>& listed);
v1::GroupMembers to_answer(const std::vector<GroupMember>& members);
v1::ConversationSeqs to_answer(const std::vector<ConversationPosition>& positions);
v1::Position to_answer(Seq seq);
v1::Unread to_answer(std::uint64_t count);
v1::RepeatAnswer to_answer(const std::optional<std::string>& answer);
template <class Domain>
auto to_answer(const Domain& answer) -> decltype(to_proto(answer)) {
  return to_proto(answer);
}

std::vector<User> from_answer(const v1::Users& in, Faults& faults);
std::vector<Session> from_answer(const v1::Sessions& in, Faults& faults);
std::vector<std::pair<UserId, bool>> from_answer(const v1::OnlineStatuses& in, Faults& faults);
std::string from_answer(const v1::HistoryEpoch& in, Faults& faults);
std::vector<UserMark> from_answer(const v1::UserMarks& in, Faults& faults);
std::vector<SyncedConversation> from_answer(const v1::SyncedConversations& in, Faults& faults);
std::vector<ListedConversation> from_answer(const v1::ListedConversations& in, Faults& faults);
std::vector<GroupMember> from_answer(const v1::GroupMembers& in, Faults& faults);
std::vector<ConversationPosition> from_answer(const v1::ConversationSeqs& in, Faults& faults);
Seq from_answer(const v1::Position& in, Faults& faults);
std::uint64_t from_answer(const v1::Unread& in, Faults& faults);
std::optional<std::string> from_answer(const v1::RepeatAnswer& in, Faults& faults);
template <class Proto>
auto from_answer(const Proto& in, Faults& faults) -> decltype(from_proto(in, faults)) {
  return from_proto(in, faults);
}

// Most often everybody who was asked for may see a message, and then nobody is listed. What would
// become longer than `bytes_max` is cut behind a message, of which there is at least one.
v1::PulledMessages to_answer(const Pulled& pulled, std::vector<UserId> asked,
                             std::size_t bytes_max);
Pulled from_answer(const v1::PulledMessages& in, std::vector<UserId> asked, Faults& faults);

}  // namespace gochat::rpc
