"""./dev cluster, as people use it."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import urllib.request

from cluster import launch


class Launch(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gochat-launch-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.addCleanup(self.launch, "down")

    def launch(self, verb):
        done = subprocess.run([sys.executable, launch.__file__, verb, "--binary", os.environ["GOCHAT_BINARY"],
                               "--folder", self.folder], capture_output=True, text=True, check=False,
                              stdin=subprocess.DEVNULL)
        return done.returncode, done.stdout, done.stderr

    def test_it_is_started_looked_at_and_ended(self):
        self.assertEqual(self.launch("status")[0], 1)
        status, shown, told = self.launch("up")
        self.assertEqual(status, 0, told)
        urls = shown.split()
        self.assertEqual(len(urls), 2)
        for url in urls:
            with urllib.request.urlopen(url, timeout=10) as page:
                self.assertIn(b"GoChat", page.read())
        status, shown, _ = self.launch("status")
        self.assertEqual(status, 0, shown)
        self.assertEqual(sum(" ready " in line for line in shown.splitlines()), 7)
        self.assertEqual(self.launch("up")[0], 1)
        note = json.loads((pathlib.Path(self.folder) / "cluster.json").read_text(encoding="utf-8"))
        self.assertEqual(self.launch("down")[0], 0)
        for entry in note["processes"]:
            self.assertFalse(launch.runs(entry), entry["name"])
        self.assertFalse(pathlib.Path(note["home"]).exists())
        self.assertEqual(self.launch("down")[0], 0)
