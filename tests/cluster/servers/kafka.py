"""Apache Kafka, one process that is broker and controller. Debian has no package of it: the jars come through Maven,
once, into a folder of the user's cache."""
import fcntl
import io
import os
import pathlib
import re
import socket
import struct
import subprocess
import tempfile

from .backend import Backend, NotInstalled, answers, free_ports, program

VERSION = "3.9.1"
PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
FETCH_SECONDS_MAX = 300
ANSWER_SECONDS_MAX = 10
OFFSET_FETCH = 9  # of the protocol's requests
HEAP = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]

DEPENDENCIES = "".join(f"""
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>{name}</artifactId><version>{VERSION}</version>
    </dependency>""" for name in ("kafka_2.13", "kafka-tools"))
POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>gochat</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <dependencies>{DEPENDENCIES}
  </dependencies>
</project>
"""
LOGGING = """log4j.rootLogger=WARN, stdout
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d %p %c %m%n
"""


def jars():
    """The folder of the jars, fetched when it is missing; of several that ask at once one fetches."""
    cache = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache")
    folder = cache / f"gochat-kafka-{VERSION}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with open(cache / f"gochat-kafka-{VERSION}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            fetch(folder)
    return folder


def fetch(folder):
    with tempfile.TemporaryDirectory(prefix=folder.name, dir=folder.parent) as scratch:
        pom = pathlib.Path(scratch, "pom.xml")
        pom.write_text(POM, encoding="utf-8")
        libraries = pathlib.Path(scratch, "jars")
        done = subprocess.run([program("mvn"), "--batch-mode", "--quiet", "--file", str(pom), PLUGIN,
                               f"-DoutputDirectory={libraries}"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=FETCH_SECONDS_MAX, check=False, text=True)
        if done.returncode != 0:
            raise NotInstalled(f"Kafka's jars could not be fetched: {done.stdout.strip()[-500:]}")
        libraries.rename(folder)


class Kafka(Backend):
    name = "kafka"
    variable = "GOCHAT_TEST_KAFKA"

    def __init__(self, folder=None):
        super().__init__(folder)
        self.port, self.controller_port = free_ports(2)

    def java(self, *arguments):
        return [program("java"), *HEAP, f"-Dlog4j.configuration=file:{self.folder / 'log4j.properties'}",
                "-cp", f"{jars()}/*", *arguments]

    def settings(self):
        return {
            "process.roles": "broker,controller",
            "node.id": 1,
            "controller.quorum.voters": f"1@127.0.0.1:{self.controller_port}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{self.controller_port}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": self.folder / "log",
            "auto.create.topics.enable": "false",
            "group.initial.rebalance.delay.ms": 0,
            "offsets.topic.num.partitions": 4,
            "offsets.topic.replication.factor": 1,
            "transaction.state.log.num.partitions": 4,
            "transaction.state.log.replication.factor": 1,
            "transaction.state.log.min.isr": 1,
        }

    def prepare(self):
        (self.folder / "log4j.properties").write_text(LOGGING, encoding="utf-8")
        lines = [f"{name}={value}\n" for name, value in self.settings().items()]
        (self.folder / "server.properties").write_text("".join(lines), encoding="utf-8")
        if (self.folder / "log" / "meta.properties").exists():
            return
        tool = self.java("kafka.tools.StorageTool")
        identity = subprocess.run([*tool, "random-uuid"], capture_output=True, check=True, text=True)
        subprocess.run([*tool, "format", "-t", identity.stdout.split()[-1],
                        "-c", str(self.folder / "server.properties")],
                       capture_output=True, check=True, cwd=self.folder)

    def command(self):
        return self.java("kafka.Kafka", str(self.folder / "server.properties"))

    def ready(self):
        if not answers(self.port):
            return False
        asked = subprocess.run([program("kcat"), "-L", "-b", self.address(), "-m", "1"],
                               stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return asked.returncode == 0

    def committed(self, group, topic, partitions):
        """partition: where that group would go on, -1 where it never was. There is no quick tool that tells it."""
        def text(word):
            return struct.pack(">h", len(word)) + word.encode()
        numbers = struct.pack(f">i{partitions}i", partitions, *range(partitions))
        asked = struct.pack(">hhi", OFFSET_FETCH, 1, 0) + text("tests") + text(group) + struct.pack(">i", 1) + \
            text(topic) + numbers
        with socket.create_connection(("127.0.0.1", self.port), ANSWER_SECONDS_MAX) as broker:
            broker.sendall(struct.pack(">i", len(asked)) + asked)
            stream = broker.makefile("rb")
            size, = struct.unpack(">i", stream.read(4))
            answer = io.BytesIO(stream.read(size))

        def read(form):
            values = struct.unpack(form, answer.read(struct.calcsize(form)))
            return values[0] if len(values) == 1 else values
        read(">ii")  # the correlation, and how many topics follow
        answer.read(read(">h"))
        offsets = {}
        for _ in range(read(">i")):
            partition, offset = read(">iq")
            answer.read(max(read(">h"), 0))
            error = read(">h")
            if error:
                raise RuntimeError(f"the coordinator answers {error}")
            offsets[partition] = offset
        return offsets

    def ends(self, topic, partitions):
        """partition: the offset that its next record will get."""
        asked = [word for n in range(partitions) for word in ("-t", f"{topic}:{n}:-1")]
        shown = subprocess.run([program("kcat"), "-b", self.address(), "-Q", *asked], stdin=subprocess.DEVNULL,
                               capture_output=True, check=True, text=True).stdout
        return {int(n): int(offset) for n, offset in re.findall(r"\[(\d+)\] offset (\d+)", shown)}

    def address(self):
        return f"127.0.0.1:{self.port}"
