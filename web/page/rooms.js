// The conversations as the server tells them: lists, pages, pushes. Writes `state`, shows nothing.
import { call } from './account.js';
import { changed, isWorld, state, unreadOf } from './state.js';
import { Timeline } from './timeline.js';
import { settleUnsent } from './unsent.js';

const typingMaxMs = 6_000;
const pageMessages = 50;

let server = null;
let announce = () => {};
let epoch = '';
const left = new Map(); // conversationId -> its share of the mark, frozen

export function useWire(it) {
  server = it;
}

// Called with each message that somebody else has just written.
export function onArrival(listener) {
  announce = listener;
}

export function forgetRooms() {
  left.clear();
  epoch = '';
}

function roomOf(id) {
  let room = state.rooms.get(id);
  if (!room) {
    room = {
      id, type: isWorld(id) ? 'world' : id.startsWith('group_') ? 'group' : 'single', target: {},
      lastMessage: '', lastTime: 0, lastSeq: 0, readSeq: 0, muted: false, pinned: false,
      timeline: new Timeline(), started: false, filling: false, loadingOlder: false, acked: 0,
      typing: new Map(), peerRead: 0, peerDelivered: 0, divider: null,
    };
    state.rooms.set(id, room);
  }
  return room;
}

function adoptHead(room, head) {
  if (head.type) room.type = head.type;
  if (head.target) room.target = head.target;
  const { userId, nickname, username } = head.target ?? {};
  if (userId) state.names.set(userId, nickname || username);
  if (head.lastMessage !== undefined) room.lastMessage = head.lastMessage;
  if (head.lastMessageTime !== undefined) room.lastTime = Date.parse(head.lastMessageTime);
  if (head.lastSeq !== undefined) room.lastSeq = Math.max(room.lastSeq, head.lastSeq);
  if (head.readSeq !== undefined) room.readSeq = Math.max(room.readSeq, head.readSeq);
  if (head.muted !== undefined) room.muted = head.muted;
  if (head.pinned !== undefined) room.pinned = head.pinned;
}

// A message that has its place: who wrote it is known by name, and its own receipt is not awaited.
function meet(room, message) {
  state.names.set(message.senderId, message.senderName);
  room.typing.delete(message.senderId);
  if (message.senderId === state.me.userId) {
    settleUnsent(message.clientMsgId);
    room.readSeq = Math.max(room.readSeq, message.seqId);
  } else if (room.type === 'single') {
    room.peerRead = Math.max(room.peerRead, message.seqId - 1);
  }
}

function adoptPage(room, page) {
  page.messages.forEach((message) => meet(room, message));
  const apart = page.fromSeq > room.timeline.upTo + 1;
  if (!room.started || apart) {
    room.timeline.start(page);
    room.started = true;
  } else {
    room.timeline.extend(page);
  }
  if (room.id !== state.openId) room.timeline.trim();
  room.lastSeq = Math.max(room.lastSeq, room.timeline.upTo);
  acknowledge(room);
}

// Told to the sender as `delivered`.
function acknowledge(room) {
  const { upTo } = room.timeline;
  if (room.type !== 'single' || upTo <= room.acked) return;
  if (server.say('ack', { conversationId: room.id, seqId: upTo })) room.acked = upTo;
}

// Asks for everything that is missing after what is known, until nothing is.
async function fill(room) {
  if (room.filling) return;
  room.filling = true;
  try {
    for (let more = true; more;) {
      const before = room.timeline.upTo;
      const from = room.started ? { afterSeq: before, afterEvent: room.timeline.eventNo } : {};
      const page = await server.ask('pull', { conversationId: room.id, limit: pageMessages, ...from });
      const fresh = !room.started;
      adoptPage(room, page);
      const moved = room.timeline.upTo > before;
      more = !fresh && (page.hasMore || (moved && room.timeline.ahead.size > 0));
    }
  } catch {
    // The next connection syncs.
  } finally {
    room.filling = false;
    changed();
  }
}

