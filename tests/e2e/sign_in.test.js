import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person, password } from './support/person.js';
import { Server } from './support/server.js';
import { stage } from './support/stage.js';

const on = stage([]); // as it runs with no configuration

test('somebody registers, writes, and stays signed in after a reload', async () => {
  const ada = await Person.registers(on.server, on.browser, 'ada');
  await ada.open('World');
  await ada.send('first words');
  await ada.marked('first words', 'Sent');
  await ada.page.reload();
  await ada.isIn();
  await ada.open('World');
  await ada.seesExactly('first words');
});

test('somebody who signed out signs in again', async () => {
  const bea = await Person.registers(on.server, on.browser, 'bea');
  await bea.button(/^Menu/).click();
  await bea.button('Sign out').click();
  await bea.page.getByLabel('Username').waitFor();
  await bea.page.reload();
  await bea.signIn();
  assert.equal(await bea.page.title(), 'GoChat');
});

test('a wrong password is answered in words, and the right one still works', async () => {
  await on.scene.person('cleo');
  const cleo = await Person.arrives(on.server, on.browser, 'cleo');
  await cleo.page.locator('#username').fill('cleo');
  await cleo.page.locator('#password').fill('something else');
  await cleo.page.locator('#password').press('Enter');
  await cleo.page.getByRole('alert').filter({ hasText: /\w/ }).waitFor();
  await cleo.signIn();
});

test('refusals are told in the words of the page, in both languages', async () => {
  await on.scene.person('gus');
  const refused = [
    ['gus', 'This username is taken', '用户名已被占用'],
    ['profile', 'some names are reserved', '部分名称为系统保留'],
    ['a/b/c', 'some names are reserved', '部分名称为系统保留'],
  ];
  for (const [at, language] of ['en', 'zh-CN'].entries()) {
    const gus = await Person.arrives(on.server, on.browser, 'gus', { language });
    const complains = (text) => gus.page.locator('.complaint', { hasText: text }).waitFor();
    await gus.page.locator('#username').fill('gus');
    await gus.page.locator('#password').fill('not the one');
    await gus.page.locator('#password').press('Enter');
    await complains(['Username or password is wrong', '用户名或密码错误'][at]);
    await gus.page.locator('.tab').last().click();
    for (const [name, ...texts] of refused) {
      await gus.page.locator('#username').fill(name);
      await gus.page.locator('#password').fill(password);
      await gus.page.locator('#password').press('Enter');
      await complains(texts[at]);
    }
  }
});

test('a server that takes nobody new says so', async () => {
  const closed = await Server.started(['--auth.registration', 'closed', '--auth.guests', 'off']);
  try {
    const ivy = await Person.arrives(closed, on.browser, 'ivy');
    await ivy.button('Continue as guest').click();
    await ivy.page.getByText('This server lets no guests in').waitFor();
    await ivy.button('Create account').first().click();
    await ivy.page.locator('#username').fill('ivy');
    await ivy.page.locator('#password').fill(password);
    await ivy.page.locator('#password').press('Enter');
    await ivy.page.getByText('lets nobody make an account').waitFor();
  } finally {
    await closed.dispose();
  }
});

test('a changed password is the one that counts', async () => {
  const dora = await Person.registers(on.server, on.browser, 'dora');
  await dora.button(/^Menu/).click();
  await dora.button('Change password').click();
  await dora.page.getByLabel('Current password').fill('not the one');
  await dora.page.getByLabel('New password').fill('another battery staple');
  await dora.page.getByLabel('New password').press('Enter');
  await dora.page.getByText('The current password is wrong').waitFor();
  await dora.page.getByLabel('Current password').fill(password);
  await dora.page.getByLabel('New password').fill('another battery staple');
  await dora.page.getByLabel('New password').press('Enter');
  await dora.page.getByText('The password is changed').waitFor();
  await assert.rejects(on.server.call('POST', '/auth/login', { username: 'dora', password }));
  await on.server.call('POST', '/auth/login', { username: 'dora', password: 'another battery staple' });
});

test('a changed display name is shown, also after a reload', async () => {
  const fay = await Person.registers(on.server, on.browser, 'fay');
  await fay.button(/^Menu/).click();
  await fay.button('Change display name').click();
  const name = fay.page.getByRole('textbox', { name: 'Display name' });
  await name.fill('Fay Wu');
  await name.press('Enter');
  await fay.page.locator('.me-name', { hasText: 'Fay Wu' }).waitFor();
  await fay.page.reload();
  await fay.page.locator('.me-name', { hasText: 'Fay Wu' }).waitFor();
});

test('language and theme are chosen and kept', async () => {
  const gil = await Person.arrives(on.server, on.browser, 'gil');
  await gil.button('中文').click();
  await gil.button('深色').click();
  await gil.page.reload();
  await gil.page.getByRole('button', { name: '以访客身份继续' }).waitFor();
  const root = gil.page.locator('html');
  assert.equal(await root.getAttribute('data-theme'), 'dark');
  assert.equal(await root.getAttribute('lang'), 'zh-CN');
});

test('from the address to the first message: one click, type, Enter', async () => {
  const { page } = await Person.arrives(on.server, on.browser, 'guest');
  const actions = [];
  const act = async (what, action) => {
    actions.push(what);
    await action();
  };
  await act('click', () => page.getByRole('button', { name: 'Continue as guest' }).click());
  await page.locator('.write:focus').waitFor();
  await act('type', () => page.keyboard.type('hello from a guest'));
  await act('Enter', () => page.keyboard.press('Enter'));
  await page.locator('.row', { hasText: 'hello from a guest' }).locator('.mark-stored').waitFor();
  assert.deepEqual(actions, ['click', 'type', 'Enter']);
});
