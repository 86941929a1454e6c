"""Who may do what: every route and every frame against everybody, as one table.

Each row has how its request is made (in a Scene that was set up for this one cell) and what each of seven kinds of
people is answered. `removed` was a member of the group and is none any more; `stranger` has an account and nothing to
do with anything.
"""
import re

PEOPLE = ("none", "stranger", "removed", "member", "admin", "owner", "guest")


def answers(none=401, stranger=None, removed=None, member=None, admin=None, owner=None, guest=None):
    given = dict(none=none, stranger=stranger, removed=removed, member=member, admin=admin, owner=owner, guest=guest)
    missing = [name for name, status in given.items() if status is None]
    assert not missing, f"a cell is empty: {missing}"
    return given


def everybody(status, **but):
    return answers(**{**dict.fromkeys(PEOPLE[1:], status), **but})


def registered(status, **but):
    return everybody(status, **{"guest": 403, **but})


# In a group: strangers cannot tell it from none. Whoever was in it knows that it is there, keeps their own settings and
# positions in it, and reads what was said while they were.
def insiders(status, **but):
    return answers(**{**dict(stranger=404, removed=403, member=status, admin=status, owner=status, guest=404), **but})


def group_only(status, **but):
    return insiders(status, **{"guest": 403, **but})


class Ask:
    """A request or a frame with {names} in it, which are those of a Scene."""

    def __init__(self, *parts):
        self.parts = parts
        self.names = set(re.findall(r"\{(\w+)\}", str(parts)))

    def filled(self, names):
        return tuple(fill(part, names) for part in self.parts)


def call(method, path, body=None):
    return Ask(method, path, body)


def fill(value, names):
    if isinstance(value, str):
        return value.format(**names)
    if isinstance(value, list):
        return [fill(one, names) for one in value]
    if isinstance(value, dict):
        return {key: fill(one, names) for key, one in value.items()}
    return value