export async function loadOlder(room) {
  if (room.loadingOlder || room.timeline.complete || !server.open) return;
  room.loadingOlder = true;
  changed();
  try {
    const page = await server.ask('pull', {
      conversationId: room.id, beforeSeq: room.timeline.low, limit: pageMessages,
    });
    page.messages.forEach((message) => state.names.set(message.senderId, message.senderName));
    room.timeline.prepend(page);
  } catch {
    // Scrolling again asks again.
  } finally {
    room.loadingOlder = false;
    changed();
  }
}

function cursors() {
  const all = [...state.rooms.values()].filter((room) => room.started);
  return Object.fromEntries(all.map((room) => [room.id, [room.timeline.upTo, room.timeline.eventNo]]));
}

export function sync() {
  const known = Object.entries(cursors());
  const step = state.limits.syncCursors ?? 1000;
  for (let at = 0; at === 0 || at < known.length; at += step) {
    const part = Object.fromEntries(known.slice(at, at + step));
    server.say('sync', { epoch, cursors: part, more: at + step < known.length });
  }
}

function askWhoIsOnline() {
  call('GET', '/users/status/online').then((all) => {
    for (const [user, online] of Object.entries(all)) state.online.set(user, online);
    changed();
  }).catch(() => {}); // asked again with the next connection
}

// A new connection: what was known of another history is worth nothing.
export function greet(hello) {
  if (epoch && epoch !== hello.epoch) {
    for (const room of state.rooms.values()) {
      Object.assign(room, { timeline: new Timeline(), started: false, lastSeq: 0, readSeq: 0 });
    }
    left.clear();
  }
  epoch = hello.epoch;
  state.limits = hello.limits;
  for (const room of state.rooms.values()) room.typing.clear();
  sync();
  askWhoIsOnline();
}

function takeSynced(one) {
  if (one.left) {
    state.rooms.delete(one.conversationId);
    left.set(one.conversationId, (one.lastSeq ?? one.upToSeq) + one.eventNo);
    return;
  }
  left.delete(one.conversationId);
  const room = roomOf(one.conversationId);
  adoptHead(room, one);
  adoptPage(room, one);
}

const frames = {
  'sync-result'({ conversations, complete }) {
    conversations.forEach(takeSynced);
    if (complete) state.synced = true;
  },

  'new-message'({ message }) {
    // One from before one left, that was late.
    if (left.has(message.conversationId)) return;
    takeMessage(message);
    if (message.senderId !== state.me.userId) announce(state.rooms.get(message.conversationId), message);
  },

  'message-ack'(data) {
    if (data.status !== 'stored') return;
    const entry = settleUnsent(data.clientMsgId);
    if (!entry) return;
    takeMessage({
      messageId: data.messageId, conversationId: data.conversationId, seqId: data.seqId,
      senderId: state.me.userId, senderName: state.me.nickname || state.me.username,
      content: entry.content, type: 'text', sendTime: data.sendTime, clientMsgId: data.clientMsgId,
      status: 'sent',
    });
  },

  'conversation-update'({ conversationId, updates, event }) {
    // Of a conversation that was left, only its whole is news.
    if (!state.rooms.has(conversationId) && !updates.type) return;
    left.delete(conversationId);
    const room = roomOf(conversationId);
    adoptHead(room, updates);
    if (event) return takeEvent(room, event);
    if (!room.started) adoptNew(room);
  },

  'message-recalled'({ conversationId, messageId, seqId, by, eventNo }) {
    const room = state.rooms.get(conversationId);
    if (room) takeEvent(room, { kind: 'recall', messageId, seqId, by, eventNo });
  },

  'member-added'(data) {
    takeMembers(data, 'join');
  },

  'member-removed'(data) {
    takeMembers(data, data.userIds.includes(data.by) ? 'leave' : 'kick');
  },

  read({ conversationId, userId, readSeq }) {
    const room = state.rooms.get(conversationId);
    if (!room) return;
    if (userId === state.me.userId) {
      room.readSeq = Math.max(room.readSeq, readSeq);
    } else {
      room.peerRead = Math.max(room.peerRead, readSeq);
    }
  },

  delivered({ conversationId, ackSeq }) {
    const room = state.rooms.get(conversationId);
    if (room) room.peerDelivered = Math.max(room.peerDelivered, ackSeq);
  },

  typing({ conversationId, userId, on }) {
    const room = state.rooms.get(conversationId);
    if (!room || userId === state.me.userId) return;
    room.typing.delete(userId);
    if (!on) return;
    room.typing.set(userId, Date.now() + typingMaxMs);
    setTimeout(changed, typingMaxMs + 50);
  },

  'friend-online'(said) {
    for (const { userId, online } of [said].flat()) state.online.set(userId, online);
  },

  'group-member-online'({ userId, online }) {
    state.online.set(userId, online);
  },

  // The sum of all that exists; more than is known here means that a push was lost.
  pong({ mark }) {
    let known = 0;
    for (const share of left.values()) known += share;
    for (const room of state.rooms.values()) {
      if (!isWorld(room.id)) known += room.timeline.upTo + room.timeline.eventNo;
    }
    if (mark > known && state.synced) sync();
  },
};

