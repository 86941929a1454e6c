"""Groups: roles, joining and leaving, and what each member may see."""
from base import BlackBox


def group_id(conversation):
    return conversation.removeprefix("group_")


class Groups(BlackBox):
    async def test_members_are_told_before_the_first_message(self):
        alice, bob, carol = await self.people(3)
        b = await bob.socket(subprotocol=None)
        group = await alice.group_with(bob, carol)
        update = await b.take("conversation-update", lambda d: d["conversationId"] == group)
        self.assertEqual(update["updates"]["target"]["memberCount"], 3)
        a = await alice.socket()
        await a.say(group, "welcome")
        await b.message("welcome")
        info = await bob.get(f"/api/v1/groups/{group_id(group)}")
        self.assertEqual((info["ownerId"], info["memberCount"], info["maxMembers"]), (alice.id, 3, 200))
        members = await bob.get(f"/api/v1/groups/{group_id(group)}/members")
        self.assertEqual({m["userId"]: m["role"] for m in members},
                         {alice.id: "owner", bob.id: "member", carol.id: "member"})

    async def test_who_joins_sees_what_comes_after(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        group = await alice.group_with()
        await a.say(group, "before")
        await bob.post(f"/api/v1/groups/{group_id(group)}/join")
        b = await bob.socket()
        await a.say(group, "after")
        self.assertEqual((await b.message("after"))["seqId"], 2)
        page = await bob.history(group, afterSeq=0)
        self.assertEqual([m["content"] for m in page["messages"]], ["after"])
        self.assertEqual(page["voids"], [[1, 1]])
        self.assertEqual((await bob.conversation(group))["unreadCount"], 1)
        added = await a.take("member-added", lambda d: bob.id in d["userIds"])
        self.assertEqual((added["userIds"], added["memberCount"]), ([bob.id], 2))

    async def test_visible_history_is_visible(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        group = await alice.group_with(historyVisible=True)
        await a.say(group, "before")
        await bob.post(f"/api/v1/groups/{group_id(group)}/join")
        self.assertEqual([m["content"] for m in (await bob.history(group, afterSeq=0))["messages"]], ["before"])

    async def test_who_was_removed_gets_nothing_more(self):
        alice, bob, carol = await self.people(3)
        a, b, c = await alice.socket(), await bob.socket(), await carol.socket()
        group = await alice.group_with(bob, carol)
        await a.say(group, "one")
        await b.message("one")
        await alice.delete(f"/api/v1/groups/{group_id(group)}/members/{bob.id}")
        await a.say(group, "two")
        await c.message("two")
        await b.settle()
        self.assertEqual(b.seen("new-message"), [])
        await b.send("send-message", {"conversationId": group, "content": "me too", "tempMessageId": "m"})
        self.assertEqual((await b.take("error"))["code"], "NOT_A_MEMBER")
        page = await bob.history(group, afterSeq=0)
        self.assertEqual([m["content"] for m in page["messages"]], ["one"])
        removed = await c.take("member-removed")
        self.assertEqual((removed["userIds"], removed["by"], removed["memberCount"]), ([bob.id], alice.id, 2))
        self.assertNotIn(group, [o["conversationId"] for o in await bob.get("/api/v1/conversations")])

    async def test_a_rejoin_starts_anew(self):
        alice, bob = await self.people(2)
        a = await alice.socket()
        group = await alice.group_with(bob)
        await a.say(group, "first stay")
        await bob.post(f"/api/v1/groups/{group_id(group)}/leave")
        await a.say(group, "away")
        await bob.post(f"/api/v1/groups/{group_id(group)}/join")
        await a.say(group, "second stay")
        self.assertEqual([m["content"] for m in (await bob.history(group, afterSeq=0))["messages"]], ["second stay"])
        self.assertEqual((await bob.conversation(group))["unreadCount"], 1)

    async def test_roles_decide(self):
        owner, admin, member, other, stranger = await self.people(5)
        group = group_id(await owner.group_with(admin, member, other))
        path = f"/api/v1/groups/{group}"
        await self.assert_refused("FORBIDDEN", member.put(f"{path}/members/{admin.id}", {"role": 2}), 403)
        await owner.put(f"{path}/members/{admin.id}", {"role": 2})
        await self.assert_refused("FORBIDDEN", member.delete(f"{path}/members/{other.id}"), 403)
        await self.assert_refused("FORBIDDEN", admin.delete(f"{path}/members/{owner.id}"), 403)
        await admin.delete(f"{path}/members/{other.id}")
        await self.assert_refused("FORBIDDEN", member.put(path, {"groupName": "mine"}), 403)
        self.assertEqual((await admin.put(path, {"groupName": "ours"}))["groupName"], "ours")
        await self.assert_refused("NOT_FOUND", stranger.get(path), 404)
        await self.assert_refused("NOT_FOUND", stranger.get(f"{path}/members"), 404)
        await self.assert_refused("FORBIDDEN", admin.delete(path), 403)
        await self.assert_refused("FORBIDDEN", admin.post(f"{path}/transfer", {"userId": admin.id}), 403)

    async def test_the_last_owner_cannot_leave_without_transfer(self):
        owner, heir = await self.people(2)
        group = group_id(await owner.group_with(heir))
        with self.assertRaises(AssertionError):
            await owner.post(f"/api/v1/groups/{group}/leave")
        await owner.post(f"/api/v1/groups/{group}/transfer", {"userId": heir.id})
        await owner.post(f"/api/v1/groups/{group}/leave")
        self.assertEqual((await heir.get(f"/api/v1/groups/{group}"))["ownerId"], heir.id)

    async def test_an_invite_only_group_is_not_joined(self):
        owner, bob = await self.people(2)
        group = group_id(await owner.group_with(joinPolicy="invite"))
        with self.assertRaises(AssertionError):
            await bob.post(f"/api/v1/groups/{group}/join")
        await owner.post(f"/api/v1/groups/{group}/members", {"members": [bob.id]})
        await bob.get(f"/api/v1/groups/{group}")

    async def test_a_full_group_is_full(self):
        owner, bob, carol = await self.people(3)
        group = group_id(await owner.group_with(bob, maxMembers=2))
        await self.assert_refused("GROUP_FULL", carol.post(f"/api/v1/groups/{group}/join"), 409)

    async def test_an_unknown_member_is_named(self):
        owner, = await self.people(1)
        body = await self.assert_refused("INVALID_PARAMS", owner.post(
            "/api/v1/groups", {"groupName": "g", "members": ["4711"]}), 400)
        self.assertIn("4711", body["message"])

    async def test_a_muted_member_is_silent(self):
        owner, bob = await self.people(2)
        conversation = await owner.group_with(bob)
        await owner.put(f"/api/v1/groups/{group_id(conversation)}/members/{bob.id}", {"mutedSeconds": 600})
        b = await bob.socket()
        await b.send("send-message", {"conversationId": conversation, "content": "hm", "tempMessageId": "m"})
        self.assertEqual((await b.take("error"))["code"], "MUTED")
        await owner.put(f"/api/v1/groups/{group_id(conversation)}/members/{bob.id}", {"mutedSeconds": 0})
        await b.say(conversation, "at last")

    async def test_changed_settings_are_told_to_members(self):
        owner, bob = await self.people(2)
        conversation = await owner.group_with(bob)
        b = await bob.socket()
        await owner.put(f"/api/v1/groups/{group_id(conversation)}", {"joinPolicy": "invite"})
        told = await b.take("conversation-update", lambda d: "event" in d)
        self.assertEqual((told["event"]["kind"], told["event"]["by"]), ("settings", owner.id))

    async def test_a_disbanded_group_is_over(self):
        owner, bob = await self.people(2)
        conversation = await owner.group_with(bob)
        b = await bob.socket()
        await owner.delete(f"/api/v1/groups/{group_id(conversation)}")
        told = await b.take("conversation-update", lambda d: "event" in d)
        self.assertEqual((told["event"]["kind"], told["event"]["by"]), ("disband", owner.id))
        await b.send("send-message", {"conversationId": conversation, "content": "hm", "tempMessageId": "m"})
        self.assertIn((await b.take("error"))["code"], ("NOT_A_MEMBER", "NOT_FOUND"))

    async def test_recall_leaves_a_tombstone(self):
        alice, bob = await self.people(2)
        a, b = await alice.socket(), await bob.socket()
        chat = await alice.single_with(bob)
        receipt = await a.say(chat, "oops")
        await b.message("oops")
        await self.assert_refused("FORBIDDEN", bob.delete(f"/api/v1/messages/{receipt['messageId']}"), 403)
        await alice.delete(f"/api/v1/messages/{receipt['messageId']}")
        recalled = await b.take("message-recalled")
        self.assertEqual((recalled["messageId"], recalled["seqId"]), (receipt["messageId"], 1))
        page = await bob.history(chat, afterSeq=0)
        self.assertEqual([(m["status"], m["content"]) for m in page["messages"]], [("recalled", "")])
