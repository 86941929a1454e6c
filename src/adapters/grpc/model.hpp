// The messages of proto/gochat/v1/model.proto and what they stand for. What comes in is judged: an
// enum value that is unknown, or a part that must be there and is not, is a fault; the value that
// is then returned means nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/grpc/faults.hpp"
#include "domain/conversation.hpp"
#include "domain/membership.hpp"
#include "domain/message.hpp"
#include "domain/read_position.hpp"
#include "domain/user.hpp"
#include "gochat/v1/model.pb.h"
#include "ports/conversation_store.hpp"
#include "ports/message_store.hpp"
#include "ports/session_store.hpp"
#include "ports/user_store.hpp"

namespace gochat::rpc {

v1::User to_proto(const User& user);
v1::ProfileEdit to_proto(const ProfileEdit& edit);
v1::Session to_proto(const Session& session);
v1::RevokedPage to_proto(const RevokedPage& page);
v1::Conversation to_proto(const Conversation& conversation);
v1::Event to_proto(const ConversationEvent& event);
v1::Group to_proto(const Group& group);
v1::Membership to_proto(const Membership& row);
v1::ReadPosition to_proto(const ReadPosition& position);
v1::UserConversation to_proto(const UserConversation& conversation);
v1::UserMark to_proto(const UserMark& mark);
v1::Message to_proto(const Message& message);
v1::SeqRange to_proto(const SeqRange& range);
v1::ConversationSeq to_proto(const std::pair<ConversationId, Seq>& place);
v1::UserStatus to_proto(UserStatus status);
v1::UserRole to_proto(UserRole role);
v1::GroupRole to_proto(Role role);
v1::JoinPolicy to_proto(JoinPolicy policy);

User from_proto(const v1::User& in, Faults& faults);
ProfileEdit from_proto(const v1::ProfileEdit& in, Faults& faults);
Session from_proto(const v1::Session& in, Faults& faults);
RevokedPage from_proto(const v1::RevokedPage& in, Faults& faults);
Conversation from_proto(const v1::Conversation& in, Faults& faults);
ConversationEvent from_proto(const v1::Event& in, Faults& faults);
Group from_proto(const v1::Group& in, Faults& faults);
Membership from_proto(const v1::Membership& in, Faults& faults);
ReadPosition from_proto(const v1::ReadPosition& in, Faults& faults);
UserConversation from_proto(const v1::UserConversation& in, Faults& faults);
UserMark from_proto(const v1::UserMark& in, Faults& faults);
Message from_proto(const v1::Message& in, Faults& faults);
SeqRange from_proto(const v1::SeqRange& in, Faults& faults);
std::pair<ConversationId, Seq> from_proto(const v1::ConversationSeq& in, Faults& faults);
UserStatus from_proto(v1::UserStatus in, Faults& faults);
UserRole from_proto(v1::UserRole in, Faults& faults);
Role from_proto(v1::GroupRole in, Faults& faults);
JoinPolicy from_proto(v1::JoinPolicy in, Faults& faults);
MessageType from_proto(v1::MessageType in, Faults& faults);
// A close code or whatever else has 16 bits.
std::uint16_t from_proto_16(std::uint32_t number, std::string_view field, Faults& faults);

// `convert` is a lambda, so that it finds the overloads of where it stands.
template <class Domain, class Repeated, class Convert>
void to_proto_all(const std::vector<Domain>& values, Repeated* out, Convert convert) {
  out->Reserve(static_cast<int>(values.size()));
  for (const Domain& value : values) *out->Add() = convert(value);
}

template <class Repeated>
auto from_proto_all(const Repeated& in, Faults& faults) {
  std::vector<decltype(from_proto(*in.begin(), faults))> values;
  values.reserve(static_cast<std::size_t>(in.size()));
  for (const auto& value : in) values.push_back(from_proto(value, faults));
  return values;
}

template <class Id, class Repeated>
void ids_to_proto(const std::vector<Id>& ids, Repeated* out) {
  out->Reserve(static_cast<int>(ids.size()));
  for (const Id id : ids) out->Add(id.number());
}

template <class Id, class Repeated>
std::vector<Id> ids_from_proto(const Repeated& in) {
  std::vector<Id> ids;
  ids.reserve(static_cast<std::size_t>(in.size()));
  for (const auto number : in) ids.emplace_back(number);
  return ids;
}

}  // namespace gochat::rpc
