// Draws the README's picture of the page: node tests/e2e/picture.js; then pngquant makes it small.
import { mkdirSync } from 'node:fs';
import { Browser } from './support/browser.js';
import { Person } from './support/person.js';
import { lively } from './support/scene.js';
import { Server } from './support/server.js';

const folder = new URL('../../docs/images/', import.meta.url).pathname;
const group = 'Weekend hikers';

async function inGroup(person) {
  await person.room(group).click();
  await person.page.locator('.row').first().waitFor();
}

const composed = (desk, phone) => `<body style="margin:0;background:#fff">
  <div id="all" style="position:relative;width:1230px;height:650px;padding:10px;box-sizing:border-box">
    <img src="data:image/png;base64,${desk.toString('base64')}" style="width:935px;border-radius:12px;
      box-shadow:0 0 0 1px #d5dcd9">
    <img src="data:image/png;base64,${phone.toString('base64')}" style="position:absolute;right:10px;bottom:10px;
      width:270px;border-radius:22px;box-shadow:0 0 0 6px #232b29,0 6px 24px #0006">
  </div>`;

const [server, browser] = await Promise.all([Server.started(['--profile', 'bench']), Browser.launched()]);
await lively(server);
const ada = await Person.comes(server, browser, 'ada', { size: { width: 1120, height: 730 } });
const bob = await Person.comes(server, browser, 'bob');
await inGroup(bob);
const phone = { size: { width: 360, height: 740 }, touch: true, theme: 'dark', language: 'zh-CN' };
const friend = await Person.comes(server, browser, 'xiaoming', phone);
await Promise.all([inGroup(ada), inGroup(friend)]);
await bob.composer.pressSequentially('On my way');
await Promise.all([ada, friend].map((one) => one.page.locator('.under', { hasText: 'Bob Marlowe' }).waitFor()));
const pictures = await Promise.all([ada, friend].map((one) => one.page.screenshot()));
const sheet = await (await browser.device({ size: { width: 1230, height: 650 } })).newPage();
await sheet.setContent(composed(...pictures));
mkdirSync(folder, { recursive: true });
await sheet.locator('#all').screenshot({ path: `${folder}page.png` });
await browser.dispose();
await server.dispose();
