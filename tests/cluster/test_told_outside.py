"""Hooks of a cluster, with their tasks and their dead letters on a real broker."""
import asyncio
import os

import test_hooks as alone
from client import unique
from cluster.house import House
from cluster.servers.backend import free_ports
from cluster.watching import Watching
from receiver import Receiver

ATTEMPTS_MIN = 20
CHATS_MAX = 24  # half of the lanes are the new task's


class ToldOutside(Watching, alone.Hooks):
    """What holds on one machine holds here: the same tests."""

    @classmethod
    def setUpClass(cls):
        # Who is told is named when a process starts, and the cluster that other tests share names nobody.
        cls.port, = free_ports(1)
        named = Receiver(cls.port)
        cls.secret = named.secret
        cls.house = House(os.environ["GOCHAT_BINARY"], plan={"gateway,logic": 1, "repo,task": 1},
                          settings=named.settings()).start()
        cls.addClassCleanup(cls.house.stop)

    @classmethod
    def home(cls):
        return cls.house

    async def start_receiver(self):
        return await Receiver(self.port, self.secret).start()

    async def start_server(self):
        self.url = self.house.gateways[0].url

    def who_tells(self):
        return self.house.of("task")[0].internal_url

    def where(self):
        return [], self.house.environment()

    async def test_a_task_asks_every_repo_and_none_of_its_calls_fails_when_one_is_killed(self):
        repo, task = [self.house.process(role, f"{role}-new") for role in ("repo", "task")]
        for one in (repo, task):
            self.addCleanup(one.stop)
        await asyncio.gather(*(asyncio.to_thread(one.start) for one in (repo, task)))
        chat, first = await self.chat_for(task), self.house.of("repo")[0]
        said = await self.say_until_asked(chat, task, first, repo)
        repo.kill()
        said += await self.say_until_asked(chat, task, first)
        await asyncio.to_thread(repo.start)
        said += await self.say_until_asked(chat, task, first, repo)
        await self.receiver.until(lambda: set(said) <= {told["content"] for event, told in self.receiver.got
                                                        if event == "archive"})
        self.assertEqual(await self.measured([task], "gochat_call_errors_total", role="repo"), 0)

    async def chat_for(self, task):
        """A conversation in a lane of that task: which one it lies in follows from its id."""
        await self.until(lambda: self.measured([task], "gochat_kafka_lanes"))
        for _ in range(CHATS_MAX):
            chat, words = await self.alice.group_with(self.bob), unique("words")
            await self.alice.say(chat, words)
            await self.receiver.take_event("archive", lambda told, words=words: told["content"] == words)
            if await self.measured([task], "gochat_tasks_done_total", kind="archive"):
                return chat
        raise AssertionError(f"none of {CHATS_MAX} conversations came to the new task")

    async def say_until_asked(self, chat, task, *repos):
        """What was said until that task, which reads each message, had asked each of them so often."""
        async def attempts():
            return [await self.measured([task], "gochat_call_attempts_total", role="repo", instance=one.name)
                    for one in repos]
        said, before = [], await attempts()

        async def asked():
            said.append(unique("words"))
            await self.alice.say(chat, said[-1])
            return all(now >= then + ATTEMPTS_MIN for now, then in zip(await attempts(), before))
        await self.until(asked)
        return said
