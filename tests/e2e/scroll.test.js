import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from './support/person.js';
import { stage } from './support/stage.js';

const on = stage();
const count = 500;

// Of different heights, as people write.
function line(index) {
  return `${index}: ${'word '.repeat(1 + (index * 7) % 60)}`.trim();
}

async function longTalk(reader, writer) {
  await on.scene.person(reader);
  await on.scene.person(writer);
  const conversationId = await on.scene.friends(reader, writer);
  const lines = Array.from({ length: count }, (_, index) => line(index));
  await on.scene.says(writer, conversationId, ...lines);
  return [await Person.comes(on.server, on.browser, reader), conversationId, lines];
}

// The first message that is seen, and how far below the upper edge its bubble ends.
function firstSeen() {
  const scroller = document.querySelector('.scroller');
  const edge = scroller.getBoundingClientRect().top;
  const row = [...scroller.querySelectorAll('.row')]
    .find((one) => one.getBoundingClientRect().bottom > edge);
  const text = row.querySelector('.content').textContent;
  return { text, below: row.querySelector('.bubble').getBoundingClientRect().bottom - edge };
}

function placeOf(text) {
  const scroller = document.querySelector('.scroller');
  const row = [...scroller.querySelectorAll('.row')]
    .find((one) => one.querySelector('.content').textContent === text);
  return row.querySelector('.bubble').getBoundingClientRect().bottom - scroller.getBoundingClientRect().top;
}

test('five hundred messages are read upwards page by page, and nothing jumps', async () => {
  const [ada, conversationId, lines] = await longTalk('ada', 'bob');
  const { page } = ada;
  await ada.open('bob');
  await page.locator('.row').first().waitFor();
  const beginning = page.getByText('This is where the conversation begins');
  for (let pages = 0; await beginning.count() === 0; pages += 1) {
    assert.ok(pages < count);
    const rows = await page.locator('.row').count();
    const before = await page.evaluate(`(document.querySelector('.scroller').scrollTop = 120, (${firstSeen})())`);
    await page.waitForFunction((known) => document.querySelectorAll('.row').length > known
      || document.querySelector('.older').textContent.includes('begins'), rows);
    const after = await page.evaluate(placeOf, before.text);
    assert.ok(Math.abs(after - before.below) <= 1, `${before.text.slice(0, 8)} moved from ${before.below} to ${after}`);
  }
  assert.deepEqual(await ada.contents(), lines);

  await page.evaluate(() => { document.querySelector('.scroller').scrollTop = 400; });
  const before = await page.evaluate(firstSeen);
  await on.scene.says('bob', conversationId, 'something new');
  await page.getByRole('button', { name: '1 new message' }).waitFor();
  assert.equal(await page.evaluate(placeOf, before.text), before.below);
  await page.getByRole('button', { name: '1 new message' }).click();
  await page.waitForFunction(() => {
    const { scrollHeight, scrollTop, clientHeight } = document.querySelector('.scroller');
    return scrollHeight - scrollTop - clientHeight < 2;
  });
  await on.scene.says('bob', conversationId, 'and followed');
  await page.waitForFunction(() => {
    const { scrollHeight, scrollTop, clientHeight } = document.querySelector('.scroller');
    return document.querySelector('.row:last-child .content').textContent === 'and followed'
      && scrollHeight - scrollTop - clientHeight < 2;
  });
});

test('a message that comes in leaves the rows that are there alone', async () => {
  await on.scene.person('cleo');
  const conversationId = await on.scene.group('cleo', 'quiet room');
  await on.scene.says('cleo', conversationId, 'one', 'two', 'three');
  const cleo = await Person.comes(on.server, on.browser, 'cleo');
  await cleo.open('quiet room');
  await cleo.sees('three');
  const rows = await cleo.page.evaluateHandle(() => [...document.querySelectorAll('.row')]);
  await cleo.send('four');
  await cleo.marked('four', 'Sent');
  assert.ok(await rows.evaluate((all) => all.every((row, at) => document.querySelectorAll('.row')[at] === row)));
});

test('days are told apart, in the time of whoever reads', async () => {
  await on.scene.person('dai');
  const conversationId = await on.scene.group('dai', 'diary');
  await on.scene.says('dai', conversationId, 'the first day');
  const device = await on.browser.device();
  await device.clock.install({ time: Date.now() });
  const dai = await Person.opens(on.server, device, 'dai');
  await dai.signIn();
  await dai.open('diary');
  await dai.page.locator('.day', { hasText: 'Today' }).waitFor();
  const shown = await dai.page.locator('.row time').getAttribute('datetime');
  const shanghai = new Intl.DateTimeFormat('en', {
    hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'Asia/Shanghai' });
  assert.equal(await dai.page.locator('.row time').innerText(), shanghai.format(new Date(shown)));
  await device.clock.setSystemTime(Date.now() + 24 * 3600 * 1000);
  await dai.composer.press('x');
  await dai.open('World');
  await dai.open('diary');
  await dai.page.locator('.day', { hasText: 'Yesterday' }).waitFor();
  assert.equal(await dai.page.locator('.day').count(), 1);
});
