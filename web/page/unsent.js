// Messages that have no receipt yet. Each is kept in the browser under its own key, so that tabs do
// not overwrite each other's; sending one twice is harmless, for the server knows its id.
import { drop, keep, keptJson, keptKeys } from './keep.js';

let user = '';
const entries = new Map(); // clientMsgId -> {clientMsgId, conversationId, content, at, failed}

const keyOf = (clientMsgId) => `unsent.${user}.${clientMsgId}`;

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  const random = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${Date.now().toString(36)}-${random}`;
}

function save(entry) {
  keep(keyOf(entry.clientMsgId), JSON.stringify(entry));
}

export function loadUnsent(userId) {
  user = userId;
  entries.clear();
  const found = keptKeys(`unsent.${user}.`).map((key) => keptJson(key)).filter(Boolean);
  for (const entry of found.sort((a, b) => a.at - b.at)) entries.set(entry.clientMsgId, entry);
}

export function addUnsent(conversationId, content) {
  const entry = { clientMsgId: newId(), conversationId, content, at: Date.now(), failed: '' };
  entries.set(entry.clientMsgId, entry);
  save(entry);
  return entry;
}

// `reason` empty: it waits to be sent again, under the same id.
export function markUnsent(clientMsgId, reason) {
  const entry = entries.get(clientMsgId);
  if (!entry) return;
  entry.failed = reason;
  save(entry);
}

// The entry, if it was still waiting: it has a receipt now, or nobody wants it any more.
export function settleUnsent(clientMsgId) {
  const entry = entries.get(clientMsgId);
  entries.delete(clientMsgId);
  if (entry) drop(keyOf(clientMsgId));
  return entry;
}

export function unsentIn(conversationId) {
  return [...entries.values()].filter((entry) => entry.conversationId === conversationId);
}

export function unsentCount() {
  return entries.size;
}

// The first that waits in each conversation: the others follow when it has its receipt.
export function nextToSend() {
  const first = new Map();
  for (const entry of entries.values()) {
    if (!entry.failed && !first.has(entry.conversationId)) first.set(entry.conversationId, entry);
  }
  return [...first.values()];
}

export function draft(conversationId) {
  return keptJson(`draft.${user}.${conversationId}`) ?? '';
}

export function keepDraft(conversationId, text) {
  const key = `draft.${user}.${conversationId}`;
  if (text) {
    keep(key, JSON.stringify(text));
  } else {
    drop(key);
  }
}

export function forgetUnsent() {
  for (const kind of ['unsent', 'draft']) keptKeys(`${kind}.${user}.`).forEach((key) => drop(key));
  entries.clear();
}
