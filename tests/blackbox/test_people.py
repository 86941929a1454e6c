"""Profiles, friends, blocks, search."""
from base import BlackBox


class People(BlackBox):
    async def test_friends_at_once(self):
        alice, bob = await self.people(2)
        b = await bob.socket(subprotocol=None)
        await alice.post("/api/friends", {"friendId": bob.id})
        self.assertEqual([f["userId"] for f in await bob.get("/api/friends")], [alice.id])
        chats = [c for c in await alice.get("/api/conversations") if c["type"] == "single"]
        self.assertEqual(chats[0]["target"]["userId"], bob.id)
        await b.take("conversation-update", lambda d: d["conversationId"] == chats[0]["conversationId"])
        await self.assert_refused("CONFLICT", alice.post("/api/friends", {"friendId": bob.id}), 409)
        await self.assert_refused("INVALID_PARAMS", alice.post("/api/friends", {"friendId": alice.id}), 400)
        await self.assert_refused("NOT_FOUND", alice.post("/api/friends", {"friendId": "4711"}), 404)
        self.assertIn(bob.id, await alice.get("/api/users/status/online"))
        await alice.delete(f"/api/v1/friends/{bob.id}")
        self.assertEqual(await bob.get("/api/friends"), [])

    async def test_a_friend_must_be_somebody_else_who_may_be_one(self):
        alice, bob = await self.people(2)
        guest, gone = await self.guest(), await self.person()
        await gone.delete("/api/v1/users/me", {"password": gone.password})
        for nobody in ("0", "-1", "1.5", "x", "", "9" * 30):
            await self.assert_refused("INVALID_PARAMS", alice.post("/api/v1/friends", {"friendId": nobody}), 400)
        await self.assert_refused("INVALID_PARAMS", alice.post("/api/v1/friends", {}), 400)
        unknown = await self.assert_refused("NOT_FOUND", alice.post("/api/v1/friends", {"friendId": "4711"}), 404)
        erased = await self.assert_refused("NOT_FOUND", alice.post("/api/v1/friends", {"friendId": gone.id}), 404)
        self.assertEqual(unknown["message"], erased["message"])
        await self.assert_refused("FORBIDDEN", guest.post("/api/v1/friends", {"friendId": alice.id}), 403)
        for blocking, blocked in ((alice, bob), (bob, alice)):
            await blocking.post("/api/v1/blocks", {"userId": blocked.id})
            await self.assert_refused("BLOCKED", alice.post("/api/v1/friends", {"friendId": bob.id}), 403)
            self.assertEqual(await alice.get("/api/v1/friends"), [])
            await blocking.delete(f"/api/v1/blocks/{blocked.id}")
        await alice.post("/api/v1/friends", {"friendId": bob.id})
        await self.assert_refused("CONFLICT", bob.post("/api/v1/friends", {"friendId": alice.id}), 409)

    async def test_a_block_is_of_somebody_else(self):
        alice, bob = await self.people(2)
        await self.assert_refused("INVALID_PARAMS", alice.post("/api/v1/blocks", {"userId": alice.id}), 400)
        await self.assert_refused("NOT_FOUND", alice.post("/api/v1/blocks", {"userId": "4711"}), 404)
        await alice.post("/api/v1/blocks", {"userId": bob.id})
        await self.assert_refused("BLOCKED", bob.post("/api/v1/conversations", {"targetUserId": alice.id}), 403)

    async def test_blocks_are_ones_own_list(self):
        alice, bob, carol = await self.people(3)
        for other in (bob, carol, bob):
            await alice.post("/api/v1/blocks", {"userId": other.id})
        self.assertEqual({one["userId"] for one in await alice.get("/api/v1/blocks")}, {bob.id, carol.id})
        self.assertEqual(await bob.get("/api/v1/blocks"), [])
        for _ in range(2):
            await alice.delete(f"/api/v1/blocks/{bob.id}")
        self.assertEqual([one["userId"] for one in await alice.get("/api/v1/blocks")], [carol.id])

    async def test_online_is_a_map(self):
        alice, bob = await self.people(2)
        await alice.post("/api/friends", {"friendId": bob.id})
        self.assertFalse((await alice.get("/api/users/status/online"))[bob.id])
        await bob.socket()
        self.assertTrue((await alice.get("/api/users/status/online"))[bob.id])

    async def test_who_comes_online_is_told_to_friends_and_groups(self):
        alice, bob, carol = await self.people(3)
        await alice.post("/api/friends", {"friendId": bob.id})
        made = await alice.post("/api/groups", {"groupName": "three", "members": [carol.id]})
        a = await alice.socket()
        await bob.socket()
        told = await a.take("friend-online")
        self.assertEqual((told["userId"], told["online"]), (bob.id, True))
        await carol.socket()
        told = await a.take("group-member-online", lambda d: d["userId"] == carol.id)
        self.assertEqual((told["groupId"], told["online"]), (made["target"]["groupId"], True))

    async def test_a_block_ends_the_talk(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        a = await alice.socket()
        await a.say(chat, "hi")
        await bob.post("/api/v1/blocks", {"userId": alice.id})
        await a.send("send-message", {"conversationId": chat, "content": "hello?", "tempMessageId": "x"})
        self.assertEqual((await a.take("error"))["code"], "BLOCKED")
        await bob.delete(f"/api/v1/blocks/{alice.id}")
        await a.say(chat, "again")

    async def test_profiles(self):
        alice, bob = await self.people(2)
        mine = await alice.put("/api/v1/users/profile", {"nickname": "Ally", "avatar": "https://a.example/a.png"})
        self.assertEqual((mine["nickname"], mine["avatar"]), ("Ally", "https://a.example/a.png"))
        seen = await bob.get(f"/api/users/{alice.name}")
        self.assertEqual((seen["userId"], seen["nickname"]), (alice.id, "Ally"))
        self.assertNotIn("email", seen)
        await self.assert_refused("INVALID_PARAMS", alice.put(
            "/api/v1/users/profile", {"avatar": "javascript:alert(1)"}), 400)
        await self.assert_refused("NOT_FOUND", bob.get("/api/users/nobody-by-this-name"), 404)
        self.assertEqual((await alice.get("/api/user/info"))["userId"], alice.id)

    async def test_a_chat_names_the_other_in_both_ways(self):
        alice, bob = await self.people(2)
        await bob.put("/api/v1/users/profile", {"nickname": "Bobby"})
        a = await alice.socket()
        chat = await alice.single_with(bob)
        pushed = await a.take("conversation-update", lambda d: d["conversationId"] == chat)
        listed = [c for c in await alice.get("/api/conversations") if c["conversationId"] == chat]
        for target in (pushed["updates"]["target"], listed[0]["target"]):
            self.assertEqual((target["username"], target["nickname"]), (bob.name, "Bobby"))

    async def test_search_by_prefix(self):
        alice, bob = await self.people(2)
        found = await alice.get(f"/api/v1/users/search?q={bob.name[:-1]}")
        self.assertIn(bob.id, [u["userId"] for u in found])
