// The requests of proto/gochat/v1/logic.proto, both ways: `fill` takes the arguments of the port's
// method, `args_of` gives them back, in their order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "adapters/grpc/faults.hpp"
#include "gochat/v1/logic.pb.h"
#include "ports/logic_api.hpp"

namespace gochat::rpc {

// --- people and their sign-ins
void fill(v1::RegisterRequest& out, const Registration& wanted, const SignInContext& context);
void fill(v1::AuthenticateRequest& out, const std::string& username, const std::string& password,
          const SignInContext& context);
void fill(v1::GuestLoginRequest& out, const std::string& name, const SignInContext& context);
void fill(v1::RefreshTokenRequest& out, const std::string& token, const SignInContext& context);
void fill(v1::TokenRequest& out, const std::string& token);
void fill(v1::NewPasswordRequest& out, const Caller& caller, const std::string& old_password,
          const std::string& new_password);
void fill(v1::EraseUserRequest& out, const Caller& caller, const std::string& password);
void fill(v1::OwnSessionRequest& out, const Caller& caller, SessionId session);
void fill(v1::RevokedAfterRequest& out, std::uint64_t cursor);
void fill(v1::CallerRequest& out, const Caller& caller);
void fill(v1::EditProfileRequest& out, const Caller& caller, const ProfileEdit& edit);
void fill(v1::NamedUserRequest& out, const Caller& caller, const std::string& username);
void fill(v1::UserIds& out, const std::vector<UserId>& ids);
void fill(v1::FindUsersRequest& out, const Caller& caller, const std::string& prefix, UserId after,
          std::size_t limit);
void fill(v1::OtherUserRequest& out, const Caller& caller, UserId user);

std::tuple<Registration, SignInContext> args_of(const v1::RegisterRequest& in, Faults& faults);
std::tuple<std::string, std::string, SignInContext> args_of(const v1::AuthenticateRequest& in,
                                                            Faults& faults);
std::tuple<std::string, SignInContext> args_of(const v1::GuestLoginRequest& in, Faults& faults);
std::tuple<std::string, SignInContext> args_of(const v1::RefreshTokenRequest& in, Faults& faults);
std::tuple<std::string> args_of(const v1::TokenRequest& in, Faults& faults);
std::tuple<Caller, std::string, std::string> args_of(const v1::NewPasswordRequest& in,
                                                     Faults& faults);
std::tuple<Caller, std::string> args_of(const v1::EraseUserRequest& in, Faults& faults);
std::tuple<Caller, SessionId> args_of(const v1::OwnSessionRequest& in, Faults& faults);
std::tuple<std::uint64_t> args_of(const v1::RevokedAfterRequest& in, Faults& faults);
std::tuple<Caller> args_of(const v1::CallerRequest& in, Faults& faults);
std::tuple<Caller, ProfileEdit> args_of(const v1::EditProfileRequest& in, Faults& faults);
std::tuple<Caller, std::string> args_of(const v1::NamedUserRequest& in, Faults& faults);
std::tuple<std::vector<UserId>> args_of(const v1::UserIds& in, Faults& faults);
std::tuple<Caller, std::string, UserId, std::size_t> args_of(const v1::FindUsersRequest& in,
                                                             Faults& faults);
std::tuple<Caller, UserId> args_of(const v1::OtherUserRequest& in, Faults& faults);

// --- messages
void fill(v1::HistoryEpochRequest& out);
void fill(v1::HistoryRequest& out, const Caller& caller, const HistoryQuery& query);
void fill(v1::PullForUsersRequest& out, const ConversationId& conversation, SeqRange range,
          const std::vector<UserId>& users);
void fill(v1::SyncRequest& out, const Caller& caller, const std::vector<SyncCursor>& cursors);
void fill(v1::RecallRequest& out, const Caller& caller, MessageId message);
void fill(v1::OwnMessageRequest& out, const Caller& caller, const std::string& client_msg_id);
void fill(v1::PullRequest& out, const Caller& caller, const ConversationId& id, Seq after,
          std::size_t limit);
void fill(v1::InboxRequest& out, const Caller& caller,
          const std::vector<ConversationPosition>& shown, std::size_t limit);
void fill(v1::AdvanceRequest& out, const Caller& caller, const ConversationId& id, Seq to,
          DeliveryStatus status);

std::tuple<> args_of(const v1::HistoryEpochRequest& in, Faults& faults);
std::tuple<Caller, HistoryQuery> args_of(const v1::HistoryRequest& in, Faults& faults);
std::tuple<ConversationId, SeqRange, std::vector<UserId>> args_of(const v1::PullForUsersRequest& in,
                                                                  Faults& faults);
std::tuple<Caller, std::vector<SyncCursor>> args_of(const v1::SyncRequest& in, Faults& faults);
std::tuple<Caller, MessageId> args_of(const v1::RecallRequest& in, Faults& faults);
std::tuple<Caller, std::string> args_of(const v1::OwnMessageRequest& in, Faults& faults);
std::tuple<Caller, ConversationId, Seq, std::size_t> args_of(const v1::PullRequest& in,
                                                             Faults& faults);
std::tuple<Caller, std::vector<ConversationPosition>, std::size_t> args_of(
    const v1::InboxRequest& in, Faults& faults);
std::tuple<Caller, ConversationId, Seq, DeliveryStatus> args_of(const v1::AdvanceRequest& in,
                                                                Faults& faults);

// --- conversations
void fill(v1::OwnConversationRequest& out, const Caller& caller, const ConversationId& id);
void fill(v1::EditConversationRequest& out, const Caller& caller, const ConversationId& id,
          const ConversationEdit& edit);
void fill(v1::MarkReadRequest& out, const Caller& caller, const ConversationId& id,
          std::optional<Seq> to);
void fill(v1::AcknowledgeRequest& out, const Caller& caller, const ConversationId& id, Seq to);
void fill(v1::TypingRequest& out, const Caller& caller, const ConversationId& id, bool on);
void fill(v1::PresenceRequest& out, UserId user, bool online);

std::tuple<Caller, ConversationId> args_of(const v1::OwnConversationRequest& in, Faults& faults);
std::tuple<Caller, ConversationId, ConversationEdit> args_of(const v1::EditConversationRequest& in,
                                                             Faults& faults);
std::tuple<Caller, ConversationId, std::optional<Seq>> args_of(const v1::MarkReadRequest& in,
                                                               Faults& faults);
std::tuple<Caller, ConversationId, Seq> args_of(const v1::AcknowledgeRequest& in, Faults& faults);
std::tuple<Caller, ConversationId, bool> args_of(const v1::TypingRequest& in, Faults& faults);
std::tuple<UserId, bool> args_of(const v1::PresenceRequest& in, Faults& faults);

// --- groups
void fill(v1::NewGroupRequest& out, const Caller& caller, const NewGroup& group);
void fill(v1::OwnGroupRequest& out, const Caller& caller, GroupId id);
void fill(v1::EditGroupRequest& out, const Caller& caller, GroupId id, const GroupEdit& edit);
void fill(v1::ListMembersRequest& out, const Caller& caller, GroupId id, UserId after,
          std::size_t limit);
void fill(v1::NewMembersRequest& out, const Caller& caller, GroupId id,
          const std::vector<UserId>& users);
void fill(v1::OneMemberRequest& out, const Caller& caller, GroupId id, UserId user);
void fill(v1::MemberRoleRequest& out, const Caller& caller, GroupId id, UserId user, Role role);
void fill(v1::MuteMemberRequest& out, const Caller& caller, GroupId id, UserId user,
          WallTime until);

std::tuple<Caller, NewGroup> args_of(const v1::NewGroupRequest& in, Faults& faults);
std::tuple<Caller, GroupId> args_of(const v1::OwnGroupRequest& in, Faults& faults);
std::tuple<Caller, GroupId, GroupEdit> args_of(const v1::EditGroupRequest& in, Faults& faults);
std::tuple<Caller, GroupId, UserId, std::size_t> args_of(const v1::ListMembersRequest& in,
                                                         Faults& faults);
std::tuple<Caller, GroupId, std::vector<UserId>> args_of(const v1::NewMembersRequest& in,
                                                         Faults& faults);
std::tuple<Caller, GroupId, UserId> args_of(const v1::OneMemberRequest& in, Faults& faults);
std::tuple<Caller, GroupId, UserId, Role> args_of(const v1::MemberRoleRequest& in, Faults& faults);
std::tuple<Caller, GroupId, UserId, WallTime> args_of(const v1::MuteMemberRequest& in,
                                                      Faults& faults);

// --- requests that carried an Idempotency-Key
void fill(v1::RepeatRequest& out, const Caller& caller, const std::string& route,
          const std::string& key, std::uint64_t body_hash);
void fill(v1::FinishRepeatRequest& out, const Caller& caller, const std::string& route,
          const std::string& key, std::uint64_t body_hash,
          const std::optional<std::string>& answer);

std::tuple<Caller, std::string, std::string, std::uint64_t> args_of(const v1::RepeatRequest& in,
                                                                    Faults& faults);
std::tuple<Caller, std::string, std::string, std::uint64_t, std::optional<std::string>> args_of(
    const v1::FinishRepeatRequest& in, Faults& faults);

}  // namespace gochat::rpc
