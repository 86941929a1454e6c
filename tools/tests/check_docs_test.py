import pathlib
import tempfile
import unittest

from check_docs import DocsChecker


class CheckDocs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in ("src/net/server.hpp", "src/adapters/sqlite/store.cpp", "docs/adr/0001-own.md"):
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()

    def missing(self, text):
        (self.root / "README.md").write_text(text, encoding="utf-8")
        return DocsChecker(self.root).run()

    def test_paths_that_exist_are_accepted_in_every_form(self):
        self.assertEqual(self.missing("`src/net/server.hpp`, `net/server.hpp`, `net/server`, "
                                      "`sqlite/store.cpp`, `server.hpp`, `docs/adr/`, "
                                      "[why](docs/adr/0001-own.md)\n"), [])

    def test_a_file_that_is_gone_is_told_with_its_line(self):
        self.assertEqual(self.missing("first\n`net/gone.hpp`\n"),
                         ["README.md:2: `net/gone.hpp` does not exist"])
        self.assertEqual(len(self.missing("[why](docs/adr/0002-gone.md)\n")), 1)
        self.assertEqual(len(self.missing("`net/gone`\n")), 1)

    def test_a_heading_that_is_gone_is_told_with_its_line(self):
        page = "# TLS\n## Refused at start\n```\n# no heading\n```\n"
        (self.root / "docs/tls.md").write_text(page, encoding="utf-8")
        self.assertEqual(self.missing("[a](docs/tls.md#refused-at-start), [b](#so-far)\n# So far\n"), [])
        self.assertEqual(self.missing("[a](docs/tls.md#no-heading)\n[b](#gone)\n"),
                         ["README.md:1: `docs/tls.md#no-heading` does not exist",
                          "README.md:2: `#gone` does not exist"])

    def test_the_table_of_rooms_is_held_against_what_is_declared(self):
        (self.root / "CMakeLists.txt").write_text("\n".join([
            "gochat_module(base)", "gochat_module(net DEPS base)",
            "gochat_module(sqlite DIR adapters/sqlite DEPS base)", "gochat_module(app DEPS net sqlite)", ""]),
            encoding="utf-8")
        table = "\n".join([
            "| room | owns | may include | private library |", "|---|---|---|---|", "| base | results | - | fmt |",
            "| net | sockets | base | - |", "| adapters/sqlite | the store | base | SQLite |",
            "| app | wiring | all | - |", ""])
        architecture = self.root / "ARCHITECTURE.md"
        architecture.write_text(table, encoding="utf-8")
        self.assertEqual(self.missing(""), [])
        changed = table.replace("| net | sockets | base |", "| net | sockets | base, sqlite |")
        architecture.write_text(changed.replace("adapters/sqlite", "adapters/mysql"), encoding="utf-8")
        self.assertEqual(self.missing(""),
                         ["ARCHITECTURE.md: room adapters/mysql: `base`, declared is `no such room`",
                          "ARCHITECTURE.md: room adapters/sqlite: `no row`, declared is `base`",
                          "ARCHITECTURE.md: room net: `base, sqlite`, declared is `base`"])

    def test_a_page_that_a_source_names_must_be_there(self):
        source = self.root / "src/net/server.hpp"
        source.write_text("// docs/adr/0001-own.md\n// docs/gone.md lists them\n", encoding="utf-8")
        self.assertEqual(self.missing(""), ["src/net/server.hpp:2: `docs/gone.md` does not exist"])

    def test_what_is_no_path_of_ours_is_left_alone(self):
        self.assertEqual(self.missing("`GET /api/v1/x`, `a/b`, `T<A>`, `gochat.db`, "
                                      "[site](https://example.org/x.md), `build/release/gochat`\n"
                                      "```\n`net/gone.hpp`\n```\n"), [])


if __name__ == "__main__":
    unittest.main()
