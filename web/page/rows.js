// The rows of a conversation: days, messages, events, what was not sent yet.
import { avatar, hueClass } from './avatar.js';
import { h, icon, spoken } from './dom.js';
import { splitLinks } from './links.js';
import { state } from './state.js';
import { isText, language, t } from './text.js';
import { clock, dayKey, dayName, fullTime } from './times.js';
import { unsentIn } from './unsent.js';

const togetherMaxMs = 5 * 60_000;
const recallMaxMs = 2 * 60_000;

function nameOf(userId) {
  return userId === state.me.userId ? t('you') : state.names.get(userId) ?? t('someone');
}

function body(content) {
  return h('span', { class: 'content', dir: 'auto' }, splitLinks(content).map((part) => (part.href
    ? h('a', { href: part.href, target: '_blank', rel: 'noopener noreferrer nofollow' }, part.text)
    : part.text)));
}

function mark(name, label) {
  return h('span', { class: `mark mark-${label}`, title: t(label) }, icon(name), spoken(t(label)));
}

function receipt(room, message) {
  if (room.type === 'single' && room.peerRead >= message.seqId) return 'read';
  if (room.type === 'single' && room.peerDelivered >= message.seqId) return 'delivered';
  return 'stored';
}

function messageRow(room, message, first, actions) {
  const own = message.senderId === state.me.userId;
  const at = Date.parse(message.sendTime);
  const sent = own ? receipt(room, message) : '';
  const recallable = own && Date.now() - at < recallMaxMs;
  const name = own ? t('you') : message.senderName || t('someone');
  const named = first && !own && room.type !== 'single';
  const make = () => h('li', { class: `row ${own ? 'own' : 'other'} ${first ? 'first' : ''}` },
    first && !own && room.type !== 'single'
      ? avatar({ name, key: message.senderId, type: 'single' }, 'row-avatar') : null,
    h('div', {
      class: 'bubble',
      onclick: (event) => recallable && event.currentTarget.parentElement.classList.toggle('tapped'),
    },
      named ? h('bdi', { class: `sender ${hueClass(message.senderId)}` }, name) : spoken(`${name}: `),
      body(message.content),
      h('span', { class: 'foot' },
        h('time', { datetime: message.sendTime, title: fullTime(at) }, clock(at)),
        sent ? mark(sent === 'stored' ? 'tick' : 'ticks', sent) : null)),
    recallable ? h('div', { class: 'row-actions' },
      h('button', { type: 'button', class: 'link', onclick: () => actions.recall(message) },
        t('recall'))) : null);
  return {
    key: own && message.clientMsgId ? `c${message.clientMsgId}` : `s${message.seqId}`,
    version: `${message.seqId} ${first} ${sent} ${recallable} ${name} ${language()}`,
    make,
  };
}

function unsentRow(entry, first, actions) {
  const reason = entry.failed && t(isText(entry.failed) ? entry.failed : 'refused');
  const make = () => h('li', { class: `row own ${first ? 'first' : ''} ${reason ? 'failed' : 'pending'}` },
    h('div', { class: 'bubble' },
      spoken(`${t('you')}: `),
      body(entry.content),
      h('span', { class: 'foot' }, h('time', {}, clock(entry.at)),
        reason ? mark('warning', 'failed') : mark('clock', 'pending'))),
    reason ? h('div', { class: 'row-failure' },
      h('span', { role: 'alert' }, reason),
      h('button', { type: 'button', class: 'link', onclick: () => actions.retry(entry) }, t('retry')),
      h('button', { type: 'button', class: 'link', onclick: () => actions.discard(entry) },
        t('remove'))) : null);
  return { key: `c${entry.clientMsgId}`, version: `unsent ${first} ${reason} ${language()}`, make };
}

function plainRow(key, className, text, time) {
  return {
    key, version: `${text} ${language()}`,
    make: () => h('li', { class: className, title: time ? fullTime(time) : null }, h('span', {}, text)),
  };
}

function eventText(event) {
  const name = nameOf(event.userId);
  const texts = {
    join: 'joined', leave: 'left', kick: 'kicked', disband: 'disbanded', transfer: 'transferred',
    settings: 'changedSettings', role: event.role === 2 ? 'promoted' : 'demoted',
    mute: event.mutedUntil ? 'silenced' : 'unsilenced',
  };
  return texts[event.kind] ? t(texts[event.kind], { name }) : '';
}

function eventsBySeq(timeline) {
  const bySeq = new Map();
  for (const event of timeline.events) {
    if (event.atSeq < timeline.low - 1 || !eventText(event)) continue;
    bySeq.set(event.atSeq, [...(bySeq.get(event.atSeq) ?? []), event]);
  }
  return bySeq;
}

// Everything to show of a room, in order. `actions`: retry, discard, recall.
export function rowsOf(room, actions) {
  const rows = [];
  const { timeline } = room;
  const events = eventsBySeq(timeline);
  let day = '';
  let last = { sender: '', at: 0 };
  let unreadFrom = room.divider ?? Infinity;
  const turn = (at) => {
    if (dayKey(at) === day) return;
    day = dayKey(at);
    last = { sender: '', at: 0 };
    rows.push(plainRow(`d${day}`, 'day', dayName(at)));
  };
  const tell = (seq) => {
    for (const event of events.get(seq) ?? []) {
      turn(Date.parse(event.time));
      rows.push(plainRow(`e${event.eventNo}`, 'event', eventText(event), Date.parse(event.time)));
      last = { sender: '', at: 0 };
    }
  };
  const isFirst = (sender, at) => {
    const first = sender !== last.sender || at - last.at > togetherMaxMs;
    last = { sender, at };
    return first;
  };

  tell(timeline.low - 1);
  for (const message of timeline.shown()) {
    const at = Date.parse(message.sendTime);
    turn(at);
    if (message.seqId > unreadFrom && message.senderId !== state.me.userId) {
      unreadFrom = Infinity;
      rows.push(plainRow('unread', 'unread-line', t('newMessages')));
      last = { sender: '', at: 0 };
    }
    if (message.status === 'recalled') {
      const own = message.senderId === state.me.userId;
      const text = own ? t('youRecalled') : t('recalled', { name: message.senderName });
      rows.push(plainRow(`r${message.seqId}`, 'event', text, at));
      last = { sender: '', at: 0 };
    } else {
      rows.push(messageRow(room, message, isFirst(message.senderId, at), actions));
    }
    tell(message.seqId);
  }
  for (const entry of unsentIn(room.id)) {
    turn(entry.at);
    rows.push(unsentRow(entry, isFirst(state.me.userId, entry.at), actions));
  }
  return rows;
}
