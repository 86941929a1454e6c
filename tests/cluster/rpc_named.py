"""The services and methods that GoChat promises to other programs by name, whatever else it serves."""

_AUTH = """Register Authenticate GuestLogin RefreshToken Logout ValidateToken GetUserProfile UpdateUserProfile
SearchUsers RevokedSince ChangePassword EraseUser ListSessions RevokeSession GetOnlineStatus AddFriend RemoveFriend
GetFriends BlockUser UnblockUser GetBlocks""".split()
_MESSAGES = """SendMessage GetMessageHistory PullMessages PullForUsers Marks Sync RecallMessage MarkMessageRead
MarkConversationAsRead AckMessages""".split()
_CONVERSATIONS = """CreateConversation GetConversations UpdateConversation MarkMessageRead MarkConversationAsRead
AckMessages""".split()
_GROUPS = """CreateGroup GetGroupInfo UpdateGroup JoinGroup LeaveGroup AddGroupMember RemoveGroupMember SetMemberRole
TransferGroup DisbandGroup""".split()
_USER_REPO = """CreateUser GetUser GetUserByUsername VerifyPassword UpdateUser GetUserSession DeleteUser AddFriendship
RemoveFriendship GetFriendships SetBlock GetBlocks CreateSession RotateSession RevokeSessions GetSessions""".split()
_MESSAGE_REPO = "SaveMessage CreateMessage SaveMessages GetMessages UpdateMessageStatus".split()
_CONVERSATION_REPO = """CreateConversation GetConversation UpdateConversation GetUserConversations AdvancePositions
GetPositions""".split()
_GROUP_REPO = """CreateGroup GetGroup GetGroupInfo UpdateGroup GetGroupMembers GetOnlineGroupMembers AddGroupMember
RemoveGroupMember""".split()

NAMED = {
    "LogicService": {*_AUTH, *_MESSAGES, *_CONVERSATIONS, *_GROUPS},
    "AuthService": set(_AUTH),
    "MessageService": set(_MESSAGES),
    "ConversationService": set(_CONVERSATIONS),
    "ConversationLogic": set(_CONVERSATIONS),
    "GroupService": set(_GROUPS),
    "RepoService": {*_USER_REPO, *_MESSAGE_REPO, *_CONVERSATION_REPO, *_GROUP_REPO},
    "UserRepo": set(_USER_REPO),
    "MessageRepo": set(_MESSAGE_REPO),
    "ConversationRepo": set(_CONVERSATION_REPO),
    "GroupRepo": set(_GROUP_REPO),
}


def missing(declared):
    """What is named and not among these pairs of service and method."""
    return sorted((service, method) for service, methods in NAMED.items() for method in methods
                  if (service, method) not in declared)
