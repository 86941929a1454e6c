// A group from inside: who is in it, and what one's role lets one do with them.
import { call, part } from './account.js';
import { avatar } from './avatar.js';
import {
  complain, complaintLine, confirmDialog, openDialog, personFace, submitForm,
} from './dialog.js';
import { friendPicker, personRow } from './dialogs.js';
import { h, iconButton, reconcile } from './dom.js';
import { state } from './state.js';
import { language, t } from './text.js';

const silentSeconds = 3600;
const membersAtOnce = 100;

function addMembersDialog(groupId, present) {
  const { element, chosen } = friendPicker(t('noOthers'), present);
  const add = async () => {
    if (chosen().length) await call('POST', `/groups/${groupId}/members`, { members: chosen() });
    dialog.close();
  };
  const dialog = openDialog(t('addMembers'), submitForm(t('add'), add, element));
}

const change = (body) => (groupId, { userId }) => call('PUT', `/groups/${groupId}/members/${userId}`, body);

// What may be done with a member: what it asks first, and the request.
const acts = {
  promote: { run: change({ role: 2 }) },
  demote: { run: change({ role: 1 }) },
  silence: { run: change({ mutedSeconds: silentSeconds }) },
  unsilence: { run: change({ mutedSeconds: 0 }) },
  handOver: {
    sure: 'handOverSure', grave: true,
    run: (groupId, { userId }) => call('POST', `/groups/${groupId}/transfer`, { userId }),
  },
  expel: {
    sure: 'expelSure', grave: true,
    run: (groupId, { userId }) => call('DELETE', `/groups/${groupId}/members/${userId}`),
  },
};

const isSilent = (person) => Date.parse(person.mutedUntil ?? 0) > Date.now();

// The server judges again; this only spares people what it would refuse.
function actsOn(person, role) {
  if (person.userId === state.me.userId || role === 'member' || person.role === 'owner') return [];
  const silence = isSilent(person) ? 'unsilence' : 'silence';
  if (role === 'owner') {
    return [person.role === 'admin' ? 'demote' : 'promote', silence, 'handOver', 'expel'];
  }
  return person.role === 'member' ? [silence, 'expel'] : [];
}

function memberDialog(group, person, role, done) {
  const name = person.nickname || person.username;
  const complaint = complaintLine();
  const run = async (act) => {
    complaint.textContent = '';
    try {
      await act.run(group.id, person);
      dialog.close();
      done();
    } catch (failure) {
      complain(complaint, failure);
    }
  };
  const entry = (key) => {
    const act = acts[key];
    const ask = () => confirmDialog(t(key), t(act.sure, { name, group: group.name }), t(key), () => run(act));
    return h('button', {
      type: 'button', class: act.grave ? 'secondary danger' : 'secondary',
      onclick: () => (act.sure ? ask() : run(act)),
    }, t(key));
  };
  const dialog = openDialog(t('manage', { name }),
    h('div', { class: 'person' }, personFace(person)), complaint,
    h('footer', { class: 'entries' }, actsOn(person, role).map(entry)));
}

function memberRow(group, person, role, again) {
  const name = person.nickname || person.username;
  const tags = [person.role !== 'member' && person.role, isSilent(person) && 'silent'].filter(Boolean);
  const manage = actsOn(person, role).length > 0 && iconButton('menu', t('manage', { name }),
    () => memberDialog(group, person, role, again), { 'aria-haspopup': 'dialog' });
  return {
    key: person.userId,
    version: [name, role, ...tags, language()].join('\u0000'),
    make: () => personRow(person, ...tags.map((tag) => h('span', { class: 'tag' }, t(tag))), manage),
  };
}

// At least `wanted` members or all of them, and the cursor of those after them.
async function membersOf(groupId, wanted) {
  const members = [];
  let next;
  do {
    const from = next ? `&cursor=${next}` : '';
    const some = await part(`/groups/${groupId}/members?limit=${membersAtOnce}${from}`);
    members.push(...some.data);
    next = some.next;
  } while (next && members.length < wanted);
  return { members, next };
}

// They come by id: whoever is asked for from just below their own comes first.
async function ownRole(groupId) {
  const below = BigInt(state.me.userId) - 1n;
  const { data: [first] } = await part(`/groups/${groupId}/members?limit=1&cursor=${below}`);
  return first?.userId === state.me.userId ? first.role : 'member';
}

export async function detailsDialog(room, name) {
  const group = { id: room.target.groupId, name };
  const complaint = complaintLine();
  const count = h('span', { class: 'hint' }, t('memberCount', { n: room.target.memberCount ?? 1 }));
  const people = h('ul', { class: 'people', 'aria-label': t('members') });
  const more = h('button', {
    type: 'button', class: 'secondary', hidden: true,
    onclick: () => {
      wanted += membersAtOnce;
      show();
    },
  }, t('showMore'));
  const foot = h('footer', { class: 'entries' });
  const dialog = openDialog(t('details'),
    h('div', { class: 'person' }, avatar({ name, key: group.id, type: 'group' }),
      h('span', { class: 'person-text' }, h('bdi', {}, name), count)),
    h('h3', {}, t('members')), people, complaint, foot);
  let wanted = membersAtOnce;

  const goes = (key, method, path) => h('button', {
    type: 'button', class: 'secondary danger',
    onclick: () => confirmDialog(t(key), t(`${key}Sure`, { name }), t(key), () => {
      call(method, `/groups/${group.id}${path}`)
        .then(() => dialog.close(), (failure) => complain(complaint, failure));
    }),
  }, t(key));
  const adds = (present) => h('button', {
    type: 'button', class: 'secondary',
    onclick: () => {
      dialog.close();
      addMembersDialog(group.id, present);
    },
  }, t('addMembers'));

  const show = async () => {
    try {
      const [{ members, next }, mine] = await Promise.all([membersOf(group.id, wanted), ownRole(group.id)]);
      for (const one of members) state.names.set(one.userId, one.nickname || one.username);
      reconcile(people, members.map((person) => memberRow(group, person, mine, show)));
      more.hidden = !next;
      count.textContent = t('memberCount', { n: next ? room.target.memberCount : members.length });
      foot.replaceChildren(more, adds(new Set(members.map((person) => person.userId))),
        mine === 'owner' ? goes('disband', 'DELETE', '') : goes('leave', 'POST', '/leave'));
      // Whoever was removed took the focus along.
      if (!dialog.contains(document.activeElement)) dialog.querySelector('button').focus();
    } catch (failure) {
      complain(complaint, failure);
    }
  };
  await show();
}
