"""Power cuts: the server runs on a disk that keeps what was synced apart, and a cut leaves nothing else."""
import os
import pathlib
import shutil
import tempfile
import unittest

from process import binary

LIBRARY = "tests/libforgetful_disk.so"


class ForgetfulDisk:
    def __init__(self):
        self.library = pathlib.Path(binary()).resolve().parent / LIBRARY
        if not self.library.exists():
            raise unittest.SkipTest(f"{LIBRARY} is not built beside the binary")
        self._folder = tempfile.TemporaryDirectory(prefix="gochat-synced-")
        os.mkdir(os.path.join(self._folder.name, "half"))  # for copies that are being made

    def environment(self):
        return {"LD_PRELOAD": str(self.library), "GOCHAT_FORGETFUL_DISK": self._folder.name}

    def forget(self, data):
        """Of the server that was killed this is left: what it had synced, and what it never wrote to."""
        for name in set(os.listdir(self._folder.name)) - {"half"}:
            shutil.copyfile(os.path.join(self._folder.name, name), os.path.join(data, name))
        os.unlink(os.path.join(data, "gochat.db-shm"))

    def close(self):
        self._folder.cleanup()
