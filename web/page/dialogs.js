// What opens above the page: menu, adding a friend, groups. Each is a <dialog>, so the browser keeps
// the focus inside and Escape closes it.
import { call } from './account.js';
import { avatar } from './avatar.js';
import { h, iconButton } from './dom.js';
import { languageChoices, themeChoices } from './menu.js';
import { adoptConversation } from './rooms.js';
import { state } from './state.js';
import { t } from './text.js';

const searchAfterMs = 250;

function openDialog(title, ...content) {
  const close = () => dialog.close();
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' },
    h('header', {}, h('h2', { id: 'dialog-title' }, title), iconButton('close', t('close'), close)),
    content);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) close();
  });
  document.querySelector('#layer').append(dialog);
  dialog.showModal();
  return dialog;
}

export function closeDialogs() {
  document.querySelectorAll('#layer dialog').forEach((dialog) => dialog.close());
}

export function confirmDialog(title, text, action, confirmed) {
  const dialog = openDialog(title, h('p', {}, text), h('footer', {},
    h('button', { type: 'button', class: 'secondary', onclick: () => dialog.close() }, t('cancel')),
    h('button', {
      type: 'button', class: 'primary danger',
      onclick: () => {
        dialog.close();
        confirmed();
      },
    }, action)));
}

export function menuDialog({ redraw, signOut }) {
  const { me } = state;
  const name = me.nickname || me.username;
  const again = () => {
    closeDialogs();
    redraw();
    menuDialog({ redraw, signOut });
  };
  openDialog(t('settings'),
    h('div', { class: 'person' }, avatar({ name, key: me.userId, type: 'single' }),
      h('span', { class: 'person-text' }, h('bdi', {}, name),
        h('span', { class: 'hint' }, `@${me.username}`))),
    me.isGuest ? h('p', { class: 'hint note' }, t('guestLimits')) : null,
    h('h3', {}, t('language')), languageChoices(again),
    h('h3', {}, t('theme')), themeChoices(again),
    h('footer', {}, h('button', { type: 'button', class: 'secondary danger', onclick: signOut },
      t('signOut'))));
}

function personRow(person, ...actions) {
  const name = person.nickname || person.username;
  return h('li', { class: 'person' },
    avatar({ name, key: person.userId, type: 'single', online: state.online.get(person.userId) }),
    h('span', { class: 'person-text' }, h('bdi', {}, name),
      h('span', { class: 'hint' }, `@${person.username}`)),
    actions);
}

function complaintLine() {
  return h('p', { class: 'complaint', role: 'alert' });
}

async function befriend(person) {
  await call('POST', '/friends', { friendId: person.userId }).catch((failure) => {
    if (failure.status !== 409) throw failure; // friends already
  });
  return adoptConversation(await call('POST', '/conversations', { targetUserId: person.userId }));
}

export function friendDialog(open) {
  const complaint = complaintLine();
  const results = h('ul', { class: 'people', 'aria-label': t('members') });
  const empty = h('p', { class: 'hint', role: 'status' }, t('findPeopleHint'));
  let typed = 0;

  const choose = async (person) => {
    complaint.textContent = '';
    try {
      const room = await befriend(person);
      dialog.close();
      open(room.id);
    } catch (failure) {
      complaint.textContent = failure.message || t('unreachable');
    }
  };

  const search = async (prefix) => {
    const found = await call('GET', `/users/search?q=${encodeURIComponent(prefix)}`);
    if (prefix !== input.value.trim()) return;
    const others = found.filter((person) => person.userId !== state.me.userId);
    results.replaceChildren(...others.map((person) => personRow(person,
      h('button', { type: 'button', class: 'secondary', onclick: () => choose(person) }, t('add')))));
    empty.textContent = others.length === 0 ? t('nobodyFound') : '';
  };

  const input = h('input', {
    id: 'find', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', maxlength: 64,
    oninput: () => {
      clearTimeout(typed);
      complaint.textContent = '';
      const prefix = input.value.trim();
      if (!prefix) {
        results.replaceChildren();
        empty.textContent = t('findPeopleHint');
        return;
      }
      typed = setTimeout(() => search(prefix).catch((failure) => {
        complaint.textContent = failure.message || t('unreachable');
      }), searchAfterMs);
    },
  });
  const dialog = openDialog(t('addFriend'),
    h('div', { class: 'field' }, h('label', { for: 'find' }, t('findPeople')), input),
    complaint, empty, results);
  input.focus();
}

