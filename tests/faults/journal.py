"""What the clients of one run sent, were told and were shown: the evidence that the checker judges."""
import dataclasses
import time


@dataclasses.dataclass
class Sent:
    sender: str
    device: str
    conversation: str
    client_id: str
    content: str
    number: int  # of this device, in the order of first attempts
    invoked: float
    attempts: int = 1
    put_off: bool = False  # refused for a while at least once, so a later send may have overtaken it
    message_id: str = ""
    seq: int = 0
    stored_at: float = 0.0
    refused: str = ""

    @property
    def key(self):
        return self.sender, self.client_id

    @property
    def is_open(self):
        return not self.seq and not self.refused


class Journal:
    def __init__(self):
        self.sends = {}  # key -> Sent
        self.told = set()  # (conversation, seq, message id) that any client was ever shown
        self.views = {}  # device -> conversation -> {seq: message id}
        self.strange = []  # frames of conversations that their receiver is not in
        self.reads_asked = {}  # (user, conversation) -> highest seq asked for
        self.reads_answered = {}
        self.answers_changed = 0  # a retry was answered with another place than the try before

    def sent(self, **fields):
        one = Sent(invoked=time.monotonic(), **fields)
        self.sends[one.key] = one
        return one

    def stored(self, one, conversation, seq, message_id):
        if one.seq and (one.seq, one.message_id) != (seq, message_id):
            self.answers_changed += 1
        one.seq, one.message_id, one.stored_at = seq, message_id, time.monotonic()
        self.shown(one.device, conversation, seq, message_id)

    def shown(self, device, conversation, seq, message_id):
        self.told.add((conversation, seq, message_id))
        self.views.setdefault(device, {}).setdefault(conversation, {})[seq] = message_id

    def asked_to_read(self, user, conversation, seq):
        key = user, conversation
        self.reads_asked[key] = max(seq, self.reads_asked.get(key, 0))

    def answered_read(self, user, conversation, seq):
        key = user, conversation
        self.reads_answered[key] = max(seq, self.reads_answered.get(key, 0))

    def counts(self):
        sends = self.sends.values()
        return {"sent": len(sends), "attempts": sum(s.attempts for s in sends),
                "stored": sum(1 for s in sends if s.seq), "rejected": sum(1 for s in sends if s.refused),
                "unknown": sum(1 for s in sends if s.is_open)}
