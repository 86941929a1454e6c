// Conversations and groups as repo answers for them.
#include "adapters/grpc/repo_client_parts.hpp"

namespace gochat::rpc {
namespace {

// Logic decides by what it is answered.
v1::GroupIdRequest of_group(GroupId id) {
  v1::GroupIdRequest out;
  out.set_id(id.number());
  out.set_as_stored(true);
  return out;
}

}  // namespace

Task<Result<Conversation>> RemoteConversations::conversation(ConversationId id) {
  v1::ConversationIdRequest out;
  out.set_id(id.text());
  return get<v1::Conversation>(read_method("GetConversation"), std::move(out));
}

Task<Result<UserConversation>> RemoteConversations::conversation_for(UserId user,
                                                                     ConversationId id) {
  v1::UserConversationRequest out;
  out.set_user_id(user.number());
  out.set_conversation_id(id.text());
  return get<v1::UserConversation>(read_method("GetUserConversation"), std::move(out));
}

Task<Result<std::vector<UserConversation>>> RemoteConversations::conversations_for(UserId user) {
  v1::UserIdRequest out;
  out.set_id(user.number());
  return get<v1::UserConversations>(read_method("GetUserConversations"), std::move(out));
}

Task<Result<std::optional<Conversation>>> RemoteConversations::single_of(UserId a, UserId b) {
  v1::PairRequest out;
  out.set_a(a.number());
  out.set_b(b.number());
  return get<v1::MaybeConversation>(read_method("GetSingleConversation"), std::move(out));
}

Task<Result<std::vector<UserMark>>> RemoteConversations::marks(std::vector<UserId> users) {
  return get<v1::UserMarks>(read_method("GetMarks"), to_proto(users));
}

Task<Result<std::vector<std::pair<ConversationId, Seq>>>> RemoteConversations::acknowledged(
    SessionId session) {
  v1::SessionIdRequest out;
  out.set_id(session.number());
  return get<v1::Positions>(read_method("GetPositions"), std::move(out));
}

Task<Result<Group>> RemoteGroups::group(GroupId id) {
  return get<v1::Group>(read_method("GetGroup"), of_group(id));
}

Task<Result<std::shared_ptr<const MemberList>>> RemoteGroups::members(GroupId id) {
  return get<v1::MemberList>(read_method("GetGroupMembers"), of_group(id));
}

Task<Result<std::optional<Membership>>> RemoteGroups::member(GroupId id, UserId user) {
  v1::GroupMemberRequest out;
  out.set_group_id(id.number());
  out.set_user_id(user.number());
  return get<v1::MaybeMembership>(read_method("GetGroupMember"), std::move(out));
}

Task<Result<std::vector<Group>>> RemoteGroups::groups(GroupId after, std::size_t limit) {
  v1::GetGroupsRequest out;
  out.set_after(after.number());
  out.set_limit(to_proto_32(limit));
  return get<v1::Groups>(read_method("GetGroups"), std::move(out));
}

}  // namespace gochat::rpc