# (route, what is asked, request, what each is answered)
ROUTES = [
    ("POST /auth/register", "", call("POST", "/auth/register", {"username": "{new}", "password": "secret1"}),
     everybody(201, none=201)),
    ("POST /users/register", "", call("POST", "/users/register", {"username": "{new}", "password": "secret1"}),
     everybody(201, none=201)),
    ("POST /auth/login", "", call("POST", "/auth/login", {"username": "{other_name}", "password": "{password}"}),
     everybody(200, none=200)),
    ("POST /auth/guest", "", call("POST", "/auth/guest", {}), everybody(201, none=201)),
    ("POST /auth/refresh", "somebody's session", call("POST", "/auth/refresh", {"refreshToken": "{owner_session}.1.x"}),
     everybody(401)),
    ("POST /auth/logout", "", call("POST", "/auth/logout", {}), everybody(200, none=200)),
    ("POST /auth/ticket", "", call("POST", "/auth/ticket", {}), everybody(201)),
    ("PUT /auth/password", "", call("PUT", "/auth/password", {"oldPassword": "{password}", "newPassword": "secret2"}),
     registered(200)),
    ("PUT /auth/password", "of somebody else", call("PUT", "/auth/password", {
        "oldPassword": "not mine", "newPassword": "secret2", "userId": "{other}"}), registered(403)),
    ("GET /auth/sessions", "", call("GET", "/auth/sessions"), everybody(200)),
    ("DELETE /auth/sessions/{id}", "the owner's", call("DELETE", "/auth/sessions/{owner_session}"),
     everybody(404, owner=200)),
    ("DELETE /users/me", "", call("DELETE", "/users/me", {"password": "{password}"}), registered(200, owner=409)),
    ("DELETE /users/me", "without the password", call("DELETE", "/users/me", {"password": "wrong one"}),
     registered(403)),

    ("GET /users/profile", "", call("GET", "/users/profile"), everybody(200)),
    ("GET /users/info", "", call("GET", "/users/info"), everybody(200)),
    ("GET /user/info", "", call("GET", "/user/info"), everybody(200)),
    ("PUT /users/profile", "", call("PUT", "/users/profile", {"nickname": "n"}), everybody(200)),
    ("GET /users/search", "", call("GET", "/users/search?q=zz"), registered(200)),
    ("GET /users/status/online", "", call("GET", "/users/status/online"), everybody(200)),
    ("GET /users/{username}", "", call("GET", "/users/{other_name}"), everybody(200)),
    ("GET /users/{username}", "nobody's", call("GET", "/users/{new}"), everybody(404)),
    ("GET /friends", "", call("GET", "/friends"), registered(200)),
    ("POST /friends", "", call("POST", "/friends", {"friendId": "{other}"}), registered(201)),
    ("DELETE /friends/{id}", "who is none", call("DELETE", "/friends/{other}"), registered(404)),
    ("GET /blocks", "", call("GET", "/blocks"), registered(200)),
    ("POST /blocks", "", call("POST", "/blocks", {"userId": "{other}"}), registered(201)),
    ("DELETE /blocks/{id}", "", call("DELETE", "/blocks/{other}"), registered(200)),

    ("GET /conversations", "", call("GET", "/conversations"), everybody(200)),
    ("POST /conversations", "", call("POST", "/conversations", {"targetUserId": "{other}"}), registered(201)),
    ("POST /conversations/create", "", call("POST", "/conversations/create", {"targetUserId": "{other}"}),
     registered(201)),
    ("PUT /conversations/read", "a group's", call("PUT", "/conversations/read", {"conversationIds": ["{room}"]}),
     insiders(200, removed=200)),
    ("PUT /conversations/read", "a chat of two others", call("PUT", "/conversations/read", {
        "conversationIds": ["{chat}"]}), everybody(404, owner=200)),
    ("PUT /conversations/read", "all", call("PUT", "/conversations/read", {"all": True}), everybody(200)),
    ("GET /conversations/{id}", "a group's", call("GET", "/conversations/{room}"), insiders(200, removed=200)),
    ("GET /conversations/{id}", "a chat of two others", call("GET", "/conversations/{chat}"),
     everybody(404, owner=200)),
    ("GET /conversations/{id}", "the world", call("GET", "/conversations/world"), everybody(200)),
    ("PUT /conversations/{id}", "settings", call("PUT", "/conversations/{room}", {"muted": True}),
     insiders(200, removed=200)),
    ("PUT /conversations/{id}", "the name", call("PUT", "/conversations/{room}", {"name": "renamed"}),
     insiders(200, member=403)),
    ("PUT /conversations/{id}", "a chat of two others", call("PUT", "/conversations/{chat}", {"pinned": True}),
     everybody(404, owner=200)),
    ("PUT /conversations/{id}", "the world's name", call("PUT", "/conversations/world", {"name": "mine"}),
     everybody(400)),
    ("PUT /conversations/{id}/read", "", call("PUT", "/conversations/{room}/read"),
     insiders(200, removed=200)),
    ("PUT /conversations/{id}/read", "a chat of two others", call("PUT", "/conversations/{chat}/read"),
     everybody(404, owner=200)),

    ("POST /messages", "", call("POST", "/messages", {"conversationId": "{room}", "content": "c"}), insiders(201)),
    ("POST /messages", "a chat of two others", call("POST", "/messages", {"conversationId": "{chat}", "content": "c"}),
     everybody(404, owner=201)),
    ("POST /messages", "the world", call("POST", "/messages", {"conversationId": "world", "content": "c"}),
     everybody(201)),
    ("POST /messages", "to a person", call("POST", "/messages", {"toUserId": "{other}", "content": "c"}),
     registered(201)),
    ("POST /messages/send", "", call("POST", "/messages/send", {"conversationId": "{room}", "content": "c"}),
     insiders(201)),
    ("POST /conversations/{id}/messages", "", call("POST", "/conversations/{room}/messages", {"content": "c"}),
     insiders(201)),
    ("GET /conversations/{id}/messages", "", call("GET", "/conversations/{room}/messages"),
     insiders(200, removed=200)),
    ("GET /conversations/{id}/messages", "a chat of two others", call("GET", "/conversations/{chat}/messages"),
     everybody(404, owner=200)),
    ("GET /messages/history", "", call("GET", "/messages/history?conversationId={room}"),
     insiders(200, removed=200)),
    ("GET /messages/history", "a chat of two others", call("GET", "/messages/history?conversationId={chat}"),
     everybody(404, owner=200)),
    ("GET /messages/unread", "", call("GET", "/messages/unread"), everybody(200)),
    ("DELETE /messages/{id}", "a member's", call("DELETE", "/messages/{message}"),
     insiders(200, removed=404)),
    ("DELETE /messages/{id}", "the owner's", call("DELETE", "/messages/{owner_message}"),
     insiders(200, member=403, removed=404)),
    ("DELETE /messages/{id}", "of a chat of two others", call("DELETE", "/messages/{chat_message}"),
     everybody(404, owner=200)),

    ("POST /groups", "", call("POST", "/groups", {"groupName": "g"}), registered(201)),
    ("POST /groups/create", "", call("POST", "/groups/create", {"groupName": "g"}), registered(201)),
    ("GET /groups/{id}", "", call("GET", "/groups/{group}"), group_only(200)),
    ("PUT /groups/{id}", "", call("PUT", "/groups/{group}", {"description": "d"}), group_only(200, member=403)),
    ("DELETE /groups/{id}", "", call("DELETE", "/groups/{group}"), group_only(403, owner=200)),
    ("POST /groups/{id}/join", "", call("POST", "/groups/{group}/join"),
     group_only(200, removed=200, stranger=200)),
    ("POST /groups/{id}/join", "by invitation", call("POST", "/groups/{closed}/join"), group_only(200)),
    ("POST /groups/{id}/leave", "", call("POST", "/groups/{group}/leave"), group_only(200, owner=409)),
    ("POST /groups/{id}/transfer", "", call("POST", "/groups/{group}/transfer", {"userId": "{second}"}),
     group_only(403, owner=200)),
    ("GET /groups/{id}/members", "", call("GET", "/groups/{group}/members"), group_only(200)),
    ("POST /groups/{id}/members", "", call("POST", "/groups/{group}/members", {"members": ["{other}"]}),
     group_only(201)),
    ("POST /groups/{id}/members", "by invitation", call("POST", "/groups/{closed}/members", {"members": ["{other}"]}),
     group_only(201, member=403)),
    ("PUT /groups/{id}/members/{userId}", "a role", call("PUT", "/groups/{group}/members/{second}", {"role": 2}),
     group_only(403, owner=200)),
    ("PUT /groups/{id}/members/{userId}", "one's own role", call("PUT", "/groups/{group}/members/{self}", {"role": 2}),
     group_only(403)),
    ("PUT /groups/{id}/members/{userId}", "silence", call("PUT", "/groups/{group}/members/{second}", {
        "mutedSeconds": 60}), group_only(200, member=403)),
    ("PUT /groups/{id}/members/{userId}", "the owner's silence", call("PUT", "/groups/{group}/members/{owner}", {
        "mutedSeconds": 60}), group_only(403)),
    ("DELETE /groups/{id}/members/{userId}", "", call("DELETE", "/groups/{group}/members/{second}"),
     group_only(200, member=403)),
    ("DELETE /groups/{id}/members/{userId}", "the owner", call("DELETE", "/groups/{group}/members/{owner}"),
     group_only(403, owner=409)),
    ("DELETE /groups/{id}/members/{userId}", "oneself", call("DELETE", "/groups/{group}/members/{self}"),
     group_only(200, owner=409)),
]

