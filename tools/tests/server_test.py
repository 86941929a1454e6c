import pathlib
import tempfile
import unittest

from server import Server

READY = '''print('{"msg":"ready","url":"http://a:1","internalUrl":"http://a:2"}', flush=True)'''


class ServerOfASuite(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def server(self, *lines):
        binary = self.folder / "gochat"
        binary.write_text("#!/usr/bin/env python3\nimport signal, sys\n" + "\n".join(lines) + "\n")
        binary.chmod(0o755)
        return Server(binary, self.folder)

    def test_a_server_that_drains_well_has_no_complaint(self):
        with self.server("signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))", READY,
                         "signal.pause()") as server:
            self.assertEqual((server.url, server.internal_url), ("http://a:1", "http://a:2"))
        self.assertEqual(server.complaint, "")

    def test_a_server_that_dies_before_it_is_ready_is_told(self):
        with self.server("sys.exit('no disk')") as server:
            pass
        self.assertEqual(server.complaint, "did not become ready")
        self.assertIn("no disk", server.output())

    def test_a_bad_end_is_told(self):
        with self.server("signal.signal(signal.SIGTERM, lambda *_: sys.exit(23))", READY,
                         "signal.pause()") as server:
            pass
        self.assertEqual(server.complaint, "ended with status 23")


if __name__ == "__main__":
    unittest.main()
