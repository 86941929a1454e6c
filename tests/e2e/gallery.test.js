// Every screen in both themes, both languages, on a phone and on a desk: judged by axe, and kept as
// pictures in build/results/e2e for people to look at.
import { test } from 'node:test';
import { judge } from './support/gallery.js';
import { Person } from './support/person.js';
import { lively } from './support/scene.js';
import { stage } from './support/stage.js';

const on = stage();
const sizes = {
  phone: { size: { width: 360, height: 740 }, touch: true },
  desktop: { size: { width: 1280, height: 800 } },
};
const words = {
  en: { create: 'Create account', world: 'World', details: 'Group details', friend: 'Add a friend',
    group: 'New group', menu: /^Menu/, password: 'Change password', back: 'Back to conversations',
    manage: 'Manage Bob Marlowe', expel: 'Remove from group' },
  'zh-CN': { create: '注册', world: '世界聊天室', details: '群组详情', friend: '添加好友',
    group: '创建群组', menu: /^菜单/, password: '修改密码', back: '返回会话列表',
    manage: '管理 Bob Marlowe', expel: '移出群组' },
};

let scene;

async function walk(name, look, word) {
  scene ??= lively(on.server);
  await scene;
  const ada = await Person.arrives(on.server, on.browser, 'ada', look);
  const { page } = ada;
  const button = (label) => page.getByRole('button', { name: label, exact: true });
  const screen = (what) => judge(page, `${name}-${what}`);
  const back = async () => look.touch && button(word.back).click();
  const closeDialog = async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  };

  await screen('welcome');
  await button(word.create).first().click();
  await screen('create-account');
  await page.locator('.tab').first().click();
  await ada.signIn();
  await screen('list');
  for (const [what, room] of [['group', 'Weekend hikers'], ['single', 'Bob Marlowe'], ['long', 'Maximiliane']]) {
    await ada.room(room).click();
    await page.locator('.row').first().waitFor();
    await screen(what);
    if (what === 'group') {
      await button(word.details).click();
      await page.locator('dialog .person').nth(4).waitFor();
      await screen('details');
      for (const [next, label] of [['manage', word.manage], ['confirm', word.expel]]) {
        await button(label).click();
        await screen(next);
      }
      for (const left of [2, 1, 0]) {
        await page.keyboard.press('Escape');
        await page.waitForFunction((count) => document.querySelectorAll('dialog').length === count, left);
      }
    }
    await back();
  }
  await button(word.friend).click();
  await page.locator('#find').fill('e');
  await page.locator('dialog .person').first().waitFor();
  await screen('add-friend');
  await closeDialog();
  await button(word.group).click();
  await page.locator('dialog .person').first().waitFor();
  await screen('new-group');
  await closeDialog();
  await page.getByRole('button', { name: word.menu }).click();
  await screen('menu');
  await button(word.password).click();
  await screen('password');
  await closeDialog();
}

for (const [kind, device] of Object.entries(sizes)) {
  for (const theme of ['light', 'dark']) {
    for (const language of ['en', 'zh-CN']) {
      const name = `${kind}-${theme}-${language.slice(0, 2)}`;
      test(`every screen is in order: ${name}`, () => walk(name, { ...device, theme, language }, words[language]));
    }
  }
}
