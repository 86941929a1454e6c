import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { assertQuiet, Browser } from './support/browser.js';
import { Person } from './support/person.js';
import { Server } from './support/server.js';

let server;
let browser;
before(async () => {
  [server, browser] = await Promise.all([Server.started(), Browser.launched()]);
});
after(async () => {
  await browser.dispose();
  await server.dispose();
});
afterEach(() => assertQuiet(...browser.engine.contexts()));

test('somebody registers, writes, and stays signed in after a reload', async () => {
  const ada = await Person.registers(server, browser, 'ada');
  await ada.open('World');
  await ada.send('first words');
  await ada.bubble('first words').getByText('Sent', { exact: true }).waitFor();
  await ada.page.reload();
  await ada.isIn();
  await ada.open('World');
  await ada.seesExactly('first words');
});

test('somebody who signed out signs in again', async () => {
  const bea = await Person.registers(server, browser, 'bea');
  await bea.button(/^Menu/).click();
  await bea.button('Sign out').click();
  await bea.page.getByLabel('Username').waitFor();
  await bea.page.reload();
  await bea.signIn();
  assert.equal(await bea.page.title(), 'GoChat');
});