# Routes that end the session or the account of whoever calls them, whom other cells still need.
ENDING = {"POST /auth/logout", "PUT /auth/password", "DELETE /users/me", "DELETE /auth/sessions/{id}"}


def frame(kind, content):
    return Ask(kind, content)


def framed(answer, **but):
    """The code of the error frame, or the kind of the answer; None: neither is sent."""
    cells = dict(stranger="NOT_FOUND", removed="NOT_A_MEMBER", member=answer, admin=answer, owner=answer,
                 guest="NOT_FOUND")
    return {**cells, **but}


def framed_for_all(answer, **but):
    return {**dict.fromkeys(PEOPLE[1:], answer), **but}


FRAMES = [
    ("send-message", "", frame("send-message", {"conversationId": "{room}", "content": "c", "messageType": "text",
                                                "tempMessageId": "{new}"}), framed("message-ack")),
    ("send-message", "a chat of two others", frame("send-message", {
        "conversationId": "{chat}", "content": "c", "messageType": "text", "tempMessageId": "{new}"}),
     framed_for_all("NOT_FOUND", owner="message-ack")),
    ("send-message", "to a person", frame("send-message", {
        "toUserId": "{other}", "content": "c", "messageType": "text", "tempMessageId": "{new}"}),
     framed_for_all("message-ack", guest="FORBIDDEN")),
    ("message", "", frame("message", {"conversation_id": "{room}", "content": "c", "message_type": 1,
                                      "client_msg_id": "{new}"}), framed("message-ack")),
    ("pull", "", frame("pull", {"conversationId": "{room}"}), framed("pull-result", removed="pull-result")),
    ("pull", "a chat of two others", frame("pull", {"conversationId": "{chat}"}),
     framed_for_all("NOT_FOUND", owner="pull-result")),
    ("mark-read", "", frame("mark-read", {"conversationId": "{room}", "seqId": 1}), framed(None, removed=None)),
    ("mark-read", "a chat of two others", frame("mark-read", {"conversationId": "{chat}", "seqId": 1}),
     framed_for_all("NOT_FOUND", owner=None)),
    ("ack", "", frame("ack", {"conversationId": "{room}", "seqId": 1}), framed(None, removed=None)),
    ("ack", "a chat of two others", frame("ack", {"conversationId": "{chat}", "seqId": 1}),
     framed_for_all("NOT_FOUND", owner=None)),
    # Nobody is answered: what matters is that nobody hears of it, which has a test of its own.
    ("typing", "", frame("typing", {"conversationId": "{room}", "on": True}), framed_for_all(None)),
    ("sync", "", frame("sync", {}), framed_for_all("sync-result")),
    ("ping", "", frame("ping", {}), framed_for_all("pong")),
    # Signed in already: it stays who it is.
    ("auth", "", frame("auth", {"token": "x"}), framed_for_all("INVALID_PARAMS")),
]
