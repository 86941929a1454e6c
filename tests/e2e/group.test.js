import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from './support/person.js';
import { stage } from './support/stage.js';

const on = stage();

// A group of `names`, whose first one owns it, and the people `at` the page with it open.
async function group(name, names, at = names) {
  for (const one of names) await on.scene.person(one);
  await on.scene.group(names[0], name, ...names.slice(1));
  const people = await Promise.all(at.map((one) => Person.comes(on.server, on.browser, one)));
  for (const person of people) await person.open(name);
  return people;
}

const top = (person) => person.page.getByRole('dialog').last();
const member = (person, name) => person.page.locator('dialog li.person', { hasText: `@${name}` });

async function manage(person, name, act, { sure = false } = {}) {
  await person.button(`Manage ${name}`).click();
  await top(person).getByRole('button', { name: act, exact: true }).click();
  if (sure) await top(person).getByRole('button', { name: act, exact: true }).click();
}

const told = (person, text) => person.page.locator('.event', { hasText: text }).waitFor();

async function managedBy(person) {
  const labels = await person.page.locator('dialog li.person button').evaluateAll(
    (buttons) => buttons.map((button) => button.getAttribute('aria-label')));
  return labels.sort();
}

test('an owner makes an admin and dismisses one, and the group hears of it', async () => {
  const [ada, bob] = await group('the choir', ['ada', 'bob', 'cyd'], ['ada', 'bob']);
  await ada.button('Group details').click();
  await member(ada, 'bob').waitFor();
  assert.deepEqual(await managedBy(ada), ['Manage bob', 'Manage cyd']);
  await manage(ada, 'bob', 'Make admin');
  await member(ada, 'bob').getByText('Admin').waitFor();
  await told(ada, 'bob is an admin now');
  await bob.button('Group details').click();
  await member(bob, 'cyd').waitFor();
  assert.deepEqual(await managedBy(bob), ['Manage cyd']);
  await manage(ada, 'bob', 'Dismiss as admin');
  await member(ada, 'bob').getByText('Admin').waitFor({ state: 'detached' });
});

test('an admin removes a member after being asked, and the page of the removed goes on', async () => {
  const [dan, eli, fay] = await group('the crew', ['dan', 'eli', 'fay']);
  await dan.button('Group details').click();
  await manage(dan, 'eli', 'Make admin');
  await member(dan, 'eli').getByText('Admin').waitFor();
  await eli.button('Group details').click();
  await eli.button('Manage fay').click();
  await top(eli).getByRole('button', { name: 'Remove from group', exact: true }).click();
  await top(eli).getByRole('button', { name: 'Cancel', exact: true }).click();
  await top(eli).getByRole('button', { name: 'Remove from group', exact: true }).click();
  await top(eli).getByRole('button', { name: 'Remove from group', exact: true }).click();
  await member(eli, 'fay').waitFor({ state: 'detached' });
  await fay.room('the crew').waitFor({ state: 'detached' });
  await told(dan, 'fay was removed');
  await fay.open('World');
});

test('an owner hands the group over and is an admin then', async () => {
  const [gil, hal] = await group('the house', ['gil', 'hal']);
  await gil.button('Group details').click();
  await manage(gil, 'hal', 'Hand over the group', { sure: true });
  await member(gil, 'hal').getByText('Owner').waitFor();
  await member(gil, 'gil').getByText('Admin').waitFor();
  await gil.button('Leave group').waitFor();
  assert.deepEqual(await managedBy(gil), []);
  await hal.button('Group details').click();
  await hal.button('Disband group').waitFor();
  assert.deepEqual(await managedBy(hal), ['Manage gil']);
});

test('who is muted is told so, and writes again when they may', async () => {
  const [ivo, jill] = await group('the library', ['ivo', 'jill']);
  await ivo.button('Group details').click();
  await manage(ivo, 'jill', 'Mute for an hour');
  await member(ivo, 'jill').getByText('Muted').waitFor();
  await jill.send('may I');
  await jill.page.getByText('You are muted in this group').waitFor();
  await manage(ivo, 'jill', 'Unmute');
  await member(ivo, 'jill').getByText('Muted').waitFor({ state: 'detached' });
  await jill.button('Retry').click();
  await jill.marked('may I', 'Sent');
});

test('an owner disbands a group, and nobody can write in it any more', async () => {
  const [kai, lou] = await group('the last one', ['kai', 'lou']);
  await kai.button('Group details').click();
  await kai.button('Disband group').click();
  await top(kai).getByRole('button', { name: 'Disband group', exact: true }).click();
  await told(lou, 'The group was disbanded');
  await told(kai, 'The group was disbanded');
  for (const person of [kai, lou]) {
    await person.composer.waitFor({ state: 'hidden' });
    await person.page.locator('.over', { hasText: 'Nobody can write here any more' }).waitFor();
    assert.equal(await person.button('Group details').count(), 0);
  }
  await lou.page.reload();
  await lou.isIn();
  await lou.room('the last one').waitFor({ state: 'detached' });
});

test('a group of many is shown in parts, and its owner is known wherever they stand', async () => {
  const many = Array.from({ length: 120 }, (_, n) => `many${n}`);
  for (const name of [...many, 'pam']) await on.scene.person(name);
  await on.scene.group('pam', 'the crowd', ...many);
  const pam = await Person.comes(on.server, on.browser, 'pam');
  await pam.open('the crowd');
  await pam.button('Group details').click();
  const people = pam.page.locator('dialog li.person');
  await people.nth(99).waitFor();
  assert.equal(await people.count(), 100);
  await pam.page.locator('dialog').getByText('121 members').waitFor();
  await pam.button('Disband group').waitFor();
  await pam.button('Show more members').click();
  await member(pam, 'pam').getByText('Owner').waitFor();
  assert.equal(await people.count(), 121);
  await pam.button('Show more members').waitFor({ state: 'hidden' });
});

test('the server has the last word when two act at once', async () => {
  const [mia] = await group('the race', ['mia', 'ned', 'oli'], ['mia']);
  await mia.button('Group details').click();
  await member(mia, 'ned').waitFor();
  const groupId = (await on.scene.as('mia', 'GET', '/conversations'))
    .find(({ target }) => target.groupName === 'the race').target.groupId;
  await on.scene.as('mia', 'DELETE', `/groups/${groupId}/members/${on.scene.idOf('ned')}`);
  await manage(mia, 'ned', 'Make admin');
  await top(mia).getByRole('alert').filter({ hasText: /./ }).waitFor();
});
