"""Which servers there are, by the names that run.py takes."""
import importlib
import importlib.util

# name: (module, class)
SERVERS = {
    "mariadb": ("mariadb", "MariaDb"),
    "mariadb-replica": ("mariadb", "MariaDbReplica"),
    "redis": ("redis", "Redis"),
    "redis-cluster": ("redis", "RedisCluster"),
    "redis-sentinel": ("redis", "RedisSentinel"),
    "kafka": ("kafka", "Kafka"),
    "etcd": ("etcd", "Etcd"),
}


def server(name):
    """A server of this name, not started."""
    module, kind = SERVERS[name]
    return getattr(importlib.import_module(f"{__package__}.{module}"), kind)()


def known():
    """The names whose module is there."""
    return [name for name, (module, _) in SERVERS.items()
            if importlib.util.find_spec(f"{__package__}.{module}")]
