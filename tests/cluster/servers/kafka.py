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
OFFSET_FETCH, DESCRIBE_CONFIGS = 9, 32  # of the protocol's requests
TOPIC = 2  # of its kinds of what has a configuration
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


def text(word):
    return struct.pack(">h", len(word)) + word.encode()


class Answer(io.BytesIO):
    def read(self, form):
        values = struct.unpack(form, super().read(struct.calcsize(form)))
        return values[0] if len(values) == 1 else values

    def text(self):
        """None when there is none."""
        size = self.read(">h")
        return super().read(size).decode() if size >= 0 else None


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

    def first_users(self):
        """Those that are known when it starts for the first time, as its tool takes them."""
        return []

    def prepare(self):
        (self.folder / "log4j.properties").write_text(LOGGING, encoding="utf-8")
        lines = [f"{name}={value}\n" for name, value in self.settings().items()]
        (self.folder / "server.properties").write_text("".join(lines), encoding="utf-8")
        if (self.folder / "log" / "meta.properties").exists():
            return
        tool = self.java("kafka.tools.StorageTool")
        identity = subprocess.run([*tool, "random-uuid"], capture_output=True, check=True, text=True)
        subprocess.run([*tool, "format", "-t", identity.stdout.split()[-1],
                        "-c", str(self.folder / "server.properties"), *self.first_users()],
                       capture_output=True, check=True, cwd=self.folder)

    def command(self):
        return self.java("kafka.Kafka", str(self.folder / "server.properties"))

    def ready(self):
        if not answers(self.port):
            return False
        asked = subprocess.run([program("kcat"), "-L", "-b", f"127.0.0.1:{self.port}", "-m", "1"],
                               stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return asked.returncode == 0

    # There are no quick tools for what these two tell, so they speak the protocol.

    def committed(self, group, topic, partitions):
        """partition: where that group would go on, -1 where it never was."""
        numbers = struct.pack(f">i{partitions}i", partitions, *range(partitions))
        answer = self.asked(OFFSET_FETCH, text(group) + struct.pack(">i", 1) + text(topic) + numbers)
        answer.read(">i")  # how many topics follow
        answer.text()
        offsets = {}
        for _ in range(answer.read(">i")):
            partition, offset = answer.read(">iq")
            answer.text()
            error = answer.read(">h")
            if error:
                raise RuntimeError(f"the coordinator answers {error}")
            offsets[partition] = offset
        return offsets

    def settings_of(self, topic):
        """What holds for that topic, defaults among it."""
        answer = self.asked(DESCRIBE_CONFIGS, struct.pack(">ib", 1, TOPIC) + text(topic) + struct.pack(">ib", -1, 0))
        answer.read(">ii")  # no throttling, one topic
        error = answer.read(">h")
        if error:
            raise RuntimeError(f"the broker answers {error}: {answer.text()}")
        answer.text()
        answer.read(">b")
        answer.text()
        settings = {}
        for _ in range(answer.read(">i")):
            name = answer.text()
            settings[name] = answer.text()
            answer.read(">bbbi")  # no synonyms, for nobody asked for them
        return settings

    def asked(self, request, body):
        message = struct.pack(">hhi", request, 1, 0) + text("tests") + body
        with socket.create_connection(("127.0.0.1", self.port), ANSWER_SECONDS_MAX) as broker:
            broker.sendall(struct.pack(">i", len(message)) + message)
            stream = broker.makefile("rb")
            size, = struct.unpack(">i", stream.read(4))
            answer = Answer(stream.read(size))
        answer.read(">i")  # the correlation
        return answer

    def ends(self, topic, partitions):
        """partition: the offset that its next record will get."""
        asked = [word for n in range(partitions) for word in ("-t", f"{topic}:{n}:-1")]
        shown = subprocess.run([program("kcat"), "-b", self.address(), "-Q", *asked], stdin=subprocess.DEVNULL,
                               capture_output=True, check=True, text=True).stdout
        return {int(n): int(offset) for n, offset in re.findall(r"\[(\d+)\] offset (\d+)", shown)}

    def address(self):
        return f"127.0.0.1:{self.port}"


class SecuredKafka(Kafka):
    """Speaks TLS with who has a certificate of the same authority and signs in, in any of three ways; beside it in
    plain with itself and with the tests."""

    def __init__(self, identity, user, password, folder=None):
        super().__init__(folder)
        self.identity, self.user, self.password = identity, user, password
        self.secured_port, = free_ports(1)

    def settings(self):
        own = super().settings()
        login = "org.apache.kafka.common.security"
        of = "listener.name.sasl_ssl."
        scram = {f"{of}{name}.sasl.jaas.config": f"{login}.scram.ScramLoginModule required;"
                 for name in ("scram-sha-256", "scram-sha-512")}
        listens = f"SASL_SSL://127.0.0.1:{self.secured_port}"
        return {
            **own, **scram,
            "listeners": f"{own['listeners']},{listens}",
            "advertised.listeners": f"{own['advertised.listeners']},{listens}",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL",
            "inter.broker.listener.name": "PLAINTEXT",
            "sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
            f"{of}plain.sasl.jaas.config":
                f'{login}.plain.PlainLoginModule required user_{self.user}="{self.password}";',
            "ssl.keystore.type": "PEM", "ssl.keystore.location": self.folder / "identity.pem",
            "ssl.truststore.type": "PEM", "ssl.truststore.location": self.identity.authorities,
            f"{of}ssl.client.auth": "required",
        }

    def first_users(self):
        return [word for name in ("SCRAM-SHA-256", "SCRAM-SHA-512")
                for word in ("--add-scram", f"{name}=[name={self.user},password={self.password}]")]

    def prepare(self):
        text = "".join(path.read_text(encoding="utf-8") for path in (self.identity.key, self.identity.certificate))
        (self.folder / "identity.pem").write_text(text, encoding="utf-8")
        super().prepare()

    def set_password(self, mechanism, user, password):
        subprocess.run(self.java("kafka.admin.ConfigCommand", "--bootstrap-server", self.plain_address(), "--alter",
                                 "--entity-type", "users", "--entity-name", user,
                                 "--add-config", f"{mechanism}=[password={password}]"),
                       stdin=subprocess.DEVNULL, capture_output=True, check=True)

    def plain_address(self):
        return super().address()

    def address(self):
        return f"127.0.0.1:{self.secured_port}"
