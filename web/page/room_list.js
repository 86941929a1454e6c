// The list of conversations: one stop for the Tab key, arrows inside.
import { avatar } from './avatar.js';
import { isComposing } from './composer.js';
import { h, iconButton, reconcile, spoken } from './dom.js';
import { roomName, sortedRooms } from './rooms.js';
import { isWorld, state, totalUnread, unreadOf } from './state.js';
import { language, t } from './text.js';
import { shortTime } from './times.js';

const unreadShownMax = 999;

// World has the name of its room in the reader's language.
export function titleOf(room) {
  return isWorld(room.id) ? t('world') : roomName(room, t('someone'));
}

export function faceOf(room) {
  const { userId, groupId } = room.target;
  return {
    name: titleOf(room), key: userId ?? groupId ?? room.id, type: room.type,
    online: room.type === 'single' && state.online.get(userId),
  };
}

export function typingText(room) {
  const now = Date.now();
  const people = [...room.typing].filter(([, until]) => until > now).map(([user]) => user);
  if (people.length === 0) return '';
  if (people.length > 1) return t('typingMany');
  return t('typingOne', { name: state.names.get(people[0]) ?? t('someone') });
}

export function shownCount(n) {
  return n > unreadShownMax ? `${unreadShownMax}+` : String(n);
}

function previewOf(room) {
  if (room.lastMessage) return room.lastMessage;
  if (isWorld(room.id)) return t('worldHint');
  return room.lastSeq === 0 ? t('emptyChat') : '';
}

function row(room, open) {
  const unread = unreadOf(room);
  const typing = typingText(room);
  const face = faceOf(room);
  const current = room.id === state.openId;
  const make = () => h('li', {},
    h('button', {
      type: 'button', class: 'room', 'aria-current': current ? 'true' : null, tabindex: -1,
      onclick: () => open(room.id),
    },
    avatar(face),
    h('span', { class: 'room-text' },
      h('span', { class: 'room-top' },
        h('bdi', { class: 'room-name' }, face.name),
        room.lastTime ? h('time', {}, shortTime(room.lastTime)) : null),
      h('span', { class: 'room-top' },
        h('span', { class: typing ? 'preview typing' : 'preview', dir: 'auto' },
          typing || previewOf(room)),
        unread ? h('span', { class: room.muted ? 'badge quiet' : 'badge' },
          h('span', { 'aria-hidden': 'true' }, shownCount(unread)),
          spoken(t('unread', { n: unread }))) : null)),
    face.online ? spoken(t('online')) : null));
  const version = [face.name, face.online, current, unread, typing, previewOf(room), room.lastTime,
    room.lastTime && shortTime(room.lastTime), room.muted, language()].join('\u0000');
  return { key: room.id, version, make };
}

// Moves the focus by arrow keys; only one row can be reached by Tab.
function rove(list) {
  const buttons = () => [...list.querySelectorAll('.room')];
  list.addEventListener('keydown', (event) => {
    const all = buttons();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || !all[to]) return;
    event.preventDefault();
    all[to].focus();
  });
  return () => {
    const all = buttons();
    const reached = all.find((one) => one === document.activeElement)
      ?? all.find((one) => one.hasAttribute('aria-current')) ?? all[0];
    for (const one of all) one.tabIndex = one === reached ? 0 : -1;
  };
}

function emptyState(found) {
  return h('div', { class: 'empty small' }, h('p', {}, t(found ? 'noConversations' : 'nothingFound')),
    found ? h('p', { class: 'hint' }, t(state.me.isGuest ? 'guestWaits' : 'noConversationsHint')) : null);
}

function skeleton() {
  return h('div', { class: 'skeleton', 'aria-hidden': 'true' },
    Array.from({ length: 6 }, () => h('div', {}, h('i', {}), h('b', {}))));
}

export function roomList({ open, addFriend, newGroup, menu }) {
  const list = h('ul', { class: 'rooms', 'aria-label': t('conversations') });
  const settleFocus = rove(list);
  const rest = h('div', {});
  const filter = h('input', {
    type: 'search', class: 'filter', placeholder: t('search'), 'aria-label': t('search'),
    oninput: () => update(),
    onkeydown: (event) => {
      if (isComposing(event)) return;
      if (event.key === 'ArrowDown') list.querySelector('.room')?.focus();
      if (event.key === 'Enter') list.querySelector('.room')?.click();
    },
  });
  const { me } = state;
  const name = me.nickname || me.username;
  const element = h('nav', { class: 'side', 'aria-label': t('conversations') },
    h('header', { class: 'side-head' },
      h('button', {
        type: 'button', class: 'me', 'aria-haspopup': 'dialog', onclick: menu,
      }, spoken(t('settings')), avatar({ name, key: me.userId, type: 'single' }, 'small-avatar'),
      h('span', { class: 'me-name' }, h('bdi', {}, name),
        me.isGuest ? h('span', { class: 'tag' }, t('guest')) : null)),
      me.isGuest ? null : iconButton('addPerson', t('addFriend'), addFriend),
      me.isGuest ? null : iconButton('group', t('newGroup'), newGroup)),
    h('div', { class: 'filter-row' }, filter),
    list, rest);

  const update = () => {
    const wanted = filter.value.trim().toLowerCase();
    const rooms = sortedRooms().filter((room) => titleOf(room).toLowerCase().includes(wanted));
    reconcile(list, rooms.map((room) => row(room, open)));
    settleFocus();
    const waiting = !state.synced && state.rooms.size === 0;
    list.hidden = rooms.length === 0;
    const key = waiting ? 'wait' : rooms.length === 0 ? `none ${wanted === ''}` : '';
    if (rest.dataset.key !== key) {
      rest.dataset.key = key;
      rest.replaceChildren(...(waiting ? [skeleton()] : key ? [emptyState(wanted === '')] : []));
    }
    const total = totalUnread();
    document.title = total ? `(${shownCount(total)}) GoChat` : 'GoChat';
  };
  return { element, update, focusFilter: () => filter.focus() };
}
