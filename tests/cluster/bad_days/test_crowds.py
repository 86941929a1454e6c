"""Groups that task tells of their messages, over all gateways of a cluster."""
import asyncio

import test_large_groups as alone
from base import BlackBox
from cluster.watching import LANES, Watching
from cluster.whole import house

SHARDS_MIN = 4  # of every large group
GROUPS_MAX = 12  # half of the lanes are the second task's: one of so many groups has a shard there


class Crowds(Watching, alone.LargeGroups):
    """What holds on one machine holds here: the same tests."""

    async def asyncSetUp(self):
        self.url = house().gateways[0].url
        await BlackBox.asyncSetUp(self)

    async def tasks_done(self):
        return await self.done_by(*house().of("task"))

    async def done_by(self, *processes):
        return await self.measured(processes, "gochat_tasks_done_total", kind="large_group_fan_out")

    async def group_shared_with(self, second, owner, others):
        """A group with shards in lanes of the second task: which lanes they lie in follows from the group's id."""
        for _ in range(GROUPS_MAX):
            group = await owner.group_with(*others, maxMembers=1_000)
            before = await self.done_by(*house().of("task"), second)
            await owner.say(group, "the first")

            async def done():
                return await self.done_by(*house().of("task"), second) >= before + SHARDS_MIN
            await self.until(done)
            if await self.done_by(second) > 0:
                return group
        raise AssertionError(f"no shard of {GROUPS_MAX} groups came to the second task")

    async def test_two_tasks_share_the_shards_and_one_that_is_killed_leaves_nothing_out(self):
        second = house().process("task", "task-2")
        self.addCleanup(second.stop)
        await asyncio.to_thread(second.start)
        crowd = await self.crowd(alone.MEMBERS)
        owner, readers = crowd[0], [await person.socket() for person in crowd[1:21]]

        async def has_lanes():
            return await self.measured([second], LANES) > 0
        await self.until(has_lanes)
        group = await self.group_shared_with(second, owner, crowd[1:])
        for n in range(30):
            await owner.say(group, f"message {n}")
            if n == 10:
                second.kill()
        for socket in readers:
            await socket.take("new-message", lambda d: d["message"]["content"] == "message 29")
            await socket.settle()
            self.assertEqual(alone.seqs(socket, group), list(range(1, 32)))
