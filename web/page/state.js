// What the page shows. Everything else reads it and says `changed` after writing to it.

export const state = {
  me: null, // {userId, username, nickname, isGuest}
  rooms: new Map(), // conversationId -> Room
  openId: null,
  synced: false, // since the page was opened
  online: new Map(), // userId -> whether online
  names: new Map(), // userId -> how to call them
  wire: { phase: 'off', reason: '', retryAt: 0 },
  limits: { contentCodePoints: 5000 },
};

const listeners = new Set();
let scheduled = false;

function run() {
  if (!scheduled) return;
  scheduled = false;
  for (const listener of [...listeners]) listener();
}

// Once per frame, however much happened. A hidden page has no frames, but its title is seen.
export function changed() {
  if (scheduled) return;
  scheduled = true;
  if (document.hidden) {
    setTimeout(run, 50);
  } else {
    requestAnimationFrame(run);
  }
}

document.addEventListener('visibilitychange', run);

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function resetState() {
  state.me = null;
  state.rooms.clear();
  state.openId = null;
  state.synced = false;
  state.online.clear();
  state.names.clear();
}

export function isWorld(id) {
  return id === 'world';
}

export function unreadOf(room) {
  return isWorld(room.id) && !room.readSeq ? 0 : Math.max(0, room.lastSeq - room.readSeq);
}

export function totalUnread() {
  let total = 0;
  for (const room of state.rooms.values()) total += room.muted ? 0 : unreadOf(room);
  return total;
}
