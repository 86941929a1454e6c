import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from './support/person.js';
import { stage } from './support/stage.js';

const on = stage(['--profile', 'bench', '--presence.offline_grace_seconds', '1']);

// Two who are friends, each in front of the page.
async function friends(one, other) {
  await on.scene.person(one);
  await on.scene.person(other);
  const conversationId = await on.scene.friends(one, other);
  const [a, b] = await Promise.all([
    Person.comes(on.server, on.browser, one), Person.comes(on.server, on.browser, other)]);
  return [a, b, conversationId];
}

test('two people talk, and each sees every message once and in order', async () => {
  const [ada, bob] = await friends('ada', 'bob');
  await Promise.all([ada.open('bob'), bob.open('ada')]);
  await ada.send('hello Bob');
  await ada.seesExactly('hello Bob');
  await bob.sees('hello Bob');
  await bob.send('hello Ada');
  await ada.sees('hello Ada');
  await ada.send('how are you?');
  await bob.sees('how are you?');
  await ada.marked('hello Bob', 'Read');
  for (const person of [ada, bob]) await person.seesExactly('hello Bob', 'hello Ada', 'how are you?');
});

test('three people talk in a group that one of them made', async () => {
  for (const name of ['carl', 'dina', 'emil']) await on.scene.person(name);
  await on.scene.friends('carl', 'dina');
  await on.scene.friends('carl', 'emil');
  const [carl, dina, emil] = await Promise.all(['carl', 'dina', 'emil'].map(
    (name) => Person.comes(on.server, on.browser, name)));
  await carl.button('New group').click();
  await carl.page.getByLabel('Group name').fill('三人行');
  await carl.page.getByLabel(/dina/).check();
  await carl.page.getByLabel(/emil/).check();
  await carl.button('Create group').click();
  await carl.page.locator('.under', { hasText: '3 members' }).waitFor();
  await carl.send('welcome');
  await Promise.all([dina.open('三人行'), emil.open('三人行')]);
  await Promise.all([dina.sees('welcome'), emil.sees('welcome')]);
  await dina.send('thanks');
  await emil.sees('thanks');
  await emil.send('me too');
  for (const person of [carl, dina, emil]) await person.seesExactly('welcome', 'thanks', 'me too');

  await carl.button('Group details').click();
  await carl.page.locator('dialog .person', { hasText: 'carl' }).getByText('Owner').waitFor();
  await carl.page.keyboard.press('Escape');
  await emil.button('Group details').click();
  await emil.button('Leave group').click();
  await emil.page.getByRole('dialog').last().getByRole('button', { name: 'Leave group' }).click();
  await emil.room('三人行').waitFor({ state: 'detached' });
  await carl.page.locator('.event', { hasText: 'emil left' }).waitFor();
  await carl.page.locator('.under', { hasText: '2 members' }).waitFor();
});

