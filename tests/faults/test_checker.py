"""That the checker sees what it is there for: each forged history is counted under its own name and no other."""
import unittest

from checker import ERRORS, Reading, judge
from journal import Journal

CHAT = "single_1"


class Checker(unittest.TestCase):
    def setUp(self):
        """Ann said three things, Bob one, all stored, shown to both and read by both."""
        self.journal = Journal()
        self.messages = []
        for sender, number in (("ann", 1), ("ann", 2), ("bob", 1), ("ann", 3)):
            self.say(sender, number)
        self.readings = [Reading(reader, CHAT, [dict(m) for m in self.messages], [], 4, read, 4 - read)
                         for reader, read in (("ann", 4), ("bob", 3))]

    def say(self, sender, number):
        one = self.journal.sent(sender=sender, device=sender, conversation=CHAT, client_id=f"{sender}{number}",
                                number=number, content=f"words {number}")
        seq = len(self.messages) + 1
        self.messages.append({"seqId": seq, "messageId": f"m{seq}", "senderId": sender, "clientMsgId": one.client_id,
                              "content": one.content})
        self.journal.stored(one, CHAT, seq, f"m{seq}")
        return one

    def verdict(self, **more):
        return {name: n for name, n in judge(self.journal, self.readings, **more).items() if n}

    def each_copy(self, change):
        for reading in self.readings:
            change(reading)

    def sent(self, client_id):
        return next(s for s in self.journal.sends.values() if s.client_id == client_id)

    def test_a_good_run_has_no_errors(self):
        self.assertEqual(self.verdict(), {})
        self.assertEqual(set(judge(self.journal, self.readings)), set(ERRORS))

    def test_a_lost_last_message(self):
        def drop(copy):
            copy.messages.pop()
            copy.last_seq = 3
            copy.read_seq, copy.unread = 3, 0
        self.each_copy(drop)
        self.journal.reads_asked["ann", CHAT] = 3
        self.assertEqual(self.verdict(), {"lost": 1})

    def test_a_hole_that_nobody_reports_and_one_that_is_reported(self):
        self.journal.told.discard((CHAT, 2, "m2"))
        self.each_copy(lambda copy: copy.messages.pop(1))
        self.assertEqual(self.verdict(), {"holes_unreported": 2})
        self.each_copy(lambda copy: copy.voids.append([2, 2]))
        self.assertEqual(self.verdict(), {})

    def test_a_message_stored_twice(self):
        again = {**self.messages[0], "seqId": 5, "messageId": "m5"}

        def append(copy):
            copy.messages.append(again)
            copy.last_seq = 5
            copy.unread += 1
        self.each_copy(append)
        self.journal.reads_asked["ann", CHAT] = 5
        self.readings[0].read_seq, self.readings[0].unread = 5, 0
        self.assertEqual(self.verdict(), {"dup": 1})

    def test_two_members_who_read_different_histories(self):
        self.readings[1].messages[1]["messageId"] = "other"
        self.assertEqual(self.verdict(), {"seq_conflict": 1})

    def test_a_retry_that_was_given_another_place(self):
        self.journal.stored(self.sent("ann3"), CHAT, 4, "another")
        self.assertEqual(self.verdict(), {"seq_conflict": 1, "seq_reuse": 1})

    def test_a_seq_that_once_named_another_message(self):
        self.journal.shown("bob", CHAT, 3, "before the crash")
        self.assertEqual(self.verdict(), {"seq_reuse": 1})

    def test_a_message_that_nobody_sent_and_one_with_other_words(self):
        def change(copy):
            copy.messages[0]["content"] = "other words"
            copy.messages[2]["clientMsgId"] = "nobody's"
        self.each_copy(change)
        self.assertEqual(self.verdict(), {"phantom": 3})

    def test_one_clients_sends_in_the_wrong_order(self):
        first, second = self.sent("ann1"), self.sent("ann2")
        second.invoked = first.invoked
        first.number, second.number = 2, 1
        self.assertEqual(self.verdict(), {"fifo_inversion": 1})
        first.put_off = True  # it was refused for a while, and the client sent on
        self.assertEqual(self.verdict(), {})

    def test_a_send_below_one_that_was_acknowledged_before(self):
        self.sent("bob1").invoked = self.sent("ann3").stored_at + 1
        self.sent("bob1").stored_at = self.sent("ann3").stored_at + 2
        self.assertEqual(self.verdict(), {"causal_inversion": 1})

    def test_a_refused_send_that_is_in_history(self):
        one = self.sent("bob1")
        one.refused, one.seq = "NOT_FOUND", 0
        self.assertEqual(self.verdict(), {"resurrected": 1})

    def test_an_unread_count_that_is_no_recount(self):
        self.readings[1].unread = 2
        self.assertEqual(self.verdict(), {"unread_wrong": 1})

    def test_a_read_position_below_what_was_answered_or_above_what_was_asked(self):
        self.journal.answered_read("bob", CHAT, 4)
        self.journal.asked_to_read("bob", CHAT, 4)
        self.assertEqual(self.verdict(), {"unread_wrong": 1})
        self.readings[1].read_seq, self.readings[1].unread = 4, 0
        self.assertEqual(self.verdict(), {})
        self.journal.reads_answered.clear()
        self.journal.reads_asked.clear()
        self.assertEqual(self.verdict(), {"unread_wrong": 1})

    def test_what_is_counted_elsewhere_is_kept(self):
        self.journal.strange.append(("stranger", CHAT))
        self.journal.sent(sender="bob", device="bob", conversation=CHAT, client_id="open", number=9, content="")
        self.assertEqual(self.verdict(push_missing=2, catchup_missing=1),
                         {"push_missing": 2, "catchup_missing": 1, "leak_to_nonmember": 1, "unknown": 1})
