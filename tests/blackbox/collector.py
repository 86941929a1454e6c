"""An OpenTelemetry collector of the tests' own: OTLP over gRPC, by its public field numbers and not by our schema."""
import asyncio
import concurrent.futures
import secrets
import threading
import unittest

try:
    import grpc
except ImportError as error:
    raise unittest.SkipTest("python3-grpcio is not installed") from error

REFUSED = grpc.StatusCode.INVALID_ARGUMENT
EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
WAIT_SECONDS = 30
# From the socket to the delivery, each below the one before.
ROAD = ["receive", "publish", "logic", "publish", "deliver"]
KINDS = {1: "internal", 2: "server", 3: "client", 4: "producer", 5: "consumer"}


def varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at


def fields(data):
    """Every field of a protobuf message: its number, and a number or bytes."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = {1: 8, 5: 4}[key & 7]
            value, at = int.from_bytes(data[at:at + size], "little"), at + size
        yield key >> 3, value


def all_of(data, number):
    return [value for field, value in fields(data) if field == number]


def one_of(data, number, default=b""):
    return next(iter(all_of(data, number)), default)


def attributes(pairs):
    found = {}
    for pair in pairs:
        value = next(fields(one_of(pair, 2)))[1]
        found[one_of(pair, 1).decode()] = value if isinstance(value, int) else value.decode()
    return found


class Span:
    def __init__(self, data, resource):
        self.resource = resource
        self.trace, self.id, self.parent = (one_of(data, number).hex() for number in (1, 2, 4))
        self.name = one_of(data, 5).decode()
        self.kind = KINDS[one_of(data, 6, 0)]
        self.start, self.end = one_of(data, 7, 0), one_of(data, 8, 0)
        self.attributes = attributes(all_of(data, 9))
        status = one_of(data, 15)
        self.error = one_of(status, 2).decode() if one_of(status, 3, 0) == 2 else None

    @property
    def process(self):
        return self.resource["service.instance.id"]

    def __repr__(self):
        return f"{self.process}:{self.name}({self.id}<-{self.parent or '-'}{' ' + self.error if self.error else ''})"


def spans_of(request):
    for per_resource in all_of(request, 1):
        resource = attributes(all_of(one_of(per_resource, 1), 1))
        for scope in all_of(per_resource, 2):
            for span in all_of(scope, 2):
                yield Span(span, resource)


class Collector(grpc.GenericRpcHandler):
    """Takes spans from `start()` to `stop()`, in threads of its own."""

    def __init__(self, port=0):
        self.port, self.spans, self.bytes = port, [], b""
        self.refuses = None  # a status of gRPC that it answers with instead
        self._server = None
        self._came = threading.Condition()

    def start(self):
        self._server = grpc.server(concurrent.futures.ThreadPoolExecutor(2), handlers=(self,),
                                   options=(("grpc.so_reuseport", 0),))
        self.port = self._server.add_insecure_port(f"127.0.0.1:{self.port}")
        self._server.start()
        return self

    def stop(self):
        self._server.stop(None).wait()

    def service(self, handler_call_details):
        return grpc.unary_unary_rpc_method_handler(self.take) if handler_call_details.method == EXPORT else None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def take(self, request, context):
        if self.refuses:
            context.abort(self.refuses, "not by this collector")
        with self._came:
            self.spans += spans_of(request)
            self.bytes += request
            self._came.notify_all()
        return b""

    def of(self, trace):
        return [span for span in self.spans if span.trace == trace]

    def wait(self, holds):
        with self._came:
            assert self._came.wait_for(holds, WAIT_SECONDS), f"the collector has {self.spans}"

    async def way_back(self, trace, *names):
        """The spans from one of the first name to the trace's first span, once there are such of all these names."""
        def found():
            spans = self.of(trace)
            ways = (up(spans, span) for span in spans if span.name == names[0])
            return next((way for way in ways if tuple(span.name for span in way) == names), None)
        await asyncio.to_thread(self.wait, found)
        return found()

    async def trace(self, trace, *names):
        """The spans of that trace, once it has one of each of these names, as often as each is given."""
        def whole():
            found = [span.name for span in self.of(trace)]
            return all(found.count(name) >= names.count(name) for name in names)
        await asyncio.to_thread(self.wait, whole)
        return self.of(trace)


def new_trace(sampled=True):
    """A trace that a client has begun: its id, and the traceparent that names it."""
    trace = secrets.token_hex(16)
    return trace, f"00-{trace}-{secrets.token_hex(8)}-0{int(sampled)}"


def below(spans, parent, name):
    found = [span for span in spans if span.parent == parent and span.name == name]
    assert found, f"no {name} below {parent} in {spans}"
    return found[0]


def up(spans, last):
    """The spans from `last` to the one that has none above it."""
    above = {span.id: span for span in spans}
    way = [last]
    while way[-1].parent in above:
        way.append(above[way[-1].parent])
    return way


def road(spans, first, names=tuple(ROAD)):
    """The spans of the way, from the one whose parent is `first`."""
    way = []
    for name in names:
        way.append(below(spans, way[-1].id if way else first, name))
    return way
