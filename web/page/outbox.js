// Sends what waits, one message of a conversation at a time, so that a refusal that is only for now
// does not let a later message overtake. The same id is sent until there is an end to it.
import { changed, state } from './state.js';
import { addUnsent, markUnsent, nextToSend, settleUnsent } from './unsent.js';

const answerMaxMs = 10_000;
const acceptedMaxMs = 30_000; // the server has it and owes the end
const pauseMs = 1_000;

let road = null;
const inFlight = new Map(); // conversationId -> {clientMsgId, timer}

export function useOutboxWire(it) {
  road = it;
}

function release(clientMsgId) {
  for (const [conversationId, flight] of inFlight) {
    if (flight.clientMsgId !== clientMsgId) continue;
    clearTimeout(flight.timer);
    inFlight.delete(conversationId);
  }
}

function releaseAfter(clientMsgId, ms) {
  for (const flight of inFlight.values()) {
    if (flight.clientMsgId !== clientMsgId) continue;
    clearTimeout(flight.timer);
    flight.timer = setTimeout(() => {
      release(clientMsgId);
      pump();
    }, ms);
  }
}

export function pump() {
  if (!road?.open || !state.synced) return;
  for (const { clientMsgId, conversationId, content } of nextToSend()) {
    if (inFlight.has(conversationId)) continue;
    road.say('send-message', { conversationId, content, messageType: 'text', clientMsgId });
    inFlight.set(conversationId, { clientMsgId, timer: 0 });
    releaseAfter(clientMsgId, answerMaxMs);
  }
}

// Of an earlier connection: whatever had no answer is asked for again.
export function resetOutbox() {
  for (const { timer } of inFlight.values()) clearTimeout(timer);
  inFlight.clear();
}

// What the server said of a send. `stored` has settled the message already.
export function takeAnswer(type, data) {
  const { clientMsgId } = data;
  if (!clientMsgId) return;
  if (type === 'message-ack' && data.status === 'accepted') {
    releaseAfter(clientMsgId, acceptedMaxMs);
  } else if (type === 'message-ack') {
    release(clientMsgId);
    pump();
  } else if (type === 'error' && data.retryable) {
    releaseAfter(clientMsgId, data.retryAfterMs ?? pauseMs);
  } else if (type === 'error') {
    markUnsent(clientMsgId, data.code);
    release(clientMsgId);
    pump();
    changed();
  }
}

export function send(conversationId, content) {
  addUnsent(conversationId, content);
  changed();
  pump();
}

export function retrySend(clientMsgId) {
  markUnsent(clientMsgId, '');
  changed();
  pump();
}

export function discard(clientMsgId) {
  settleUnsent(clientMsgId);
  release(clientMsgId);
  changed();
  pump();
}
