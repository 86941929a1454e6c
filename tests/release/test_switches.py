"""No crash point, pause or planted bug has found its way into the release."""
import os
import pathlib
import re
import unittest

from process import binary, run

TABLES = pathlib.Path(__file__).resolve().parents[2] / "src/base/fault.hpp"
ROW = re.compile(r'\{(?:Point|Bug)::\w+,\s*"(\w+)",\s*"([^"]+)"\}')
COULD_NOT_RUN, USAGE = 2, 64


class Switches(unittest.TestCase):
    def setUp(self):
        if run(["faults", "list"])[0] == 0:
            self.skipTest("this build has fault points")
        self.rows = ROW.findall(TABLES.read_text(encoding="utf-8"))

    def test_neither_names_nor_descriptions_are_in_the_binary(self):
        self.assertGreaterEqual(len(self.rows), 13, "the tables are read wrongly")
        content = pathlib.Path(binary()).read_bytes()
        # A name of one word, as `checkpoint`, is SQLite's too: its description speaks for it.
        texts = [text for row in self.rows for text in row if re.search(r"[ _]", text)]
        self.assertGreaterEqual(len(texts), 2 * len(self.rows) - 1)
        self.assertEqual([text for text in texts if text.encode() in content], [])

    def test_arming_one_is_refused(self):
        for name in ("GOCHAT_CRASH", "GOCHAT_PAUSE", "GOCHAT_PLANT"):
            with self.subTest(name):
                status, said, complaint = run(["serve", "--listen", "127.0.0.1:0"],
                                              env={**os.environ, name: "store_after_commit"})
                self.assertEqual((status, said), (USAGE, ""))
                self.assertIn("no fault points", complaint)

    def test_listing_them_is_refused(self):
        status, said, complaint = run(["faults", "list", "--json"])
        self.assertEqual((status, said), (COULD_NOT_RUN, ""))
        self.assertIn("no fault points", complaint)
