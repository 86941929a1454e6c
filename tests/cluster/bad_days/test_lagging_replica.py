"""A replica that lags or is away decides nothing, and shows nobody a page of yesterday."""
import asyncio

from cluster.bad_days.bad_day import BadDay
from cluster.whole import house

PAGES = "gochat_mysql_replica_pages_total"


class LaggingReplica(BadDay):
    async def asyncSetUp(self):
        await super().asyncSetUp()
        self.owner, self.member, self.late = await self.people(3)
        self.room = await self.owner.group_with(self.member)
        for n in range(1, 10):
            await self.owner.say(self.room, f"message {n}")

    async def pages(self, result):
        return await self.measured(house().of("repo"), PAGES, result=result)

    async def follow(self):
        """The replica has what the primary has by now."""
        position, = house().sql("SELECT @@gtid_binlog_pos")
        waited = await asyncio.to_thread(house().sql, f"SELECT MASTER_GTID_WAIT('{position}', 30)", "", house().replica)
        self.assertEqual(waited, ["0"])

    def lag(self, on):
        house().sql("STOP SLAVE SQL_THREAD" if on else "START SLAVE", "", house().replica)

    async def texts(self, person, before):
        """A page below that seq, out of no cache."""
        await asyncio.to_thread(house().redis.tell, "FLUSHALL")
        return [message["content"] for message in (await person.history(self.room, beforeSeq=before))["messages"]]

    def said(self, last):
        return [f"message {n}" for n in range(1, last + 1)]

    async def test_it_gives_history_that_it_has_whole_and_nothing_else(self):
        await self.follow()
        await self.page_of(9, "used")
        self.lag(True)
        try:
            await self.owner.say(self.room, "message 10")
            await self.page_of(10, "behind")
            await self.decides_nothing()
        finally:
            self.lag(False)

    async def decides_nothing(self):
        path = f"/api/v1/groups/{self.room.removeprefix('group_')}/members"
        await self.owner.delete(f"{path}/{self.member.id}")
        await self.owner.post(path, {"userIds": [self.late.id]})
        await self.late.say(self.room, "message 11")
        self.assertEqual((await self.texts(self.late, 12))[-1], "message 11")
        # Who was removed keeps what was said until then.
        await self.assert_refused("NOT_A_MEMBER", self.member.say(self.room, "still here"))
        self.assertEqual(await self.texts(self.member, 12), self.said(10))
        chat = await self.owner.single_with(self.late)
        await self.owner.post("/api/v1/blocks", {"userId": self.late.id})
        await self.assert_refused("BLOCKED", self.late.say(chat, "listen"))
        await self.late.put("/api/v1/auth/password", {"oldPassword": self.late.password, "newPassword": "another one"})
        signing_in = {"username": self.late.name, "password": self.late.password}
        await self.assert_refused("UNAUTHORIZED", self.nobody.post("/api/v1/auth/login", signing_in))
        await self.nobody.post("/api/v1/auth/login", {**signing_in, "password": "another one"})

    async def test_it_is_not_missed_while_it_is_away(self):
        house().replica.kill()
        try:
            self.assertEqual(await self.texts(self.member, 10), self.said(9))
        finally:
            await asyncio.to_thread(house().replica.start)
        await self.follow()
        await self.page_of(9, "used")

    async def page_of(self, last, result):
        """The page up to there is whole each time, until once the replica did that; a slow one is not waited for."""
        before = await self.pages(result)

        async def done():
            self.assertEqual(await self.texts(self.member, last + 1), self.said(last))
            return await self.pages(result) > before
        await self.until(done)
