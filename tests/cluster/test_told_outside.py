"""Hooks of a cluster, with their tasks and their dead letters on a real broker."""
import os

import test_hooks as alone
from cluster.house import House
from cluster.servers.backend import free_ports
from receiver import Receiver


class ToldOutside(alone.Hooks):
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

    async def start_receiver(self):
        return await Receiver(self.port, self.secret).start()

    async def start_server(self):
        self.url = self.house.gateways[0].url

    def who_tells(self):
        return self.house.of("task")[0].internal_url

    def where(self):
        return [], self.house.environment()
