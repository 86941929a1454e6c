// Starts the page and puts its parts together.
import { keptUser, onSessionEnd, signOut, watchOtherTabs } from './account.js';
import { connectionBar } from './bar.js';
import { chatPane, herald } from './chat.js';
import { closeDialogs, confirmDialog } from './dialog.js';
import { friendDialog, groupDialog } from './dialogs.js';
import { h } from './dom.js';
import { detailsDialog } from './group.js';
import { drop, keep, kept } from './keep.js';
import { pump, resetOutbox, takeAnswer, useOutboxWire } from './outbox.js';
import { applyPreferences } from './preferences.js';
import { menuDialog } from './profile.js';
import { roomList, titleOf } from './room_list.js';
import {
  forgetRooms, greet, onArrival, openRoom, sortedRooms, takeFrame, useWire,
} from './rooms.js';
import { signInScreen } from './sign_in.js';
import { changed, resetState, state, subscribe } from './state.js';
import { t } from './text.js';
import { forgetUnsent, loadUnsent, unsentCount } from './unsent.js';
import { Wire } from './wire.js';

const app = document.querySelector('#app');
let unsubscribe = () => {};
let looked = false; // for what to open, once for each who signs in

const wire = new Wire({
  onOpen: (hello) => {
    resetOutbox();
    greet(hello);
  },
  onFrame: (type, data) => {
    takeFrame(type, data);
    takeAnswer(type, data);
    if (type === 'sync-result' && data.complete) ready();
  },
});
useWire(wire);
useOutboxWire(wire);

// Everything is known again: what waited is sent, and the page opens where it was. Whoever has a
// single room, as guests do, came for that one.
function ready() {
  if (!state.openId && !looked) {
    const only = state.rooms.size === 1 ? state.rooms.keys().next().value : null;
    const id = wide.matches ? kept('open') ?? only : state.me.isGuest && only;
    if (state.rooms.has(id)) open(id);
  }
  looked = true;
  pump();
}

const wide = matchMedia('(min-width: 720px)');

function show(screen, update = () => {}) {
  unsubscribe();
  app.replaceChildren(screen);
  unsubscribe = subscribe(update);
  update();
}

function welcome({ notice = '', creating = false } = {}) {
  document.title = 'GoChat';
  const redraw = (next) => welcome({ creating, ...next });
  show(signInScreen({ notice, creating, done: enter, redraw }));
  app.querySelector('input').focus();
}

function open(id) {
  openRoom(id);
  keep('open', id);
  app.firstElementChild.dataset.view = 'chat';
  changed();
  if (!wide.matches && !state.me.isGuest) return;
  parts.chat.update(); // what is hidden takes no focus
  parts.chat.focus();
}

function back() {
  app.firstElementChild.dataset.view = 'list';
  openRoom(null);
  drop('open');
  app.querySelector('.room[tabindex="0"]')?.focus();
}

let parts = {};

function messenger() {
  const bar = connectionBar(() => wire.connect());
  const list = roomList({
    open,
    addFriend: () => friendDialog(open),
    newGroup: () => groupDialog(open),
    menu: () => menuDialog({ redraw: messenger, signOut: askToLeave }),
  });
  const chat = chatPane({
    back,
    details: (room) => detailsDialog(room, titleOf(room)),
    tellTyping: (on) => state.openId && wire.say('typing', { conversationId: state.openId, on }),
  });
  const voice = herald();
  onArrival(voice.tell);
  parts = { list, chat };
  const screen = h('main', { class: 'messenger', 'data-view': state.openId ? 'chat' : 'list' },
    h('h1', { class: 'spoken' }, 'GoChat'), bar.element, list.element, chat.element, voice.element);
  show(screen, () => {
    if (!state.openId) screen.dataset.view = 'list';
    bar.update();
    list.update();
    chat.update();
  });
}

function enter(user) {
  resetState();
  forgetRooms();
  state.me = user;
  looked = false;
  loadUnsent(user.userId);
  messenger();
  wire.start();
}

function leave() {
  forgetUnsent();
  drop('open');
  closeDialogs();
  signOut();
}

function askToLeave() {
  const waiting = unsentCount();
  if (waiting === 0) return leave();
  confirmDialog(t('signOut'), t('signOutSure', { n: waiting }), t('signOut'), leave);
}

onSessionEnd((reason) => {
  wire.stop();
  resetOutbox();
  closeDialogs();
  resetState();
  forgetRooms();
  welcome({ notice: reason === 'signed-out' ? '' : t(reason) });
});

function moveBetweenRooms(step) {
  const rooms = sortedRooms();
  const at = rooms.findIndex((room) => room.id === state.openId);
  const to = rooms[(at + step + rooms.length) % rooms.length];
  if (to) open(to.id);
}

addEventListener('keydown', (event) => {
  if (!state.me || document.querySelector('dialog[open]')) return;
  if ((event.ctrlKey || event.metaKey) && event.key === 'k') {
    event.preventDefault();
    parts.list.focusFilter();
  } else if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    event.preventDefault();
    moveBetweenRooms(event.key === 'ArrowDown' ? 1 : -1);
  } else if (event.key === 'Escape' && state.openId && !event.isComposing) {
    back();
  }
});
addEventListener('focus', () => parts.chat?.seen());
// A file dropped beside its place would replace the page.
for (const name of ['dragover', 'drop']) addEventListener(name, (event) => event.preventDefault());

applyPreferences();
watchOtherTabs(() => state.me?.userId);
const known = keptUser();
if (known) {
  enter(known);
} else {
  welcome();
}
