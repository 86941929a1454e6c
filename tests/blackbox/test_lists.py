"""Lists in parts: `limit`, `next` beside the data, and `cursor`."""
from base import BlackBox
from client import unique


class Lists(BlackBox):
    async def part(self, person, path, cursor=None):
        """(rows, next) of one part."""
        status, _, body = await person.raw("GET", path + (f"&cursor={cursor}" if cursor else ""))
        self.assertEqual(status, 200, body)
        return body["data"], body.get("next")

    async def walk(self, person, path, between=None):
        """All rows; `between` happens after each part."""
        rows, cursor = await self.part(person, path)
        while cursor:
            if between:
                await between()
            more, cursor = await self.part(person, path, cursor)
            rows += more
        return rows

    async def groups(self, count):
        alice, bob = await self.people(2)
        groups = []
        for n in range(count):
            group = await alice.group_with(bob)
            groups.append(group)
            await alice.say(group, f"in {n}")
        return alice, bob, groups

    async def test_the_parts_of_a_list_are_the_list(self):
        _, bob, groups = await self.groups(5)
        whole, cursor = await self.part(bob, "/api/v1/conversations?")
        self.assertIsNone(cursor)
        self.assertEqual([c["conversationId"] for c in whole], ["world", *reversed(groups)])
        for limit in (1, 2, 3, 6, 100):
            self.assertEqual(await self.walk(bob, f"/api/v1/conversations?limit={limit}"), whole)

    async def test_messages_between_parts_neither_hide_nor_double_a_row(self):
        alice, bob, groups = await self.groups(6)
        talked_in = iter([groups[0], groups[5], groups[1], groups[2]])

        async def somebody_talks():
            place = next(talked_in, groups[3])
            await alice.say(place, unique("meanwhile "))
            await alice.say("world", unique("meanwhile "))
        rows = await self.walk(bob, "/api/v1/conversations?limit=2", somebody_talks)
        self.assertEqual([c["conversationId"] for c in rows], ["world", *reversed(groups)])

    async def test_a_conversation_that_begins_meanwhile_is_not_shown_in_the_middle(self):
        alice, bob, groups = await self.groups(3)
        _, cursor = await self.part(bob, "/api/v1/conversations?limit=2")
        await alice.say(await alice.group_with(bob), "new")
        rows, cursor = await self.part(bob, "/api/v1/conversations?limit=5", cursor)
        self.assertEqual([c["conversationId"] for c in rows], [groups[1], groups[0]])
        self.assertIsNone(cursor)

    async def test_what_is_no_cursor_is_said_to_be_none(self):
        bob = await self.person()
        for cursor in ("5", "x", "1.2.nobody"):
            await self.assert_refused("INVALID_PARAMS", bob.get(f"/api/v1/conversations?cursor={cursor}"), 400)

    async def test_people_and_members_have_their_next_too(self):
        prefix = unique("find")
        people = [await self.person(f"{prefix}{n}") for n in range(3)]
        found = await self.walk(people[0], f"/api/v1/users/search?q={prefix}&limit=2")
        self.assertEqual({u["userId"] for u in found}, {p.id for p in people})
        group = (await people[0].group_with(*people[1:])).removeprefix("group_")
        members = await self.walk(people[0], f"/api/v1/groups/{group}/members?limit=1")
        self.assertEqual(sorted(m["userId"] for m in members), sorted(p.id for p in people))
