"""What an operator sees of the processes of a cluster."""
import pathlib
import re

import grpc

from cluster.rpc import Caller, Services
from cluster.watching import Watching
from cluster.whole import house

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs/operations/cluster.md"

# Shows no labels before an instance has failed; who sees that happen is tests/cluster/bad_days.
NOT_YET = "gochat_call_failures_total"


def documented():
    """name -> (type, labels), out of the table in the documentation."""
    rows = re.findall(r"^\| `([a-z0-9_]+)` \| (\w+) \| (.*?)\| .* \|$", DOCS.read_text(encoding="utf-8"), re.M)
    return {name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


class SeenFromOutside(Watching):
    async def test_every_process_is_live_and_ready(self):
        for process in house().processes:
            for path in ("/livez", "/readyz", "/healthz"):
                with self.subTest(process=process.name, path=path):
                    async with self.session.get(process.internal_url + path) as answer:
                        self.assertEqual(answer.status, 200)

    async def test_every_measure_of_a_cluster_is_documented_and_there(self):
        await self.go_wrong()
        shown = {}
        for process in house().processes:
            measures = await self.measures(process)
            for name, kind in measures.type.items():
                shown.setdefault(name, (kind, set()))[1].update(measures.labels(name))
        listed = documented()
        self.assertGreater(len(listed), 20)
        if not shown[NOT_YET][1]:
            shown[NOT_YET] = listed[NOT_YET]
        self.assertEqual({name: shown.get(name) for name in listed}, listed)
        own = {name for name in shown if re.match(r"gochat_(cache|mysql|redis|limits|kafka|etcd|served|calls?)_", name)}
        self.assertEqual(own - set(listed), set())

    async def go_wrong(self):
        """An error that logic answers to a gateway."""
        alice = await self.person()
        await self.assert_refused("NOT_FOUND", alice.get("/api/v1/groups/123"))

    async def test_what_people_do_moves_the_figures_of_every_role_on_its_way(self):
        alice, bob = await self.people(2)
        chat = await alice.single_with(bob)
        socket = await alice.socket()
        caller = Caller(house().of("logic")[0].address(), "no such token")
        self.addCleanup(caller.channel.close)
        figures = [
            ("gateway", "gochat_kafka_produce_seconds_count", {"topic": "im-upstream-topic"}),
            ("logic", "gochat_kafka_handle_seconds_count", {"topic": "im-upstream-topic"}),
            ("logic", "gochat_kafka_produce_seconds_count", {"topic": "im-downstream-topic"}),
            ("gateway", "gochat_kafka_handle_seconds_count", {"topic": "im-downstream-topic"}),
            ("gateway", "gochat_call_seconds_count", {"role": "logic"}),
            ("logic", "gochat_call_seconds_count", {"role": "repo"}),
            ("logic", "gochat_served_calls_total", {}),
            ("repo", "gochat_served_calls_total", {}),
            ("repo", "gochat_served_call_seconds_count", {}),
            ("logic", "gochat_served_call_errors_total", {"code": "NOT_FOUND"}),
            ("logic", "gochat_served_calls_refused_total", {"reason": "token"}),
            ("logic", "gochat_message_receivers_online_sum", {}),
            ("logic", "gochat_message_receivers_away_sum", {}),
            ("repo", "gochat_etcd_call_seconds_count", {}),
        ]
        before = [await self.total(house().of(role), name, **labels) for role, name, labels in figures]
        await socket.say(chat, "anybody there?")  # Alice is, and Bob is not
        await self.go_wrong()
        self.assertRaises(grpc.RpcError, Services(caller).call, "LogicService", "GetEpoch")
        for (role, name, labels), was in zip(figures, before):
            with self.subTest(name, of=role, labels=labels):
                async def rises(role=role, name=name, labels=labels, was=was):
                    return await self.total(house().of(role), name, **labels) > was
                await self.until(rises)

    async def test_every_process_names_itself_in_what_it_logs(self):
        for process in house().processes:
            with self.subTest(process=process.name):
                self.assertEqual({line["instance"] for line in process.lines()}, {process.name})

    async def test_the_directory_lists_every_role_of_every_process(self):
        prefix = "/gochat/services/"
        expected = {f"{prefix}{role}/{process.name}" for process in house().processes for role in process.roles}
        self.assertEqual(set(house().etcd.keys(prefix)), expected)
