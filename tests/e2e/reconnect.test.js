import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './support/gallery.js';
import { Person } from './support/person.js';
import { stage } from './support/stage.js';

const on = stage();

async function chatting(one, other) {
  await on.scene.person(one);
  await on.scene.person(other);
  const conversationId = await on.scene.friends(one, other);
  const [a, b] = await Promise.all([
    Person.comes(on.server, on.browser, one), Person.comes(on.server, on.browser, other)]);
  await Promise.all([a.open(other), b.open(one)]);
  return [a, b, conversationId];
}

test('a killed server is told of at once, and nothing is lost or doubled', async () => {
  const [ada, bob] = await chatting('ada', 'bob');
  await ada.send('before');
  await bob.sees('before');
  await on.server.kill();
  await ada.bar.getByText('Connection lost.').waitFor();
  await ada.send('while it was away 1');
  await ada.send('while it was away 2');
  await bob.send('meanwhile, from Bob');
  await ada.marked('while it was away 1', 'Waiting to be sent');
  await judge(ada.page, 'connection-lost');
  await on.server.start();
  await Promise.all([ada.isIn(), bob.isIn()]);
  for (const person of [ada, bob]) {
    await person.sees('while it was away 2');
    await person.sees('meanwhile, from Bob');
    const contents = await person.contents();
    assert.equal(contents[0], 'before');
    assert.deepEqual(contents.filter((text) => text.startsWith('while')),
      ['while it was away 1', 'while it was away 2']);
    assert.equal(contents.length, 4);
  }
  await bob.page.reload();
  await bob.isIn();
  assert.equal((await bob.contents()).length, 4);
});

test('a server that drains says so', async () => {
  const [cara] = await chatting('cara', 'dan');
  await on.server.stop();
  await cara.bar.getByText('The server restarts.').waitFor();
  await on.server.start();
  await cara.isIn();
  await cara.send('back again');
  await cara.marked('back again', 'Read'); // Dan looks at it
});

test('somebody who does not want to wait tries again by hand', async () => {
  const device = await on.browser.device();
  await device.addInitScript(() => { Math.random = () => 0.99; }); // the longest pauses
  const fred = await Person.opens(on.server, device, 'fred');
  await fred.register();
  await on.server.kill();
  await fred.bar.getByText(/Next try in [678] s/).waitFor();
  const tried = fred.page.waitForEvent('websocket');
  await on.server.start();
  await fred.page.evaluate(() => document.querySelector('.bar .link').click());
  await tried;
  await fred.isIn();
});

test('a message on its way is kept over a reload and is sent once', async () => {
  const [hal, ivy] = await chatting('hal', 'ivy');
  on.server.process.kill('SIGSTOP');
  await hal.send('in the middle');
  await hal.marked('in the middle', 'Waiting to be sent');
  const loaded = hal.page.reload();
  on.server.process.kill('SIGCONT');
  await loaded;
  await hal.isIn();
  await hal.marked('in the middle', /Sent|Delivered|Read/);
  await hal.seesExactly('in the middle');
  await ivy.seesExactly('in the middle');
});

test('a message written without a server is sent when the page is opened again', async () => {
  const [joe, kay] = await chatting('joe', 'kay');
  await on.server.kill();
  await joe.send('written offline');
  await joe.marked('written offline', 'Waiting to be sent');
  await joe.page.close();
  await on.server.start();
  const again = await Person.opens(on.server, joe.context, 'joe');
  await again.isIn();
  await kay.seesExactly('written offline');
  await again.open('kay');
  await again.seesExactly('written offline');
});

test('a refused message stays, is sent again by hand, and then stands once', async () => {
  const [lou, meg, conversationId] = await chatting('lou', 'meg');
  await on.scene.as('meg', 'POST', '/blocks', { userId: on.scene.idOf('lou') });
  await lou.send('are we good?');
  await lou.marked('are we good?', 'Not sent');
  await lou.page.getByText('This person does not accept your messages').waitFor();
  await judge(lou.page, 'not-sent');
  await lou.page.reload();
  await lou.isIn();
  await lou.marked('are we good?', 'Not sent');
  await on.scene.as('meg', 'DELETE', `/blocks/${on.scene.idOf('lou')}`);
  await lou.button('Retry').click();
  await lou.marked('are we good?', /Sent|Delivered|Read/);
  await lou.seesExactly('are we good?');
  await meg.seesExactly('are we good?');
  const stored = await on.scene.as('meg', 'GET', `/messages/history?conversationId=${conversationId}`);
  assert.equal((stored.messages ?? stored.items ?? stored).length, 1);
});

test('a refused message can be thrown away', async () => {
  const [ned] = await chatting('ned', 'oda');
  await on.scene.as('oda', 'POST', '/blocks', { userId: on.scene.idOf('ned') });
  await ned.send('never mind');
  await ned.marked('never mind', 'Not sent');
  await ned.button('Delete').click();
  await ned.bubble('never mind').waitFor({ state: 'detached' });
  await ned.page.reload();
  await ned.isIn();
  assert.deepEqual(await ned.contents(), []);
});
