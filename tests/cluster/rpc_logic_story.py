"""Every method of logic's services, as a gateway would call them for three people."""
import time

import grpc

from client import unique

PASSWORD = "correct horse"
STORED_SECONDS_MAX = 20
POLL_SECONDS = 0.02


class LogicStory:
    """`call` is a Part: it names the methods and knows in which services they are."""

    def __init__(self, case, call):
        self.case, self.call = case, call

    def tell(self):
        self.alice, self.bob, self.carol = (self.signs_up(name) for name in ("Alice", "Bob", "Carol"))
        for act in (self.sign_ins, self.people, self.relations, self.conversations, self.messages, self.delivery,
                    self.recall, self.groups, self.repeats, self.goodbye):
            act()

    def same(self, found, wanted):
        self.case.assertEqual(found, wanted)

    def context(self):
        # Of its own each time: sign-ups are limited by address.
        return {"device": b"phone", "address": f"fd00:{time.time_ns() & 0xffff:x}::1", "wants_refresh": True}

    def signs_up(self, name):
        signed = self.call("Register", username=unique(), password=PASSWORD, nickname=name, context=self.context())
        self.same(signed.user.nickname, name)
        return signed

    @staticmethod
    def caller(signed):
        return {"user_id": signed.user.id, "session_id": signed.session.id}

    def refused(self, code, method, **fields):
        with self.case.assertRaises(grpc.RpcError) as caught:
            self.call(method, **fields)
        self.same(caught.exception.code(), code)

    def sign_ins(self):
        alice, name = self.caller(self.alice), self.alice.user.username
        second, third = (self.call("Authenticate", username=name, password=PASSWORD, context=self.context())
                         for _ in range(2))
        self.same(self.call("ValidateToken", token=second.token).user_id, alice["user_id"])
        fresh = self.call("RefreshToken", refresh_token=second.refresh_token, context=self.context())
        self.same(fresh.session.id, second.session.id)
        self.same({one.id for one in self.call("ListSessions", caller=alice).sessions},
                  {self.alice.session.id, second.session.id, third.session.id})
        self.call("RevokeSession", caller=alice, session_id=third.session.id)
        self.refused(grpc.StatusCode.UNAUTHENTICATED, "ValidateToken", token=third.token)
        revoked = self.call("RevokedSince", cursor=0)
        self.case.assertTrue(revoked.sessions)
        self.call("Logout", token=fresh.token)
        self.refused(grpc.StatusCode.UNAUTHENTICATED, "ValidateToken", token=fresh.token)
        self.call("ChangePassword", caller=alice, old_password=PASSWORD, new_password="battery staple")
        self.refused(grpc.StatusCode.UNAUTHENTICATED, "Authenticate", username=name, password=PASSWORD,
                     context=self.context())
        guest = self.call("GuestLogin", name="Gast", context=self.context())
        self.same(guest.user.is_guest, True)

    def people(self):
        alice, bob = self.caller(self.alice), self.bob.user
        self.same(self.call("GetUserProfile", caller=alice).username, self.alice.user.username)
        self.same(self.call("UpdateUserProfile", caller=alice, edit={"nickname": "Alicia"}).nickname, "Alicia")
        self.same(self.call("GetUserByUsername", caller=alice, username=bob.username).id, bob.id)
        self.same([user.id for user in self.call("GetUsers", ids=[bob.id]).users], [bob.id])
        self.same([user.id for user in self.call("SearchUsers", caller=alice, prefix=bob.username).users], [bob.id])

    def relations(self):
        alice, bob = self.caller(self.alice), self.bob.user.id
        self.call("AddFriend", caller=alice, user_id=bob)
        self.same([user.id for user in self.call("GetFriends", caller=alice).users], [bob])
        online = self.call("GetOnlineStatus", caller=alice).statuses
        self.same([(one.user_id, one.online) for one in online], [(bob, False)])
        self.call("RemoveFriend", caller=alice, user_id=bob)
        self.same(list(self.call("GetFriends", caller=alice).users), [])
        self.call("BlockUser", caller=alice, user_id=bob)
        self.same([user.id for user in self.call("GetBlocks", caller=alice).users], [bob])
        self.call("UnblockUser", caller=alice, user_id=bob)
        self.same(list(self.call("GetBlocks", caller=alice).users), [])
        self.call("SetPresence", user_id=bob, online=True)
        self.call("SetPresence", user_id=bob, online=False)

    def conversations(self):
        alice, bob = self.caller(self.alice), self.caller(self.bob)
        made = self.call("CreateConversation", caller=alice, user_id=self.bob.user.id)
        self.same(made.peer.id, self.bob.user.id)
        self.chat = made.conversation.head.id
        listed = self.call("GetConversations", caller=bob).conversations
        self.case.assertIn(self.chat, [one.conversation.head.id for one in listed])
        edited = self.call("UpdateConversation", caller=alice, conversation_id=self.chat, pinned=True)
        self.same(edited.conversation.position.pinned, True)
        found = self.call("GetConversation", caller=alice, conversation_id=self.chat)
        self.same(found.conversation.position.pinned, True)
        self.call("SetTyping", caller=alice, conversation_id=self.chat, on=True)

    def says(self, signed, content, conversation):
        """The message, once it is stored."""
        sent = self.call("SendMessage", caller=self.caller(signed), conversation_id=conversation, content=content,
                         client_msg_id=content)
        self.same((sent.conversation_id, sent.status), (conversation, 2))  # accepted
        until = time.monotonic() + STORED_SECONDS_MAX
        while True:
            try:
                return self.call("GetSentMessage", caller=self.caller(signed), client_msg_id=content)
            except grpc.RpcError as error:
                if error.code() != grpc.StatusCode.NOT_FOUND or time.monotonic() > until:
                    raise
                time.sleep(POLL_SECONDS)

    def messages(self):
        self.case.assertRegex(self.call("GetEpoch").epoch, "^[0-9a-f]{16}$")
        alice, bob = self.caller(self.alice), self.caller(self.bob)
        self.message = self.says(self.alice, "hello", self.chat)
        self.same((self.message.seq, self.message.content), (1, "hello"))
        history = self.call("GetMessageHistory", caller=bob, conversation_id=self.chat)
        self.same([(one.message.content, one.sender_name) for one in history.messages], [("hello", "Alicia")])
        pulled = self.call("PullForUsers", conversation_id=self.chat, range={"from": 1, "to": 1},
                           user_ids=[alice["user_id"], bob["user_id"]])
        self.same([(one.shown.message.seq, one.everybody) for one in pulled.messages], [(1, True)])
        self.same([one.user_id for one in self.call("Marks", ids=[bob["user_id"]]).marks], [bob["user_id"]])
        synced = self.call("Sync", caller=bob).conversations
        self.case.assertIn(self.chat, [one.listed.conversation.head.id for one in synced])

    def delivery(self):
        bob = self.caller(self.bob)
        page = self.call("PullMessages", caller=bob, conversation_id=self.chat)
        self.same([(one.shown.message.seq, one.status) for one in page.messages], [(1, 1)])  # stored
        self.case.assertIn(1, [one.shown.message.seq for one in self.call("GetInbox", caller=bob).messages])
        at = self.call("AdvanceDelivery", caller=bob, conversation_id=self.chat, seq=1,
                       status="DELIVERY_STATUS_DELIVERED")
        self.same(at.seq, 1)
        self.call.everywhere("AckMessages", caller=bob, conversation_id=self.chat, seq=1)
        for name in ("MarkMessageRead", "MarkConversationAsRead"):
            self.same([one.count for one in self.call.everywhere(name, caller=bob, conversation_id=self.chat)][-1], 0)
        page = self.call("PullMessages", caller=bob, conversation_id=self.chat)
        self.same([one.status for one in page.messages], [3])  # read

    def recall(self):
        self.call("RecallMessage", caller=self.caller(self.alice), message_id=self.message.id)
        history = self.call("GetMessageHistory", caller=self.caller(self.bob), conversation_id=self.chat)
        self.same([one.message.recalled for one in history.messages], [True])

    def groups(self):
        alice, bob, carol = (self.caller(one) for one in (self.alice, self.bob, self.carol))
        made = self.call("CreateGroup", caller=alice, name="climbers", member_ids=[bob["user_id"]])
        group, chat = made.conversation.group.id, made.conversation.head.id
        self.same(self.call("UpdateGroup", caller=alice, group_id=group, name="hikers").name, "hikers")
        self.same(self.call("JoinGroup", caller=carol, group_id=group).conversation.head.id, chat)
        self.same(self.call("GetGroupInfo", caller=bob, group_id=group).member_count, 3)
        self.says(self.alice, f"to all of {group}", chat)
        missed = self.call("GetMissedGroups", caller=carol).positions
        self.same([one.conversation_id for one in missed], [chat])
        self.call("SetMemberRole", caller=alice, group_id=group, user_id=bob["user_id"], role="GROUP_ROLE_ADMIN")
        self.call("MuteMember", caller=bob, group_id=group, user_id=carol["user_id"],
                  until_ms=int(time.time() * 1000) + 60_000)
        members = self.call("GetGroupMembers", caller=alice, group_id=group).members
        self.same({one.user.id: one.membership.role for one in members},
                  {alice["user_id"]: 3, bob["user_id"]: 2, carol["user_id"]: 1})
        self.call("RemoveGroupMember", caller=bob, group_id=group, user_id=carol["user_id"])
        self.call("AddGroupMember", caller=alice, group_id=group, user_ids=[carol["user_id"]])
        self.call("LeaveGroup", caller=carol, group_id=group)
        self.same(self.call("GetGroupInfo", caller=bob, group_id=group).member_count, 2)
        self.call("TransferGroup", caller=alice, group_id=group, user_id=bob["user_id"])
        self.same(self.call("GetGroupInfo", caller=bob, group_id=group).owner_id, bob["user_id"])
        self.call("DisbandGroup", caller=bob, group_id=group)

    def repeats(self):
        if not self.call.has("BeginRequest"):
            return
        request = {"caller": self.caller(self.alice), "route": b"POST /groups", "key": b"once", "body_hash": 7}
        self.same(self.call("BeginRequest", **request).HasField("answer"), False)
        self.call("FinishRequest", answer=b"made", **request)
        self.same(self.call("BeginRequest", **request).answer, b"made")

    def goodbye(self):
        self.call("EraseUser", caller=self.caller(self.carol), password=PASSWORD)
        self.refused(grpc.StatusCode.UNAUTHENTICATED, "ValidateToken", token=self.carol.token)
