"""What an operator sees of the processes of a cluster."""
import pathlib
import re

from cluster.watching import Watching
from cluster.whole import house

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs/operations/cluster.md"


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
        shown = {}
        for process in house().processes:
            measures = await self.measures(process)
            shown.update({name: (measures.type[name], measures.labels(name)) for name in measures.type})
        listed = documented()
        self.assertGreater(len(listed), 20)
        self.assertEqual({name: shown.get(name) for name in listed}, listed)
        own = {name for name in shown if re.match(r"gochat_(cache|mysql|redis|limits|kafka|etcd|calls?)_", name)}
        self.assertEqual(own - set(listed), set())

    async def test_every_process_names_itself_in_what_it_logs(self):
        for process in house().processes:
            with self.subTest(process=process.name):
                self.assertEqual({line["instance"] for line in process.lines()}, {process.name})

    async def test_the_directory_lists_every_role_of_every_process(self):
        prefix = "/gochat/services/"
        expected = {f"{prefix}{role}/{process.name}" for process in house().processes for role in process.roles}
        self.assertEqual(set(house().etcd.keys(prefix)), expected)
