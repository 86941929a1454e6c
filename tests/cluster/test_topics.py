"""What the topics of a cluster promise of the records that brokers have acknowledged."""
import unittest

from cluster.whole import house


class Topics(unittest.TestCase):
    def test_what_one_broker_alone_acknowledges_is_on_its_disk(self):
        for topic in ("im-upstream-topic", "im-upstream-topic-dlq", "im-task-large-group-fanout-topic"):
            with self.subTest(topic):
                self.assertEqual(house().kafka.settings_of(topic)["flush.messages"], "1")

    def test_hints_for_gateways_cost_no_sync(self):
        name = f"im-downstream-topic-{house().gateways[0].name}"
        self.assertNotEqual(house().kafka.settings_of(name)["flush.messages"], "1")
