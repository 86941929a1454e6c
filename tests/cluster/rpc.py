"""Calls of a process by a gRPC library that is not ours, which learns from the process itself what it serves."""
import functools
import pathlib
import subprocess

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PROTO = pathlib.Path(__file__).resolve().parent / "proto"
OWN_PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
CALL_SECONDS_MAX = 20
HEALTH, REFLECTION = "grpc.health.v1", "grpc.reflection.v1alpha"
NOT_THERE = "nobody answers"


class Pool:
    """Messages by their names, out of descriptors."""

    def __init__(self, files):
        self.pool = descriptor_pool.DescriptorPool()
        self.files = {}
        for data in files:
            file = descriptor_pb2.FileDescriptorProto.FromString(data)
            self.files[file.name] = file
        self._added = set()
        for name in self.files:
            self._add(name)
        self._classes = message_factory.MessageFactory(self.pool)

    def _add(self, name):
        if name in self._added:
            return
        self._added.add(name)
        for needed in self.files[name].dependency:
            self._add(needed)
        self.pool.Add(self.files[name])

    def message(self, name):
        return self._classes.GetPrototype(self.pool.FindMessageTypeByName(name))

    def service(self, name):
        return self.pool.FindServiceByName(name)


def compiled(folder, *files):
    """The descriptors of these files."""
    done = subprocess.run(["protoc", f"--proto_path={folder}", "--descriptor_set_out=/dev/stdout", *files],
                          check=True, capture_output=True)
    return descriptor_pb2.FileDescriptorSet.FromString(done.stdout).file


@functools.cache
def known():
    """The messages of health and reflection, which servers do not tell."""
    return Pool(file.SerializeToString() for file in compiled(PROTO, "health.proto", "reflection.proto"))


def declared(file):
    """{(service, method)} of one of the product's own files."""
    told, = compiled(OWN_PROTO, f"gochat/v1/{file}")
    return {(service.name, method.name) for service in told.service for method in service.method}


class Caller:
    """`with`: a connection to one process. `credentials` are grpc's; none: in the clear."""

    def __init__(self, address, token="", credentials=None, name=None):
        options = [("grpc.ssl_target_name_override", name)] if name else []
        self.channel = grpc.secure_channel(address, credentials, options) if credentials else \
            grpc.insecure_channel(address, options)
        self.metadata = [("gochat-token", token)] if token else []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()

    def unary(self, path, request, answer):
        method = self.channel.unary_unary(path, type(request).SerializeToString, answer.FromString)
        return method(request, timeout=CALL_SECONDS_MAX, metadata=self.metadata)

    def health(self, service=""):
        """SERVING, NOT_SERVING, the status that the call ended with, or that nobody is there."""
        answer = known().message(f"{HEALTH}.HealthCheckResponse")
        request = known().message(f"{HEALTH}.HealthCheckRequest")(service=service)
        try:
            return answer.ServingStatus.Name(self.unary(f"/{HEALTH}.Health/Check", request, answer).status)
        except grpc.RpcError as error:
            return NOT_THERE if error.code() == grpc.StatusCode.UNAVAILABLE else error.code().name

    def healths(self, seconds):
        """Each health that is another than the one before, as the process tells it."""
        answer = known().message(f"{HEALTH}.HealthCheckResponse")
        request = known().message(f"{HEALTH}.HealthCheckRequest")()
        watch = self.channel.unary_stream(f"/{HEALTH}.Health/Watch", type(request).SerializeToString, answer.FromString)
        for one in watch(request, timeout=seconds):
            yield answer.ServingStatus.Name(one.status)

    def wait_for_health(self, wanted, seconds=60):
        for status in self.healths(seconds):
            if status == wanted:
                return
        raise AssertionError(f"health never was {wanted}")

    def reflect(self, **question):
        """What the process answers to one question of reflection."""
        answer = known().message(f"{REFLECTION}.ServerReflectionResponse")
        request = known().message(f"{REFLECTION}.ServerReflectionRequest")(**question)
        ask = self.channel.stream_stream(f"/{REFLECTION}.ServerReflection/ServerReflectionInfo",
                                         type(request).SerializeToString, answer.FromString)
        return next(iter(ask(iter([request]), timeout=CALL_SECONDS_MAX, metadata=self.metadata)))


class Services:
    """Everything that a process serves, as it tells itself, and calls of it."""

    def __init__(self, caller, package="gochat.v1"):
        self.caller, self.package = caller, package
        told = caller.reflect(list_services="*").list_services_response.service
        self.names = sorted(one.name for one in told if one.name.startswith(package + "."))
        files = {}
        for name in self.names:
            for data in caller.reflect(file_containing_symbol=name).file_descriptor_response.file_descriptor_proto:
                files[data] = None
        self.pool = Pool(files)

    @functools.cached_property
    def methods(self):
        """{(service, method)}, without the package."""
        return {(name.rpartition(".")[2], method.name)
                for name in self.names for method in self.pool.service(name).methods}

    def call(self, service, method, **fields):
        declared = self.pool.service(f"{self.package}.{service}").methods_by_name[method]
        request = self.pool.message(declared.input_type.full_name)(**fields)
        answer = self.pool.message(declared.output_type.full_name)
        return self.caller.unary(f"/{self.package}.{service}/{method}", request, answer)