export function takeFrame(type, data) {
  if (!Object.hasOwn(frames, type)) return;
  frames[type](data);
  changed();
}

function takeMessage(message) {
  const room = roomOf(message.conversationId);
  if (!room.started && room.lastSeq === 0 && message.seqId === 1) room.started = true;
  meet(room, message);
  const place = room.timeline.push(message);
  if (place === 'known') return;
  if (message.seqId > room.lastSeq) {
    room.lastSeq = message.seqId;
    room.lastMessage = message.content;
    room.lastTime = Date.parse(message.sendTime);
  }
  if (place === 'gap') fill(room);
  acknowledge(room);
}

function takeEvent(room, event) {
  if (!room.timeline.pushEvent(event)) fill(room);
  if (event.kind === 'recall' && event.seqId === room.lastSeq) room.lastMessage = '';
}

function takeMembers({ conversationId, userIds, by, eventNo, memberCount }, kind) {
  const room = state.rooms.get(conversationId);
  if (!room) return;
  if (memberCount) room.target = { ...room.target, memberCount };
  if (kind !== 'join' && userIds.includes(state.me.userId)) {
    left.set(conversationId, room.timeline.upTo + eventNo);
    state.rooms.delete(conversationId);
    if (state.openId === conversationId) state.openId = null;
    return;
  }
  const last = { by, time: new Date().toISOString(), atSeq: room.timeline.upTo };
  userIds.forEach((userId, index) => {
    takeEvent(room, { kind, userId, eventNo: eventNo - userIds.length + 1 + index, ...last });
  });
}

export function markRead(room) {
  const upTo = room.timeline.upTo;
  if (upTo <= room.readSeq && !(isWorld(room.id) && !room.readSeq && upTo)) return;
  if (!server.say('mark-read', { conversationId: room.id, seqId: upTo })) return;
  room.readSeq = upTo;
  changed();
}

export function roomName(room, fallback) {
  const { userId, groupName } = room.target;
  return state.names.get(userId) ?? groupName ?? fallback;
}

// Pinned ones first, then by what happened last.
export function sortedRooms() {
  const time = (room) => room.lastTime || 0;
  return [...state.rooms.values()].sort((a, b) => Number(b.pinned) - Number(a.pinned)
    || time(b) - time(a) || (a.id < b.id ? -1 : 1));
}

function adoptNew(room) {
  fill(room);
  if (room.type === 'single' && !state.online.has(room.target.userId)) askWhoIsOnline();
}

export function adoptConversation(listed) {
  const room = roomOf(listed.conversationId);
  adoptHead(room, listed);
  if (!room.started) adoptNew(room);
  changed();
  return room;
}

export function openRoom(id) {
  const before = state.rooms.get(state.openId);
  before?.timeline.trim();
  const room = state.rooms.get(id);
  if (room) room.divider = unreadOf(room) > 0 ? room.readSeq : null;
  state.openId = room ? id : null;
  changed();
}
