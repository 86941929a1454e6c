"""Every field of every model, posted to every route that writes: what a route does not take is not written."""
import json

from authorisation_table import ENDING, ROUTES
from test_authorisation import Scene, WithCast

NUMBER = 4711471147114711
TEXT = "forged-canary"
# Of users, sessions, groups, members, conversations, positions and messages, in both spellings.
IDS = ("id", "userId", "user_id", "senderId", "sender_id", "ownerId", "owner_id", "groupId", "group_id", "createdBy",
       "conversationId", "conversation_id", "messageId", "message_id", "sid", "sessionId", "session_id", "newOwnerId",
       "targetUserId", "toUserId", "friendId", "sub", "memberId")
NUMBERS = ("seqId", "seq_id", "seq", "lastSeq", "last_seq", "readSeq", "read_seq", "ackSeq", "eventNo", "event_no",
           "memberCount", "member_count", "unreadCount", "joinSeq", "join_seq", "leftSeq", "memberVersion",
           "passwordVersion", "password_version", "gen", "status", "userStatus", "roleNumber", "maxMembers")
TEXTS = ("username", "usernameKey", "username_key", "nickname", "avatar", "email", "passwordHash", "password_hash",
         "password", "hash", "senderName", "lastMessage", "createdAt", "created_at", "updatedAt", "updated_at",
         "sendTime", "send_time", "joinedAt", "joined_at", "mutedUntil", "muted_until", "expiresAt", "expires_at",
         "revokedAt", "lastSeenAt", "groupName", "group_name", "name", "description", "joinPolicy", "content", "type",
         "token", "epoch", "instance", "traceId")
FLAGS = ("isGuest", "is_guest", "guest", "disbanded", "admin", "isAdmin", "erased", "revoked", "duplicate", "recalled",
         "historyVisible", "muted", "pinned", "left", "verified")
FIELDS = {**dict.fromkeys(IDS, str(NUMBER)), **dict.fromkeys(NUMBERS, NUMBER), **dict.fromkeys(TEXTS, TEXT),
          **dict.fromkeys(FLAGS, True), "role": 3, "user_role": "admin", "userRole": "admin",
          "user": {"userId": str(NUMBER), "role": "admin"}, "__proto__": {"admin": True}}

ACCOUNT = {"username", "password", "nickname", "email"}
GROUP = {"groupName", "group_name", "name", "description", "avatar", "joinPolicy", "historyVisible", "maxMembers"}
PEER = {"targetUserId", "toUserId", "userId"}
SEND = {"conversationId", "conversation_id", "toUserId", "content", "type"}
# What each route takes of these; everything else must make no difference.
TAKEN = {
    "POST /auth/register": ACCOUNT, "POST /users/register": ACCOUNT, "POST /auth/login": ACCOUNT,
    "POST /auth/guest": {"username"}, "PUT /users/profile": {"nickname", "avatar", "email"},
    "DELETE /users/me": {"password"}, "POST /friends": {"friendId", "userId", "user_id"},
    "POST /blocks": {"userId", "user_id"}, "POST /conversations": PEER, "POST /conversations/create": PEER,
    "PUT /conversations/{id}": {"name", "groupName", "avatar", "muted", "pinned"},
    "PUT /conversations/{id}/read": {"seqId", "seq_id"},
    "POST /messages": SEND, "POST /messages/send": SEND, "POST /conversations/{id}/messages": SEND,
    "POST /groups": GROUP, "POST /groups/create": GROUP, "PUT /groups/{id}": GROUP,
    "POST /groups/{id}/transfer": {"userId", "user_id", "newOwnerId"},
    "POST /groups/{id}/members": {"userId", "user_id"}, "PUT /groups/{id}/members/{userId}": {"role"},
}


class MassAssignment(WithCast):
    async def test_fields_that_a_route_does_not_take_are_not_written(self):
        cast = await self.make_cast()
        for route, what, request, expected in ROUTES:
            if not route.startswith(("POST", "PUT")) or expected["owner"] >= 300:
                continue
            with self.subTest(f"{route} {what}"):
                people = await self.stand_in(cast, "owner") if route in ENDING else cast
                people["other"] = await self.person()
                scene = await Scene(people).set("owner", request.names | {"room"})
                method, path, body = request.filled(scene.names)
                extra = {k: v for k, v in FIELDS.items() if k not in TAKEN.get(route, set())}
                status, _, answer = await people["owner"].raw(method, "/api/v1" + path, {**extra, **(body or {})})
                self.assertEqual(status, expected["owner"], answer)
                await self.assert_untouched(scene, people, answer)

    async def assert_untouched(self, scene, people, answer):
        names = scene.names
        owner = await self.again(people["owner"], names)
        seen = {"answer": answer, "me": await owner.get("/api/v1/users/profile"),
                "other": await owner.get(f"/api/v1/users/{names['other_name']}"),
                "sessions": await owner.get("/api/v1/auth/sessions"),
                "group": await owner.get(f"/api/v1/groups/{names['group']}"),
                "members": await owner.get(f"/api/v1/groups/{names['group']}/members"),
                "conversations": await owner.get("/api/v1/conversations"),
                "history": await owner.history(names["room"]), "chat": await owner.history(names["chat"])}
        text = json.dumps(seen)
        self.assertNotIn(str(NUMBER), text)
        self.assertNotIn(TEXT, text)
        self.assertEqual((seen["me"]["isGuest"], seen["me"]["role"]), (False, "user"))
        self.assertFalse(seen["other"]["isGuest"])
        self.assertFalse(seen["group"]["historyVisible"])
        owners = [one["userId"] for one in seen["members"] if one["role"] == "owner"]
        self.assertEqual(owners, [seen["group"]["ownerId"]])
        made = (answer.get("data") or {}).get("user", {}) if isinstance(answer.get("data"), dict) else {}
        self.assertEqual(made.get("role", "user"), "user")

    async def again(self, owner, names):
        """Signed in anew, where the route has ended what there was."""
        for password in (owner.password, "secret2"):
            status, _, body = await self.nobody.raw("POST", "/api/v1/auth/login",
                                                    {"username": owner.name, "password": password})
            if status == 200:
                owner.token, owner.password = body["data"]["token"], password
                return owner
        raise AssertionError(f"{names['owner']} cannot sign in any more: {body}")
