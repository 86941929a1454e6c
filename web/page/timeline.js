// What is known of one conversation's messages: a stretch without holes from `low` to `upTo`, and
// beyond it what came ahead of its turn. Pure.

const keptMax = 400; // of a conversation that nobody looks at

export class Timeline {
  constructor() {
    this.messages = []; // ascending by seqId, without holes but for voids
    this.events = []; // joins, leaves and the like, by eventNo
    this.low = 1;
    this.upTo = 0;
    this.eventNo = 0;
    this.complete = true; // down to the beginning
    this.ahead = new Map();
  }

  // The newest page, of which nothing was known.
  start(page) {
    this.messages = [...page.messages];
    this.events = [];
    this.upTo = page.upToSeq;
    this.low = page.fromSeq ?? page.messages[0]?.seqId ?? page.upToSeq + 1;
    this.complete = !page.hasMore;
    this.eventNo = 0;
    this.addEvents(page);
    this.settle();
  }

  // The page after `upTo`.
  extend(page) {
    for (const message of page.messages) {
      if (message.seqId > this.upTo) this.messages.push(message);
    }
    this.upTo = Math.max(this.upTo, page.upToSeq);
    this.addEvents(page);
    this.settle();
  }

  // The page before `low`.
  prepend(page) {
    const older = page.messages.filter((message) => message.seqId < this.low);
    this.messages = [...older, ...this.messages];
    this.low = Math.min(this.low, page.fromSeq ?? older[0]?.seqId ?? this.low);
    this.complete = !page.hasMore;
  }

  // Puts a message in its place: `known`, `next`, or `gap` when others are missing before it.
  push(message) {
    if (message.seqId <= this.upTo) return 'known';
    this.ahead.set(message.seqId, message);
    this.settle();
    return message.seqId <= this.upTo ? 'next' : 'gap';
  }

  settle() {
    for (const seq of [...this.ahead.keys()].sort((a, b) => a - b)) {
      if (seq > this.upTo + 1) return;
      if (seq === this.upTo + 1) {
        this.messages.push(this.ahead.get(seq));
        this.upTo = seq;
      }
      this.ahead.delete(seq);
    }
  }

  addEvents(page) {
    for (const event of page.events ?? []) {
      if (event.eventNo > this.eventNo) this.applyEvent(event);
    }
    this.eventNo = Math.max(this.eventNo, page.eventNo ?? 0);
  }

  // False when events before this one are missing.
  pushEvent(event) {
    if (event.eventNo <= this.eventNo) return true;
    if (event.eventNo !== this.eventNo + 1) return false;
    this.applyEvent(event);
    this.eventNo = event.eventNo;
    return true;
  }

  applyEvent(event) {
    if (event.kind === 'recall') {
      const index = this.messages.findIndex((message) => message.seqId === event.seqId);
      if (index < 0) return;
      this.messages[index] = { ...this.messages[index], content: '', status: 'recalled' };
    } else {
      this.events.push(event);
    }
  }

  // Everything to show: the stretch, then what came ahead, for it is real too.
  shown() {
    return this.ahead.size === 0 ? this.messages
      : [...this.messages, ...[...this.ahead.values()].sort((a, b) => a.seqId - b.seqId)];
  }

  last() {
    return this.messages.at(-1);
  }

  trim() {
    if (this.messages.length <= keptMax) return;
    this.messages = this.messages.slice(-keptMax);
    this.low = this.messages[0].seqId;
    this.complete = false;
    this.events = this.events.filter((event) => event.atSeq >= this.low);
  }
}
