import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from './support/person.js';
import { stage } from './support/stage.js';

const on = stage();

async function inWorld(name) {
  const person = await Person.registers(on.server, on.browser, name);
  await person.open('World');
  await person.composer.focus();
  return person;
}

const enterKey = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, nativeVirtualKeyCode: 13 };

test('an Enter that chooses the words of an input method sends nothing', async () => {
  const ada = await inWorld('ada');
  const cdp = await ada.context.newCDPSession(ada.page);
  const seen = await ada.page.evaluateHandle(() => {
    const keys = [];
    document.querySelector('.write').addEventListener('keydown', (event) => {
      keys.push({ key: event.key, composing: event.isComposing });
    });
    return keys;
  });
  await cdp.send('Input.imeSetComposition', { text: 'nihao', selectionStart: 5, selectionEnd: 5 });
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enterKey });
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enterKey });
  assert.deepEqual(await seen.jsonValue(), [{ key: 'Enter', composing: true }]);
  assert.equal(await ada.page.locator('.row').count(), 0);
  await cdp.send('Input.insertText', { text: '你好' });
  assert.equal(await ada.composer.inputValue(), '你好');
  await ada.composer.press('Enter');
  await ada.seesExactly('你好');
});

test('an Enter that chooses the words of a search opens nothing', async () => {
  await on.scene.person('ann');
  await on.scene.group('ann', '你好 group');
  const ann = await Person.comes(on.server, on.browser, 'ann');
  await ann.open('World');
  await ann.page.locator('.filter').focus();
  const cdp = await ann.context.newCDPSession(ann.page);
  await cdp.send('Input.imeSetComposition', { text: '你好', selectionStart: 2, selectionEnd: 2 });
  await ann.room('World').waitFor({ state: 'detached' });
  await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...enterKey });
  await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...enterKey });
  assert.equal(await ann.page.locator('.chat-title h2').innerText(), 'World');
  await cdp.send('Input.insertText', { text: '你好' });
  await ann.page.locator('.filter').press('Enter');
  await ann.page.locator('.chat-title h2', { hasText: '你好 group' }).waitFor();
});

test('an Enter that comes after the end of the composition, as in Safari, sends nothing', async () => {
  const bea = await inWorld('bea');
  await bea.composer.fill('早上好');
  await bea.composer.dispatchEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true });
  assert.equal(await bea.page.locator('.row', { hasText: '早上好' }).count(), 0);
  assert.equal(await bea.composer.inputValue(), '早上好');
});

test('Shift+Enter begins a line, and the lines arrive as they were', async () => {
  const cem = await inWorld('cem');
  await cem.page.keyboard.type('first');
  await cem.page.keyboard.press('Shift+Enter');
  await cem.page.keyboard.type('second');
  await cem.page.keyboard.press('Enter');
  await cem.page.locator('.row .content', { hasText: 'second' }).waitFor();
  assert.equal((await cem.contents()).at(-1), 'first\nsecond');
});

test('what is too long is said before it is sent', async () => {
  const dov = await inWorld('dov');
  await dov.composer.fill('字'.repeat(5003));
  await dov.page.getByText('3 characters too long').waitFor();
  await dov.composer.press('Enter');
  assert.equal((await dov.composer.inputValue()).length, 5003);
  await dov.composer.press('Backspace');
  await dov.page.getByText('2 characters too long').waitFor();
});

test('a draft stays with its conversation, over a change of rooms and a reload', async () => {
  await on.scene.person('eli');
  await on.scene.group('eli', 'other room');
  const eli = await Person.comes(on.server, on.browser, 'eli');
  await eli.open('other room');
  await eli.composer.fill('half a thought');
  await eli.open('World');
  assert.equal(await eli.composer.inputValue(), '');
  await eli.page.reload();
  await eli.isIn();
  await eli.open('other room');
  assert.equal(await eli.composer.inputValue(), 'half a thought');
});

test('the whole of it can be done with the keyboard', async () => {
  await on.scene.person('flo');
  await on.scene.group('flo', 'second');
  const flo = await Person.comes(on.server, on.browser, 'flo');
  const { keyboard } = flo.page;
  const focused = (selector) => flo.page.locator(`${selector}:focus`).waitFor();
  await keyboard.press('Control+k');
  await focused('.filter');
  await keyboard.type('sec');
  await keyboard.press('ArrowDown');
  await focused('.room');
  await keyboard.press('Enter');
  await focused('.write');
  await keyboard.type('by keyboard');
  await keyboard.press('Enter');
  await flo.sees('by keyboard');
  await keyboard.press('Escape');
  await focused('.room');
  await keyboard.press('Control+k');
  await keyboard.press('Control+a');
  await keyboard.press('Delete');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowDown');
  await keyboard.press('ArrowUp');
  await focused('.room');
  await keyboard.press('Alt+ArrowDown');
  await focused('.write');
});
