"""What every bad day has: people who talk through it, what must hold afterwards, and what was seen of it."""
import asyncio
import collections

from cluster.traffic import Traffic
from cluster.watching import Watching
from cluster.whole import house


class BadDay(Watching):
    keep_alive = False

    def traffic(self):
        self.complaints = self.complained()
        return Traffic(self, [gateway.url for gateway in house().gateways])

    async def start_anew(self, *processes):
        """They end well and start again, with the environment that they have by now."""
        for process in processes:
            process.process.terminate()
        for process in processes:
            self.assertEqual(await asyncio.to_thread(process.process.wait), 0, process.name)
        await asyncio.gather(*(asyncio.to_thread(process.start) for process in processes))

    async def holds_good(self, traffic):
        """Every promise was kept, everything works, and this is how it looked from outside."""
        await traffic.settled()
        await self.works()
        for line in traffic.evidence():
            print(f"  {line}")
        for line, n in (self.complained() - self.complaints).most_common(8):
            print(f"  {n} x {line}")

    @staticmethod
    def listed(process):
        """Whether others may find it."""
        return any(key.endswith(f"/{process.name}") for key in house().etcd.keys("/gochat/services/"))

    @staticmethod
    def complained():
        """role: what its processes have warned of since they were started."""
        return collections.Counter(f"{process.role}: {line['msg']}" for process in house().processes
                                   for line in process.lines() if line["level"] in ("warn", "error"))
