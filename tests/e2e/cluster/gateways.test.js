import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from '../support/person.js';
import { stage } from '../support/stage.js';

const on = stage();

// Two friends in their conversation, each at a gateway of their own.
async function apart(one, other) {
  await on.scene.person(one);
  await on.scene.person(other);
  await on.scene.friends(one, other);
  const people = [];
  for (const [n, name] of [one, other].entries()) {
    on.server.prefer(on.server.gateways[n]);
    people.push(await Person.comes(on.server, on.browser, name));
  }
  await people[0].open(other);
  await people[1].open(one);
  return people;
}

test('people at two gateways see what the other one writes and does', async () => {
  const [ada, bob] = await apart('ada', 'bob');
  await ada.page.locator('.under', { hasText: 'Online' }).waitFor();
  await bob.composer.pressSequentially('hello');
  await ada.page.locator('.under', { hasText: 'bob is typing' }).waitFor();
  await bob.composer.press('Enter');
  await ada.sees('hello');
  await bob.marked('hello', 'Read');
  await ada.send('hello Bob');
  await bob.sees('hello Bob');
  for (const person of [ada, bob]) {
    await person.page.reload();
    await person.isIn();
    await person.seesExactly('hello', 'hello Bob');
  }
});

test('who was at a gateway that is killed goes on at another, and nothing is lost or doubled', async () => {
  const [cara, dan] = await apart('cara', 'dan');
  await cara.send('before');
  await dan.sees('before');
  const again = cara.page.waitForEvent('websocket');
  on.server.kill(on.server.gateways[0]);
  await cara.bar.getByText('Connection lost.').waitFor();
  await dan.send('meanwhile, from Dan');
  await cara.send('while it was away');
  await again;
  await cara.isIn();
  await cara.marked('while it was away', 'Read');
  for (const person of [cara, dan]) {
    await person.sees('meanwhile, from Dan');
    await person.sees('while it was away');
  }
  const [seen, other] = await Promise.all([cara.contents(), dan.contents()]);
  assert.deepEqual([...seen].sort(), ['before', 'meanwhile, from Dan', 'while it was away']);
  assert.deepEqual(seen, other);
});
