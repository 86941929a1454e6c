// Adding a friend, making a group, looking into one.
import { call } from './account.js';
import { avatar } from './avatar.js';
import {
  complain, complaintLine, confirmDialog, field, openDialog, personFace, submitForm,
} from './dialog.js';
import { h } from './dom.js';
import { adoptConversation } from './rooms.js';
import { state } from './state.js';
import { t } from './text.js';

const searchAfterMs = 250;

function personRow(person, ...actions) {
  return h('li', { class: 'person' }, personFace(person), actions);
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
      complain(complaint, failure);
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
        complain(complaint, failure);
      }), searchAfterMs);
    },
  });
  const dialog = openDialog(t('addFriend'),
    h('div', { class: 'field' }, h('label', { for: 'find' }, t('findPeople')), input),
    complaint, empty, results);
  input.focus();
}

// Friends with boxes to tick, but for those in `without`; `chosen` answers the ids of the ticked ones.
function friendPicker(nobody, without = new Set()) {
  const list = h('ul', { class: 'people', 'aria-label': t('members') });
  const said = h('p', { class: 'hint', role: 'status' }, t('working'));
  const boxOf = (person) => {
    const id = `pick-${person.userId}`;
    return h('li', {}, h('label', { class: 'person', for: id },
      h('input', { type: 'checkbox', id, value: person.userId }), personFace(person)));
  };
  call('GET', '/friends').then((friends) => {
    const others = friends.filter((person) => !without.has(person.userId));
    list.replaceChildren(...others.map(boxOf));
    said.textContent = others.length === 0 ? nobody : '';
  }, (failure) => complain(said, failure));
  return {
    element: h('div', {}, said, list),
    chosen: () => [...list.querySelectorAll('input:checked')].map((box) => box.value),
  };
}

export function groupDialog(open) {
  const { element, chosen } = friendPicker(t('noFriends'));
  const name = field(t('groupName'), {
    id: 'group-name', required: true, maxlength: 50, autocomplete: 'off',
  });
  const input = name.querySelector('input');
  const create = async () => {
    const made = await call('POST', '/groups', { groupName: input.value.trim(), members: chosen() });
    const room = adoptConversation(made);
    dialog.close();
    open(room.id);
  };
  const dialog = openDialog(t('newGroup'),
    submitForm(t('create'), create, name, h('h3', {}, t('members')), element));
  input.focus();
}

function addMembersDialog(groupId, present) {
  const { element, chosen } = friendPicker(t('noOthers'), present);
  const add = async () => {
    if (chosen().length) await call('POST', `/groups/${groupId}/members`, { members: chosen() });
    dialog.close();
  };
  const dialog = openDialog(t('addMembers'), submitForm(t('add'), add, element));
}

export async function detailsDialog(room, name) {
  const { groupId } = room.target;
  const complaint = complaintLine();
  const people = h('ul', { class: 'people', 'aria-label': t('members') });
  const leave = () => confirmDialog(t('leave'), t('leaveSure', { name }), t('leave'), () => {
    call('POST', `/groups/${groupId}/leave`)
      .then(() => dialog.close(), (failure) => complain(complaint, failure));
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
    for (const one of members) state.names.set(one.userId, one.nickname || one.username);
    people.replaceChildren(...members.map((person) => personRow(person,
      person.role === 'member' ? null : h('span', { class: 'tag' }, t(person.role)))));
    const present = new Set(members.map((person) => person.userId));
    addButton.disabled = false;
    addButton.addEventListener('click', () => {
      dialog.close();
      addMembersDialog(groupId, present);
    });
  } catch (failure) {
    complain(complaint, failure);
  }
}