// Boxes to tick; answers the ids that are.
function peoplePicker(people) {
  const list = h('ul', { class: 'people', 'aria-label': t('members') }, people.map((person) => {
    const id = `pick-${person.userId}`;
    return h('li', {}, h('label', { class: 'person', for: id },
      h('input', { type: 'checkbox', id, value: person.userId }),
      avatar({ name: person.nickname || person.username, key: person.userId, type: 'single' }),
      h('span', { class: 'person-text' }, h('bdi', {}, person.nickname || person.username),
        h('span', { class: 'hint' }, `@${person.username}`))));
  }));
  const chosen = () => [...list.querySelectorAll('input:checked')].map((box) => box.value);
  return { list, chosen };
}

async function friends() {
  return call('GET', '/friends').catch(() => []);
}

function submitForm(label, complaint, action, ...content) {
  const submit = h('button', { type: 'submit', class: 'primary' }, label);
  return h('form', {
    method: 'post',
    onsubmit: async (event) => {
      event.preventDefault();
      submit.disabled = true;
      complaint.textContent = '';
      try {
        await action();
      } catch (failure) {
        complaint.textContent = failure.message || t('unreachable');
        submit.disabled = false;
      }
    },
  }, content, complaint, h('footer', {}, submit));
}

export async function groupDialog(open) {
  const all = await friends();
  const { list, chosen } = peoplePicker(all);
  const name = h('input', { id: 'group-name', required: true, maxlength: 50, autocomplete: 'off' });
  const create = async () => {
    const made = await call('POST', '/groups', { groupName: name.value.trim(), members: chosen() });
    const room = adoptConversation(made);
    dialog.close();
    open(room.id);
  };
  const dialog = openDialog(t('newGroup'), submitForm(t('create'), complaintLine(), create,
    h('div', { class: 'field' }, h('label', { for: 'group-name' }, t('groupName')), name),
    h('h3', {}, t('members')),
    all.length ? list : h('p', { class: 'hint' }, t('noFriends'))));
  name.focus();
}

function addMembersDialog(groupId, present) {
  return async () => {
    const all = (await friends()).filter((person) => !present.has(person.userId));
    const { list, chosen } = peoplePicker(all);
    const add = async () => {
      await call('POST', `/groups/${groupId}/members`, { members: chosen() });
      dialog.close();
    };
    const dialog = openDialog(t('addMembers'), all.length
      ? submitForm(t('add'), complaintLine(), add, list) : h('p', { class: 'hint' }, t('noFriends')));
  };
}

export async function detailsDialog(room, name) {
  const { groupId } = room.target;
  const complaint = complaintLine();
  const people = h('ul', { class: 'people', 'aria-label': t('members') });
  const leave = () => confirmDialog(t('leave'), t('leaveSure', { name }), t('leave'), () => {
    call('POST', `/groups/${groupId}/leave`).then(() => dialog.close(), (failure) => {
      complaint.textContent = failure.message || t('unreachable');
    });
  });
  const addButton = h('button', { type: 'button', class: 'secondary', disabled: true }, t('addMembers'));
  const dialog = openDialog(t('details'),
    h('div', { class: 'person' }, avatar({ name, key: groupId, type: 'group' }),
      h('span', { class: 'person-text' }, h('bdi', {}, name),
        h('span', { class: 'hint' }, t('memberCount', { n: room.target.memberCount ?? 1 })))),
    h('h3', {}, t('members')), people, complaint,
    h('footer', {}, h('button', { type: 'button', class: 'secondary danger', onclick: leave },
      t('leave')), addButton));
  try {
    const members = await call('GET', `/groups/${groupId}/members`);
    for (const { userId, username } of members) state.names.set(userId, username);
    people.replaceChildren(...members.map((person) => personRow(person,
      person.role === 'member' ? null : h('span', { class: 'tag' }, t(person.role)))));
    const present = new Set(members.map((person) => person.userId));
    const pick = addMembersDialog(groupId, present);
    addButton.disabled = false;
    addButton.addEventListener('click', () => {
      dialog.close();
      pick();
    });
  } catch (failure) {
    complaint.textContent = failure.message || t('unreachable');
  }
}
