"""A whole cluster of which nothing goes over the network in plain, and nobody is let in without a certificate."""
import os
import pathlib
import tempfile

from certificates import Authority
from cluster.house import House
from cluster.securing import ADDRESSES, PASSWORD, USER
from cluster.servers.etcd import Etcd
from cluster.servers.kafka import SecuredKafka
from cluster.servers.mariadb import SecuredMariaDb
from cluster.servers.redis import SecuredRedis
from cluster.watching import Watching

ONE_OF_EACH = {"repo": 1, "logic": 1, "task": 1, "gateway": 1}
PREFIX = "/gochat"


class SecuredHouse(House):
    def __init__(self, binary, folder):
        authority = Authority(folder)
        server, own = (authority.issue(folder / name, names=ADDRESSES) for name in ("server", "own"))
        mysql, redis = SecuredMariaDb(server, USER, PASSWORD), SecuredRedis(server, USER, PASSWORD, "house-")
        kafka, etcd = SecuredKafka(server, USER, PASSWORD), Etcd(identity=server)
        keys = {"MYSQL": {"ADDRESS": mysql.address(), "REPLICAS": ""},
                "REDIS": {"ADDRESSES": redis.address(), "PREFIX": redis.keys},
                "KAFKA": {"BROKERS": kafka.address(), "SASL_MECHANISM": "SCRAM-SHA-512"},
                "ETCD": {"ENDPOINTS": etcd.address(), "PREFIX": PREFIX},
                "GRPC": {}}
        tls = {"TLS_AUTHORITIES": own.authorities, "TLS_CERTIFICATE": own.certificate, "TLS_KEY": own.key}
        for section, named in keys.items():
            named.update(tls)
            if section != "GRPC":
                named.update(TLS="on", USER=USER, PASSWORD=PASSWORD)
        settings = {f"GOCHAT_{section}_{name}": str(value) for section, named in keys.items()
                    for name, value in named.items()}
        super().__init__(binary, plan=ONE_OF_EACH, settings=settings)
        self.mariadb, self.etcd = mysql, etcd
        self.backends = [mysql, redis, etcd, kafka]

    def make_database(self):
        self.etcd.ask_for_users(USER, PASSWORD, PREFIX)
        self.verb("migrate", "up")


class SecuredWhole(Watching):
    @classmethod
    def setUpClass(cls):
        made = tempfile.TemporaryDirectory(prefix="gochat-secured-")
        cls.addClassCleanup(made.cleanup)
        cls.house = SecuredHouse(os.environ["GOCHAT_BINARY"], pathlib.Path(made.name))
        cls.addClassCleanup(cls.house.stop)
        cls.house.start()

    @classmethod
    def home(cls):
        return cls.house

    async def test_people_talk_through_it(self):
        await self.works()
        for process in self.house.processes:
            with self.subTest(process=process.name):
                self.assertNotIn(PASSWORD, process.output())
                self.assertEqual([line for line in process.lines() if line["level"] == "error"], [])
