// Adding a friend, making a group.
import { call, postOnce } from './account.js';
import { complain, complaintLine, field, openDialog, personFace, submitForm } from './dialog.js';
import { h } from './dom.js';
import { adoptConversation } from './rooms.js';
import { state } from './state.js';
import { t } from './text.js';
import { newId } from './unsent.js';

const searchAfterMs = 250;

export function personRow(person, ...actions) {
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
export function friendPicker(nobody, without = new Set()) {
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
  let asked = { text: '', key: '' };
  const create = async () => {
    const body = { groupName: input.value.trim(), members: chosen() };
    const text = JSON.stringify(body);
    if (asked.text !== text) asked = { text, key: newId() };
    const made = await postOnce(asked.key, '/groups', body);
    const room = adoptConversation(made);
    dialog.close();
    open(room.id);
  };
  const dialog = openDialog(t('newGroup'),
    submitForm(t('create'), create, name, h('h3', {}, t('members')), element));
  input.focus();
}
