"""Judges one run: the clients' journal against the history that every member reads afterwards."""
import collections
import dataclasses

# Each must be 0 in every run.
ERRORS = ("lost", "phantom", "dup", "seq_conflict", "seq_reuse", "holes_unreported", "fifo_inversion",
          "causal_inversion", "catchup_missing", "push_missing", "unread_wrong", "resurrected", "leak_to_nonmember",
          "unknown")


@dataclasses.dataclass
class Reading:
    """One conversation as one member reads it after everything has settled."""
    reader: str
    conversation: str
    messages: list  # of the server, in the order of its pages
    voids: list  # [from, to]
    last_seq: int
    read_seq: int
    unread: int


def judge(journal, readings, push_missing=0, catchup_missing=0):
    """{name of an error: how often it was seen}"""
    by_conversation = collections.defaultdict(list)
    for reading in readings:
        by_conversation[reading.conversation].append(reading)
    counts = collections.Counter({name: 0 for name in ERRORS})
    counts["push_missing"] = push_missing
    counts["catchup_missing"] = catchup_missing
    counts["unknown"] = journal.counts()["unknown"]
    counts["leak_to_nonmember"] = len(journal.strange)
    counts["seq_conflict"] += journal.answers_changed
    final = {}  # conversation -> {seq: message}
    for conversation, copies in by_conversation.items():
        final[conversation] = one_history(copies, counts)
    judge_sends(journal, final, counts)
    judge_order(journal, counts)
    for reading in readings:
        counts["unread_wrong"] += not unread_is_right(journal, reading)
    return dict(counts)


def one_history(copies, counts):
    """The members' common history; where they differ, or one of them has a hole, it is counted."""
    common = {}
    for copy in copies:
        seqs = [m["seqId"] for m in copy.messages]
        counts["seq_conflict"] += len(seqs) - len(set(seqs))
        void = {seq for low, high in copy.voids for seq in range(low, high + 1)}
        counts["holes_unreported"] += len(set(range(1, copy.last_seq + 1)) - set(seqs) - void)
        counts["phantom"] += sum(1 for seq in seqs if seq > copy.last_seq)
        for message in copy.messages:
            known = common.setdefault(message["seqId"], message)
            counts["seq_conflict"] += known["messageId"] != message["messageId"]
    return common


def judge_sends(journal, final, counts):
    found = collections.Counter()
    for history in final.values():
        for message in history.values():
            key = message["senderId"], message["clientMsgId"]
            found[key] += 1
            sent = journal.sends.get(key)
            if sent is None or sent.content != message["content"]:
                counts["phantom"] += 1
            elif sent.refused:
                counts["resurrected"] += 1
    counts["dup"] = sum(n - 1 for n in found.values())
    for conversation, seq, message_id in journal.told:
        at = final.get(conversation, {}).get(seq)
        if at is None:
            counts["lost"] += 1
        elif at["messageId"] != message_id:
            counts["seq_reuse"] += 1
    for sent in journal.sends.values():
        at = final.get(sent.conversation, {}).get(sent.seq) if sent.seq else None
        if at is not None and at["messageId"] == sent.message_id and at["clientMsgId"] != sent.client_id:
            counts["phantom"] += 1


def judge_order(journal, counts):
    places = collections.defaultdict(list)
    for sent in journal.sends.values():
        if sent.seq:
            places[sent.conversation].append(sent)
    for sends in places.values():
        last = {}
        for sent in sorted(sends, key=lambda s: s.number):
            if sent.put_off:
                continue
            counts["fifo_inversion"] += sent.seq < last.get(sent.device, 0)
            last[sent.device] = max(sent.seq, last.get(sent.device, 0))
        counts["causal_inversion"] += causal_inversions(sends)


def causal_inversions(sends):
    """Sends that lie below one that was acknowledged before they began."""
    begun = sorted(sends, key=lambda s: s.invoked)
    ended = sorted(sends, key=lambda s: s.stored_at)
    wrong, highest, n = 0, 0, 0
    for sent in begun:
        while n < len(ended) and ended[n].stored_at < sent.invoked:
            highest = max(highest, ended[n].seq)
            n += 1
        wrong += sent.seq < highest
    return wrong


def unread_is_right(journal, reading):
    key = reading.reader, reading.conversation
    own = max((m["seqId"] for m in reading.messages if m["senderId"] == reading.reader), default=0)
    low = max(own, journal.reads_answered.get(key, 0))
    high = max(own, journal.reads_asked.get(key, 0))
    return low <= reading.read_seq <= high and reading.unread == reading.last_seq - reading.read_seq
