"""Every method of the repo's services, as whoever stands on it would call them."""
import random
import time

from client import unique

PASSWORD = "correct horse"


def new_id():
    return random.randrange(1 << 40, 1 << 60)


def now_ms():
    return int(time.time() * 1000)


class RepoStory:
    """`call` is a Part: it names the methods and knows in which services they are."""

    def __init__(self, case, call):
        self.case, self.call = case, call

    def tell(self):
        self.alice, self.bob, self.carol = (self.person(name) for name in ("Alice", "Bob", "Carol"))
        for act in (self.people, self.sessions, self.relations, self.keys, self.conversations, self.messages,
                    self.positions, self.inboxes, self.groups, self.goodbye):
            act()

    def same(self, found, wanted):
        self.case.assertEqual(found, wanted)

    def person(self, name):
        user = self.call("CreateUser", username=unique(), nickname=name, password=PASSWORD)
        self.same((user.nickname, user.is_guest), (name, False))
        return user

    def people(self):
        alice = self.alice
        self.same(self.call("GetUser", id=alice.id), alice)
        self.same(self.call("GetUserByUsername", username=alice.username), alice)
        self.same({user.id for user in self.call("GetUsers", ids=[alice.id, self.bob.id]).users},
                  {alice.id, self.bob.id})
        self.same([user.id for user in self.call("SearchUsers", prefix=alice.username, limit=5).users], [alice.id])
        self.same(self.call("UpdateUser", id=alice.id, edit={"nickname": "Alicia"}).nickname, "Alicia")
        self.call("ChangePassword", id=alice.id, password="battery staple")
        verified = self.call("VerifyPassword", username=alice.username, password="battery staple")
        self.same((verified.matches, verified.user.nickname), (True, "Alicia"))
        self.same(self.call("VerifyPassword", username=alice.username, password=PASSWORD).matches, False)
        for status in ("USER_STATUS_DISABLED", "USER_STATUS_ACTIVE"):
            self.call("SetUserStatus", id=alice.id, status=status)
            self.same(self.name_of("status", self.call("GetUser", id=alice.id)), status)
        self.call("SetUserRole", id=alice.id, role="USER_ROLE_ADMIN")
        self.same(self.name_of("role", self.call("GetUser", id=alice.id)), "USER_ROLE_ADMIN")
        seen = self.call("GetUserSession", id=alice.id)
        self.same((seen.user_id, list(seen.gateway_ids)), (alice.id, []))

    @staticmethod
    def name_of(field, message):
        kind = message.DESCRIPTOR.fields_by_name[field].enum_type
        return kind.values_by_number[getattr(message, field)].name

    def sessions(self):
        bob = self.bob
        self.session = new_id()
        at = now_ms()
        self.call("CreateSession", password_version=bob.password_version,
                  session={"id": self.session, "user_id": bob.id, "device": "phone", "created_at_ms": at,
                           "last_seen_at_ms": at, "rotated_at_ms": at, "expires_at_ms": at + 3_600_000})
        session = self.call("GetSession", id=self.session)
        self.same((session.user_id, session.device, session.revoked), (bob.id, "phone", False))
        self.same([one.id for one in self.call("GetSessions", id=bob.id).sessions], [self.session])
        self.call("MarkSessionUsed", id=self.session, gen=session.gen)
        self.same(self.call("GetSession", id=self.session).gen_used, True)
        self.same(self.call("RotateSession", id=self.session, gen=session.gen).gen, session.gen + 1)
        self.same(self.call("DeleteExpiredSessions", before_ms=1, limit=10).count, 0)
        cursor = self.last_revocation()
        self.same(self.call("RevokeSessions", user_id=bob.id, close_code=4001).count, 1)
        revoked = self.call("RevokedSince", cursor=cursor, limit=10)
        self.case.assertIn((self.session, 4001), [(one.session_id, one.close_code) for one in revoked.sessions])
        self.case.assertGreater(revoked.cursor, cursor)

    def last_revocation(self):
        cursor = 0
        while True:
            page = self.call("RevokedSince", cursor=cursor, limit=1000)
            if not page.sessions:
                return cursor
            cursor = page.cursor

    def relations(self):
        a, b = self.alice.id, self.bob.id
        self.call("AddFriendship", a=a, b=b)
        self.same(list(self.call("GetFriendships", id=b).ids), [a])
        self.same(self.call("RemoveFriendship", a=b, b=a).yes, True)
        self.same(list(self.call("GetFriendships", id=b).ids), [])
        self.call("SetBlock", by=a, user_id=b, on=True)
        self.same(list(self.call("GetBlocks", id=a).ids), [b])
        self.same(self.call("BlockedBetween", a=b, b=a).yes, True)
        self.call("SetBlock", by=a, user_id=b, on=False)
        self.same(self.call("BlockedBetween", a=a, b=b).yes, False)

    def keys(self):
        key = {"user_id": self.alice.id, "route": b"POST /groups", "key": b"once", "body_hash": 7}
        self.same(self.call("BeginKey", key=key).HasField("answer"), False)
        self.call("ForgetKey", key=key)
        self.same(self.call("BeginKey", key=key).HasField("answer"), False)
        self.call("FinishKey", key=key, answer=b"made")
        self.same(self.call("BeginKey", key=key).answer, b"made")
        self.same(self.call("DeleteExpiredKeys", before_ms=1, limit=10).count, 0)

    def conversations(self):
        a, b = self.alice.id, self.bob.id
        made = self.call("CreateConversation", a=a, b=b)
        self.same(made.created, True)
        self.same(self.call("CreateConversation", a=b, b=a).created, False)
        self.chat = made.head.id
        self.same(self.call("GetConversation", id=self.chat).id, self.chat)
        self.same(self.call("GetSingleConversation", a=b, b=a).conversation.id, self.chat)
        self.same(self.call("GetUserConversation", user_id=b, conversation_id=self.chat).head.id, self.chat)
        self.case.assertIn(self.chat,
                           [one.head.id for one in self.call("GetUserConversations", id=a).conversations])
        muted = self.call("UpdateConversation", conversation_id=self.chat, edit={"user_id": a, "muted": True})
        self.same(muted.position.muted, True)

    def message(self, content, **more):
        return {"conversation_id": self.chat, "sender_id": self.alice.id, "client_msg_id": content,
                "type": "MESSAGE_TYPE_TEXT", "content": content, **more}

    def messages(self):
        self.case.assertRegex(self.call("GetEpoch").epoch, "^[0-9a-f]{16}$")
        first = self.call("SaveMessage", message=self.message("one"))
        self.same((first.seq, first.duplicate), (1, False))
        again = self.call("SaveMessage", message=self.message("one"))
        self.same((again.id, again.seq, again.duplicate), (first.id, 1, True))
        self.same(self.call("CreateMessage", message=self.message("two")).seq, 2)
        topic = unique("lane")
        self.same([self.call("RaiseFence", topic=topic, partition=3).fence for _ in range(2)], [1, 2])
        draft = {"message": self.message("three", id=new_id(), sent_at_ms=now_ms()), "doubt": True}
        batch = self.call("SaveMessages", items=[{"draft": draft}],
                          fence={"topic": topic, "partition": 3, "fence": 2})
        self.same([one.stored.seq for one in batch.answers], [3])
        page = self.call("GetMessages", conversation_id=self.chat)
        self.same([(one.seq, one.content) for one in page.messages], [(1, "one"), (2, "two"), (3, "three")])
        page = self.call("GetMessages", conversation_id=self.chat, before_seq=3, limit=1)
        self.same([one.seq for one in page.messages], [2])
        self.same(self.call("GetMessage", id=first.id).content, "one")
        sent = self.call("GetSentMessage", sender_id=self.alice.id, client_msg_id="two")
        self.same(sent.message.seq, 2)
        recalled = self.call("UpdateMessageStatus", conversation_id=self.chat, seq=2, user_id=self.alice.id,
                             status="MESSAGE_STATUS_RECALLED")
        self.same(recalled.recalled.id, sent.message.id)
        events = self.call("GetEvents", conversation_id=self.chat, limit=10).events
        self.same([self.name_of("kind", one) for one in events], ["EVENT_KIND_RECALL"])

    def positions(self):
        of_bob = {"conversation_id": self.chat, "user_id": self.bob.id, "session_id": self.session}
        read = self.call("UpdateMessageStatus", seq=1, status="MESSAGE_STATUS_READ", **of_bob)
        self.same(read.position.read_seq, 1)
        answers = self.call("AdvancePositions", read_seq=2, ack_seq=3, **of_bob).answers
        self.same(answers[0].changed.position.read_seq, 2)
        self.same([(one.conversation_id, one.seq) for one in self.call("GetPositions", id=self.session).positions],
                  [(self.chat, 3)])
        self.same([one.user_id for one in self.call("GetMarks", ids=[self.bob.id]).marks], [self.bob.id])

    def inboxes(self):
        entries = [{"conversation_id": self.chat, "seq": seq, "at_ms": now_ms()} for seq in (1, 2)]
        self.call("FillInbox", user_id=self.bob.id, entries=entries[:1])
        self.call("AddToInboxes", additions=[{"user_ids": [self.bob.id], "entry": entries[1]}])
        inbox = self.call("ReadInbox", user_id=self.bob.id)
        self.same((inbox.kept, sorted(entry.seq for entry in inbox.entries)), (True, [1, 2]))

    def groups(self):
        alice, bob, carol = self.alice.id, self.bob.id, self.carol.id
        made = self.call("CreateGroup", group={
            "group": {"name": "climbers", "owner_id": alice, "max_members": 10, "join_policy": "JOIN_POLICY_OPEN"},
            "member_ids": [bob]})
        group = made.head.group_id
        self.same(made.member_count, 2)
        self.same(self.call("UpdateGroup", group_id=group, edit={"actor_id": alice, "name": "hikers"}).created, False)
        for name in ("GetGroup", "GetGroupInfo"):
            self.same(self.call(name, id=group).name, "hikers")
        self.same([one.id for one in self.call("GetGroups", after=group - 1, limit=1).groups], [group])
        added = self.call("AddGroupMember", group_id=group, add={"actor_id": alice, "user_ids": [carol]})
        self.same(added.member_count, 3)
        rows = self.call("GetGroupMembers", id=group).rows
        self.same({row.user_id for row in rows if not row.HasField("left_seq")}, {alice, bob, carol})
        removed = self.call("RemoveGroupMember", group_id=group, remove={"actor_id": alice, "user_id": carol})
        self.same(removed.member_count, 2)
        member = self.call("GetGroupMember", group_id=group, user_id=bob).membership
        self.same(self.name_of("role", member), "GROUP_ROLE_MEMBER")
        self.same(list(self.call("GetOnlineGroupMembers", id=group).ids), [])

    def goodbye(self):
        self.call("DeleteUser", id=self.carol.id)
        self.same(self.name_of("status", self.call("GetUser", id=self.carol.id)), "USER_STATUS_ERASED")
