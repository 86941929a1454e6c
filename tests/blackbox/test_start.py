"""A start that cannot be: one line of cause, one of remedy, exit code 2 and nothing else."""
import os
import socket
import sqlite3
import struct
import subprocess
import tempfile
import unittest

from process import OwnServer, run

COULD_NOT_RUN = 2
FLAGS = {"listen": "--listen", "internal": "--internal-listen"}
PAGE_BYTES, RESERVED_BYTES = 4096, 8
KEYS = (0x6a09e667f3bcc909, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1)
MASK = (1 << 64) - 1


def fold(a, b):
    return ((a * b) ^ ((a * b) >> 64)) & MASK


def page_hash(page, number):
    """The store's page checksum, written down a second time."""
    words = struct.unpack(f"<{(PAGE_BYTES - RESERVED_BYTES) // 8}Q", page[:-RESERVED_BYTES])
    state = [key ^ number for key in KEYS]
    whole = len(words) // 8 * 8
    for at in range(0, whole, 8):
        for lane in range(4):
            state[lane] = fold(state[lane] ^ words[at + 2 * lane], KEYS[lane] ^ words[at + 2 * lane + 1])
    for word in words[whole:]:
        state[0] = fold(state[0] ^ word, KEYS[1])
    mixed = fold(state[0] ^ KEYS[3], state[1] ^ KEYS[2]) ^ fold(state[2] ^ KEYS[1], state[3] ^ KEYS[0])
    return fold((mixed & MASK) ^ number, KEYS[0]) | 1


def stamp_pages(path):
    """What another program has written is made this one's own."""
    with open(path, "r+b") as file:
        for number in range(1, os.path.getsize(path) // PAGE_BYTES + 1):
            file.seek((number - 1) * PAGE_BYTES)
            page = file.read(PAGE_BYTES)
            file.seek(number * PAGE_BYTES - RESERVED_BYTES)
            file.write(struct.pack("<Q", page_hash(page, number)))


class Start(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gochat-start-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.data = os.path.join(self.folder, "data")

    def refused(self, data=None, listen="127.0.0.1:0", internal="127.0.0.1:0", **more):
        """[cause, remedy] of a start that is refused."""
        status, said, complaint = run(["serve", "--listen", listen, "--internal-listen", internal,
                                       "--data", data or self.data], **more)
        self.assertEqual(status, COULD_NOT_RUN, complaint)
        self.assertNotIn('"msg":"ready"', said)
        lines = complaint.splitlines()
        self.assertEqual(len(lines), 2, complaint)
        for line in lines:
            self.assertTrue(line.startswith("gochat: "), line)
        return lines

    def a_server_was_here(self):
        server = OwnServer(data=self.data).start()
        self.assertEqual(server.terminate(), 0)

    def mount(self, options):
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "gochat", self.folder], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            self.skipTest(f"no file system can be mounted here: {done.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", self.folder], check=True)

    def test_a_folder_in_use_names_the_holder(self):
        server = OwnServer(data=self.data).start()
        self.addCleanup(server.end)
        cause, remedy = self.refused()
        self.assertIn(f"process {server.process.pid} ", cause)
        self.assertIn("--data", remedy)

    def test_a_folder_that_is_a_file(self):
        with open(self.data, "w", encoding="utf-8") as file:
            file.write("x")
        cause, remedy = self.refused()
        self.assertIn("is not a directory", cause)
        self.assertIn("--data", remedy)

    def test_a_folder_with_somebody_elses_files(self):
        os.mkdir(self.data)
        with open(os.path.join(self.data, "letter.txt"), "w", encoding="utf-8") as file:
            file.write("x")
        cause, remedy = self.refused()
        self.assertIn("other files", cause)
        self.assertIn("--data", remedy)

    def test_a_read_only_disk(self):
        self.mount("ro")
        cause, remedy = self.refused()
        self.assertIn("read-only file system", cause)
        self.assertIn("writable", remedy)

    def test_a_disk_without_any_room(self):
        self.mount("size=16k")
        os.mkdir(self.data)
        cause, remedy = self.refused()
        self.assertRegex(cause, "full|space")
        self.assertRegex(remedy, "room|space")

    def test_a_folder_that_may_not_be_written_to(self):
        if os.geteuid() == 0:
            self.skipTest("root may write everywhere")
        os.mkdir(self.data, 0o500)
        cause, remedy = self.refused()
        self.assertIn(self.data, cause)
        self.assertIn("right to write", remedy)

    def test_a_database_of_a_newer_program(self):
        self.a_server_was_here()
        path = os.path.join(self.data, "gochat.db")
        database = sqlite3.connect(path)
        with database:
            database.execute("INSERT INTO schema_migrations VALUES (900, 0, 0)")
        database.close()
        stamp_pages(path)
        cause, remedy = self.refused()
        self.assertIn("schema 900", cause)
        self.assertIn("newer gochat", remedy)

    def test_a_database_that_another_program_wrote_to(self):
        self.a_server_was_here()
        path = os.path.join(self.data, "gochat.db")
        database = sqlite3.connect(path)
        with database:
            database.execute("UPDATE meta SET environment = 'elsewhere'")
        database.close()
        cause, remedy = self.refused()
        self.assertIn("checksum is wrong", cause)
        self.assertIn("backup", remedy)

    def test_a_file_that_is_no_database(self):
        self.a_server_was_here()
        with open(os.path.join(self.data, "gochat.db"), "wb") as file:
            file.write(b"not a database" * 1000)
        cause, remedy = self.refused()
        self.assertIn("gochat.db", cause)
        self.assertIn("backup", remedy)

    def test_a_port_in_use(self):
        for which in FLAGS:
            with self.subTest(which), socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))
                taken.listen()
                port = str(taken.getsockname()[1])
                cause, remedy = self.refused(**{which: f"127.0.0.1:{port}"})
                self.assertIn(port, cause)
                self.assertIn(FLAGS[which], remedy)

    def test_a_refused_start_leaves_the_folder_to_the_next_one(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.refused(listen=f"127.0.0.1:{taken.getsockname()[1]}")
        self.a_server_was_here()
