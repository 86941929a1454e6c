"""One cluster for all the tests of a run that leave it as it was."""
import os
import subprocess

from cluster.house import House

_house = None


def house():
    """Started when the first test asks for it; `end` ends it."""
    global _house
    if _house is None:
        _house = House(os.environ["GOCHAT_BINARY"]).start()
    return _house


def end():
    global _house
    if _house is not None:
        _house.stop()
        _house = None


def verb(*words, **settings):
    """(status, stdout, stderr) of one of the binary's verbs in the environment of that cluster."""
    done = subprocess.run([house().binary, *words], env={**house().environment(), **settings}, capture_output=True,
                          text=True, check=False, stdin=subprocess.DEVNULL)
    return done.returncode, done.stdout, done.stderr
