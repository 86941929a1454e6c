// The methods of LogicService by name, and which of them may be carried out twice.
#pragma once

#include <string_view>

#include "adapters/grpc/calls.hpp"

namespace gochat::rpc::logic_method {

inline constexpr std::string_view service = "gochat.v1.LogicService";

constexpr Method once(std::string_view name) { return {service, name, false}; }
constexpr Method repeatable(std::string_view name) { return {service, name, true}; }
constexpr Method reading(std::string_view name) { return {service, name, true, true}; }

// Each sign-in makes a session; a refresh token that comes twice is taken for stolen.
inline constexpr Method sign_up = once("Register");
inline constexpr Method login = once("Authenticate");
inline constexpr Method guest = once("GuestLogin");
inline constexpr Method refresh = once("RefreshToken");
inline constexpr Method logout = repeatable("Logout");
inline constexpr Method authenticate = reading("ValidateToken");
inline constexpr Method change_password = once("ChangePassword");
inline constexpr Method erase = once("EraseUser");
inline constexpr Method sessions = reading("ListSessions");
inline constexpr Method revoke_session = repeatable("RevokeSession");
inline constexpr Method revoked_since = reading("RevokedSince");

inline constexpr Method profile = reading("GetUserProfile");
inline constexpr Method edit_profile = repeatable("UpdateUserProfile");
inline constexpr Method user_by_name = reading("GetUserByUsername");
inline constexpr Method users = reading("GetUsers");
inline constexpr Method search = reading("SearchUsers");
inline constexpr Method online = reading("GetOnlineStatus");
// Friends already, and not friends any more, are refusals.
inline constexpr Method add_friend = once("AddFriend");
inline constexpr Method remove_friend = once("RemoveFriend");
inline constexpr Method friends = reading("GetFriends");
inline constexpr Method block = repeatable("BlockUser");
inline constexpr Method unblock = repeatable("UnblockUser");
inline constexpr Method blocks = reading("GetBlocks");

inline constexpr Method send = repeatable("SendMessage");  // by its client message id
inline constexpr Method epoch = reading("GetEpoch");
inline constexpr Method history = reading("GetMessageHistory");
inline constexpr Method pull_for_users = reading("PullForUsers");
inline constexpr Method marks = reading("Marks");
inline constexpr Method news = reading("Sync");
inline constexpr Method recall = repeatable("RecallMessage");
inline constexpr Method sent = reading("GetSentMessage");
inline constexpr Method pull = reading("PullMessages");
inline constexpr Method inbox = reading("GetInbox");
inline constexpr Method missed_groups = reading("GetMissedGroups");
inline constexpr Method advance = repeatable("AdvanceDelivery");

inline constexpr Method open_single = repeatable("CreateConversation");
inline constexpr Method list = reading("GetConversations");
inline constexpr Method get = reading("GetConversation");
inline constexpr Method edit = repeatable("UpdateConversation");
inline constexpr Method mark_read = repeatable("MarkMessageRead");
inline constexpr Method mark_conversation_read = repeatable("MarkConversationAsRead");
inline constexpr Method acknowledge = repeatable("AckMessages");
inline constexpr Method typing = repeatable("SetTyping");
inline constexpr Method presence = repeatable("SetPresence");

inline constexpr Method create = once("CreateGroup");
inline constexpr Method group_info = reading("GetGroupInfo");
inline constexpr Method edit_group = repeatable("UpdateGroup");
inline constexpr Method disband = once("DisbandGroup");
inline constexpr Method join = once("JoinGroup");
inline constexpr Method leave = once("LeaveGroup");
inline constexpr Method members = reading("GetGroupMembers");
inline constexpr Method add_members = once("AddGroupMember");
inline constexpr Method remove_member = once("RemoveGroupMember");
inline constexpr Method set_role = repeatable("SetMemberRole");
inline constexpr Method mute = once("MuteMember");
inline constexpr Method transfer = once("TransferGroup");

// Whoever begins twice is told that they are at it already.
inline constexpr Method begin = once("BeginRequest");
inline constexpr Method finish = once("FinishRequest");

}  // namespace gochat::rpc::logic_method