test('a group whose answer was lost is made once', async () => {
  await on.scene.person('sol');
  const sol = await Person.comes(on.server, on.browser, 'sol');
  await sol.page.route('**/groups', async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  await sol.button('New group').click();
  await sol.page.getByLabel('Group name').fill('only one');
  await sol.button('Create group').click();
  await sol.page.getByText('The server cannot be reached.').waitFor();
  await sol.button('Create group').click();
  await sol.page.locator('.chat-title h2', { hasText: 'only one' }).waitFor();
  const groups = (await on.scene.as('sol', 'GET', '/conversations')).filter(({ type }) => type === 'group');
  assert.equal(groups.length, 1);
});

test('somebody finds a person by the beginning of a name and makes friends', async () => {
  await on.scene.person('gustav', 'Gustav Holm');
  const [finn, gustav] = await Promise.all([
    Person.registers(on.server, on.browser, 'finn'), Person.comes(on.server, on.browser, 'gustav')]);
  await finn.button('Add a friend').click();
  await finn.page.getByLabel('Username').fill('gust');
  await finn.page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click();
  await finn.page.locator('.chat-title h2', { hasText: 'Gustav Holm' }).waitFor();
  await finn.send('found you');
  await gustav.open('finn');
  await gustav.seesExactly('found you');
});

test('what is unread is counted in the list and in the title, until it is read', async () => {
  const [hans, ina, conversationId] = await friends('hans', 'ina');
  await hans.open('World');
  await on.scene.says('ina', conversationId, 'one', 'two', 'three');
  await hans.room('ina').locator('.badge', { hasText: '3' }).waitFor();
  await hans.titled('(3) GoChat');
  await hans.open('ina');
  await hans.titled('GoChat');
  await hans.room('ina').locator('.badge').waitFor({ state: 'detached' });
  await hans.page.locator('.unread-line').waitFor();
  await hans.page.reload();
  await hans.isIn();
  await hans.titled('GoChat');
  await ina.open('hans');
  await ina.marked('three', 'Read');
});

test('being online and typing are shown', async () => {
  for (const name of ['jan', 'kim']) await on.scene.person(name);
  await on.scene.friends('jan', 'kim');
  const jan = await Person.comes(on.server, on.browser, 'jan');
  await jan.open('kim');
  await jan.page.locator('.under', { hasText: 'Offline' }).waitFor();
  const kim = await Person.comes(on.server, on.browser, 'kim');
  await kim.open('jan');
  await jan.page.locator('.under', { hasText: 'Online' }).waitFor();
  await jan.room('kim').locator('.online-dot').waitFor();
  await kim.composer.pressSequentially('thinking');
  await jan.page.locator('.under', { hasText: 'kim is typing' }).waitFor();
  await kim.composer.press('Enter');
  await jan.sees('thinking');
  await jan.page.locator('.under', { hasText: 'Online' }).waitFor();
  await kim.page.close();
  await jan.page.locator('.under', { hasText: 'Offline' }).waitFor();
  await jan.room('kim').locator('.online-dot').waitFor({ state: 'detached' });
});

test('two tabs of one person show the same, and the end of one session ends both', async () => {
  const [lea, max] = await friends('lea', 'max');
  const other = await Person.opens(on.server, lea.context, 'lea');
  await other.isIn();
  await Promise.all([lea.open('max'), other.open('max'), max.open('lea')]);
  await lea.send('from the first tab');
  await other.sees('from the first tab');
  await other.send('from the second tab');
  await max.send('to both');
  for (const tab of [lea, other]) {
    await tab.sees('to both');
    await tab.sees('from the second tab');
    assert.equal((await tab.contents()).length, 3);
  }
  await lea.button(/^Menu/).click();
  await lea.button('Sign out').click();
  await other.page.getByLabel('Username').waitFor();
});

test('what was said in one conversation never stands in another', async () => {
  for (const name of ['nora', 'olaf']) await on.scene.person(name);
  const first = await on.scene.group('nora', 'first room');
  const second = await on.scene.group('nora', 'second room');
  await on.scene.says('nora', first, 'only in the first');
  await on.scene.says('nora', second, 'only in the second');
  const nora = await Person.comes(on.server, on.browser, 'nora');
  for (const which of ['first', 'second', 'first', 'second']) {
    await nora.open(`${which} room`);
    await nora.seesExactly(`only in the ${which}`);
  }
});

test('friends that cannot be asked for are not shown as none', async () => {
  const rita = await Person.registers(on.server, on.browser, 'rita');
  await rita.page.route('**/friends', (route) => route.abort(), { times: 1 });
  await rita.button('New group').click();
  await rita.page.getByText('The server cannot be reached.').waitFor();
  await rita.page.keyboard.press('Escape');
  await rita.button('New group').click();
  await rita.page.getByText('Add friends first').waitFor();
});

test('a recalled message is gone for everybody', async () => {
  const [pia, quin] = await friends('pia', 'quin');
  await Promise.all([pia.open('quin'), quin.open('pia')]);
  await pia.send('a slip');
  await quin.sees('a slip');
  await pia.bubble('a slip').hover();
  await pia.button('Recall').click();
  await quin.page.getByText('pia recalled a message').waitFor();
  await pia.page.getByText('You recalled a message').waitFor();
  assert.deepEqual(await quin.contents(), []);
});
