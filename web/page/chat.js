// One conversation: its head, its messages, the composer.
import { call } from './account.js';
import { avatar } from './avatar.js';
import { composer } from './composer.js';
import { tellDialog } from './dialog.js';
import { h, icon, iconButton, reconcile, spoken } from './dom.js';
import { discard, retrySend, send } from './outbox.js';
import { faceOf, shownCount, titleOf, typingText } from './room_list.js';
import { loadOlder, markRead } from './rooms.js';
import { rowsOf } from './rows.js';
import { isWorld, state } from './state.js';
import { said, t } from './text.js';

const nearEndPx = 80;
const nearTopPx = 240;

function subtitle(room) {
  const typing = typingText(room);
  if (typing) return typing;
  if (isWorld(room.id)) return t('worldHint');
  if (room.type === 'group') return t('memberCount', { n: room.target.memberCount ?? 1 });
  const online = state.online.get(room.target.userId);
  return online === undefined ? '' : t(online ? 'online' : 'offline');
}

// Gone with the next list; until then what was said can be read.
const isOver = (room) => room.timeline.events.some(({ kind }) => kind === 'disband');

function nothingChosen() {
  return h('div', { class: 'empty' }, icon('bubble'), h('h2', {}, t('pickOne')),
    h('p', { class: 'hint' }, t('pickOneHint')));
}

function emptyChat() {
  return h('div', { class: 'empty' }, icon('bubble'), h('h2', {}, t('emptyChat')),
    h('p', { class: 'hint' }, t('emptyChatHint')));
}

// The list of messages: stays at its end when it is there, and keeps its place when it is not.
function messageList({ actions, onSeen }) {
  const list = h('ol', { class: 'messages' });
  const older = h('div', { class: 'older' });
  const empty = h('div', { class: 'empty-place' });
  const scroller = h('div', { class: 'scroller', tabindex: 0, role: 'region' }, older, empty, list);
  const count = h('span', { class: 'badge', 'aria-hidden': 'true' });
  const jump = h('button', {
    type: 'button', class: 'jump', hidden: true, onclick: () => toEnd(),
  }, count, icon('down'));
  let shown = null;
  let atEnd = true;
  let seenSeq = 0;

  const distance = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;
  const toEnd = () => {
    scroller.scrollTop = scroller.scrollHeight;
    atEnd = true;
    settle();
  };

  const settle = () => {
    if (!shown) return;
    const { upTo } = shown.timeline;
    if (atEnd) {
      seenSeq = upTo;
      if (!document.hidden && document.hasFocus()) onSeen(shown);
    }
    const missed = Math.max(0, upTo - seenSeq);
    jump.hidden = atEnd;
    count.hidden = missed === 0;
    count.textContent = shownCount(missed);
    jump.setAttribute('aria-label', missed ? t('jumpNew', { n: missed }) : t('jump'));
  };

  scroller.addEventListener('scroll', () => {
    atEnd = distance() < nearEndPx;
    if (shown && scroller.scrollTop < nearTopPx) loadOlder(shown);
    settle();
  }, { passive: true });
  new ResizeObserver(() => {
    if (atEnd) scroller.scrollTop = scroller.scrollHeight;
  }).observe(scroller);

  // Where the first messages that are seen stand. Days and other lines move when older messages come
  // in above them, and the first message is made anew when it is not the first of its writer any more.
  const placesBelow = (top) => {
    const rows = [...list.querySelectorAll('.row')];
    const first = rows.findIndex((row) => row.offsetTop + row.offsetHeight > top);
    return rows.slice(Math.max(first, 0), first + 4).map((row) => ({ row, before: row.offsetTop }));
  };

  // Whatever came in above: what is looked at stays where it is on the screen.
  const keepPlace = (change) => {
    const top = scroller.scrollTop;
    const looked = atEnd ? [] : placesBelow(top);
    change();
    if (atEnd) {
      scroller.scrollTop = scroller.scrollHeight;
      return;
    }
    const still = looked.find(({ row }) => row.isConnected);
    if (still && still.row.offsetTop !== still.before) {
      scroller.scrollTop = top + still.row.offsetTop - still.before;
    }
  };

  const update = (room) => {
    const opened = room !== shown;
    if (opened) {
      shown = room;
      atEnd = true;
      reconcile(list, []); // the rows of two conversations have the same keys
      seenSeq = room.timeline.upTo;
    }
    list.classList.toggle('with-names', room.type !== 'single');
    scroller.setAttribute('aria-label', t('messagesOf', { name: titleOf(room) }));
    const rows = rowsOf(room, actions);
    keepPlace(() => {
      const edge = room.loadingOlder ? 'loadingOlder'
        : room.started && room.timeline.complete && rows.length > 0 ? 'beginning' : '';
      older.textContent = edge ? t(edge) : '';
      reconcile(list, rows);
      empty.replaceChildren(...(rows.length === 0 && room.started ? [emptyChat()] : []));
    });
    const line = opened && list.querySelector('.unread-line');
    if (line && list.lastElementChild.offsetTop - line.offsetTop > scroller.clientHeight) {
      line.scrollIntoView({ block: 'start' });
      atEnd = false;
    }
    settle();
  };
  return { scroller, jump, update, toEnd, settle };
}

export function chatPane({ back, details, tellTyping }) {
  const face = h('span', { class: 'face' });
  const name = h('h2', {});
  const under = h('p', { class: 'under' });
  const more = iconButton('menu', t('details'), () => details(state.rooms.get(state.openId)));
  const writing = composer({
    tellTyping,
    send: (content) => {
      send(state.openId, content);
      messages.toEnd();
    },
  });
  const messages = messageList({
    onSeen: markRead,
    actions: {
      retry: (entry) => retrySend(entry.clientMsgId),
      discard: (entry) => discard(entry.clientMsgId),
      recall: (message) => call('DELETE', `/messages/${message.messageId}`)
        .catch((failure) => tellDialog(t('recall'), said(failure.message) || t('unreachable'))),
    },
  });
  const head = h('header', { class: 'chat-head' },
    iconButton('back', t('back'), back, { class: 'icon-button only-narrow' }),
    face, h('div', { class: 'chat-title' }, name, under), more);
  const over = h('p', { class: 'over', hidden: true }, t('over'));
  const chat = h('div', { class: 'conversation' }, head, messages.scroller, messages.jump,
    writing.element, over);
  const nothing = nothingChosen();
  const element = h('section', { class: 'pane' }, chat, nothing);

  const update = () => {
    const room = state.rooms.get(state.openId);
    chat.hidden = !room;
    nothing.hidden = Boolean(room);
    if (!room) return;
    const { online } = faceOf(room);
    const key = `${room.id} ${titleOf(room)} ${online}`;
    if (face.dataset.key !== key) {
      face.dataset.key = key;
      face.replaceChildren(avatar(faceOf(room), 'small-avatar'));
      name.replaceChildren(h('bdi', {}, titleOf(room)));
    }
    under.textContent = subtitle(room);
    over.hidden = !isOver(room);
    writing.element.hidden = !over.hidden;
    more.hidden = room.type !== 'group' || !over.hidden;
    writing.show(room, titleOf(room));
    messages.update(room);
  };
  return { element, update, focus: writing.focus, seen: messages.settle };
}

// Reads new messages out, one at a time, without repeating what scrolls by.
export function herald() {
  const element = h('div', { class: 'spoken', 'aria-live': 'polite' });
  const tell = (room, message) => {
    if (room.id !== state.openId) return;
    element.replaceChildren(spoken(`${message.senderName}: ${message.content}`));
  };
  return { element, tell };
}
