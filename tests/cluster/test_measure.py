"""The load generator against a cluster that runs."""
import os
import subprocess
import unittest

from cluster import whole


class Measure(unittest.TestCase):
    def bench(self, *flags):
        house = whole.house()
        watched = [f"{one.role}={one.internal_url}" for one in house.processes]
        watched.append(f"kafka={house.kafka.process.pid}")
        return subprocess.run([os.environ["GOCHAT_BINARY"], "bench", *flags,
                               "--gateways", ",".join(one.url for one in house.gateways),
                               "--watch", ",".join(watched)],
                              capture_output=True, text=True, timeout=120, check=False)

    def test_it_counts_what_each_part_did_for_a_message(self):
        done = self.bench("chat", "--connections", "8", "--rate", "20", "--seconds", "1", "--warm-up", "0.5")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("lost 0, doubled 0, reordered 0", done.stdout)
        rows = {line.split()[0]: line.split() for line in done.stdout.splitlines()}
        head = next(line.split() for line in done.stdout.splitlines() if line.startswith("  per message"))
        produced = head.index("produced") - head.index("CPU")
        # Each message goes into the queue once, in the gateway.
        self.assertEqual(float(rows["gateway"][2 + produced]), 1.0, done.stdout)
        self.assertGreater(float(rows["repo"][2 + head.index("SQL") - head.index("CPU")]), 0)
        for latency in ("accepted", "stored", "delivery"):
            self.assertIn("(20 samples)", " ".join(rows[latency]))

    def test_a_gateway_that_is_not_there_is_said(self):
        done = subprocess.run([os.environ["GOCHAT_BINARY"], "bench", "chat", "--gateways", "http://127.0.0.1:1"],
                              capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertTrue(done.stderr.startswith("gochat: "), done.stderr)
