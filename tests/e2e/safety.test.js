// Whatever people write is shown and nothing more. The watch of support/browser.js tells what a page
// did beyond that; the first tests show that it would.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Person } from './support/person.js';
import { stage } from './support/stage.js';

const on = stage();

const corpus = [
  '<script>alert(1)</script>',
  '</script><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '</title><script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<svg onload=alert(1)>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  '<details open ontoggle=alert(1)>',
  '<math href="javascript:alert(1)">x</math>',
  '<a href="javascript:alert(1)">x</a>',
  '"><img src=x onerror=alert(1)>',
  '\' autofocus onfocus=alert(1) x=\'',
  '" style="background:url(https://example.invalid/x)" x="',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '${alert(1)} {{constructor.constructor("alert(1)")()}}',
  '&lt;script&gt;alert(1)&lt;/script&gt; &#x3c;img src=x onerror=alert(1)&#x3e;',
  '\u202e<script>alert(1)</script>\u202c',
  '__proto__ constructor hasOwnProperty',
];
const urls = ['javascript:alert(1)', 'https://example.invalid/a.png', 'data:image/svg+xml,<svg onload="alert(1)"/>',
  'x" onerror="alert(1)'];

// Elements that only markup out of a text could have made.
async function assertOnlyText(person) {
  const made = await person.page.evaluate(() => [...document.querySelectorAll(
    '#app :is(img,script,iframe,object,embed,link,style,math,animate,base,form[action],details),'
    + '#layer :is(img,script,iframe,object,embed,link,style,math,animate,base,details)')]
    .concat([...document.querySelectorAll('#app *, #layer *')].filter((element) => [...element.attributes]
      .some(({ name, value }) => name.startsWith('on') || (name === 'href' && !value.startsWith('http')))))
    .map((element) => element.outerHTML));
  assert.deepEqual(made, []);
}

async function problemsOf(context, count) {
  while (context.problems.length < count) {
    await new Promise((resolve) => { context.onProblem = resolve; });
  }
  return context.problems.splice(0);
}

test('the watch sees a script that the policy refuses', async () => {
  const context = await on.browser.device();
  const page = await context.newPage();
  await page.route('**/', async (route) => {
    const answer = await route.fetch();
    const body = (await answer.text()).replace('<div id="app">', '<img src="data:," onerror="alert(1)"><div id="app">');
    await route.fulfill({ response: answer, body });
  });
  await page.goto(on.server.url);
  const [told] = await problemsOf(context, 1);
  assert.match(told, /script-src-attr refused inline/);
});

test('the watch sees a dialog, an exception and another host, where no policy refuses them', async () => {
  const context = await on.browser.device();
  const page = await context.newPage();
  await page.route('**/', (route) => route.fulfill({ contentType: 'text/html', body:
    '<script>alert("out"); fetch("http://example.invalid/").catch(() => {}); throw new Error("loud")</script>' }));
  await page.route('http://example.invalid/', (route) => route.abort());
  await page.goto(on.server.url);
  const told = (await problemsOf(context, 3)).sort();
  assert.match(told[0], /^asked http:\/\/example\.invalid/);
  assert.match(told[1], /^opened a dialog: out/);
  assert.match(told[2], /^threw Error: loud/);
});

test('markup in messages is shown as it was written', async () => {
  await on.scene.person('ada');
  await on.scene.person('eve');
  const conversationId = await on.scene.friends('ada', 'eve');
  await on.scene.says('eve', conversationId, ...corpus);
  const ada = await Person.comes(on.server, on.browser, 'ada');
  await ada.open('eve');
  await ada.seesExactly(...corpus);
  await assertOnlyText(ada);
  for (const text of corpus.slice(0, 6)) {
    await ada.send(text);
    await ada.page.locator('.row.own .content').getByText(text, { exact: true }).waitFor();
  }
  await assertOnlyText(ada);
  assert.match(await ada.page.title(), /^(\(\d+\) )?GoChat$/);
});

test('markup in names of people and groups is shown as it was written', async () => {
  await on.scene.person('bob');
  const bob = await Person.comes(on.server, on.browser, 'bob');
  let groupsMade = 0;
  for (const [index, text] of corpus.entries()) {
    const name = `guest_${index}`;
    const user = await on.scene.person(name);
    const wanted = [...text].slice(0, 30).join('');
    const avatar = urls[index % urls.length];
    await on.scene.as(name, 'PUT', '/users/profile', { nickname: wanted }).catch(refused);
    await on.scene.as(name, 'PUT', '/users/profile', { avatar }).catch(refused);
    await on.scene.as(name, 'PUT', '/users/profile', { email: `${wanted}@example.org` }).catch(refused);
    await on.scene.as(name, 'POST', '/friends', { friendId: on.scene.idOf('bob') });
    const others = index > 0 ? ['bob', `guest_${index - 1}`] : ['bob'];
    await on.scene.group(name, wanted, ...others).then((group) => {
      groupsMade += 1;
      return furnish(name, group, { text, avatar, said: `from ${user.userId}` });
    }, refused);
  }
  assert.ok(groupsMade > corpus.length / 2);
  await bob.page.reload();
  await bob.isIn();
  assert.equal(await bob.page.locator('.room').count(), corpus.length + groupsMade + 1);
  await assertOnlyText(bob);
  const groups = bob.page.locator('.room', { hasText: 'from ' });
  for (let index = 0; index < await groups.count(); index += 1) await visit(bob, groups.nth(index));
  for (const dialog of ['New group', 'Add a friend']) {
    await bob.button(dialog).click();
    if (dialog === 'Add a friend') {
      await bob.page.getByLabel('Username').fill('guest');
      await bob.page.locator('dialog .person').first().waitFor();
    }
    await assertOnlyText(bob);
    await bob.page.keyboard.press('Escape');
  }
});

function refused(failure) {
  assert.match(failure.message, /INVALID_PARAMS/);
}

// Whatever else a group holds; bob is an admin of it, so that the page lets him manage somebody.
async function furnish(owner, conversationId, { text, avatar, said }) {
  const path = `/groups/${conversationId.replace('group_', '')}`;
  await on.scene.as(owner, 'PUT', path, { description: text }).catch(refused);
  await on.scene.as(owner, 'PUT', path, { avatar }).catch(refused);
  await on.scene.as(owner, 'PUT', `${path}/members/${on.scene.idOf('bob')}`, { role: 2 });
  await on.scene.says(owner, conversationId, said);
}

async function visit(person, room) {
  const dialogs = person.page.getByRole('dialog');
  const leaves = async (left) => {
    while (await dialogs.count() > left) {
      const before = await dialogs.count();
      await person.page.keyboard.press('Escape');
      await dialogs.nth(before - 1).waitFor({ state: 'detached' });
    }
  };
  await room.click();
  await person.page.locator('.row').first().waitFor();
  await person.button('Group details').click();
  await person.page.locator('dialog .person').nth(2).waitFor();
  await assertOnlyText(person);
  await person.button('Leave group').click();
  await assertOnlyText(person);
  await leaves(1);
  const manage = person.page.locator('dialog li.person button');
  if (await manage.count() > 0) {
    await manage.first().click();
    await dialogs.last().getByRole('button', { name: 'Remove from group', exact: true }).click();
    await assertOnlyText(person);
  }
  await leaves(0);
}

test('markup in a username is refused in words', async () => {
  const cat = await Person.arrives(on.server, on.browser, 'x');
  for (const text of corpus) {
    await cat.button('Create account').first().click();
    await cat.page.locator('#username').fill([...text].slice(0, 20).join(''));
    await cat.page.locator('#password').fill('long enough');
    await cat.page.locator('form .primary').click();
    await cat.page.locator('.complaint', { hasText: /\S/ }).waitFor();
    await assertOnlyText(cat);
  }
});

test('markup in what the server says is shown as it was said', async () => {
  const dan = await Person.arrives(on.server, on.browser, 'dan');
  for (const text of corpus) {
    await dan.page.route('**/auth/login', (route) => route.fulfill({
      status: 401, contentType: 'application/problem+json',
      body: JSON.stringify({ success: false, code: text, message: text }),
    }), { times: 1 });
    await dan.page.locator('#username').fill('dan');
    await dan.page.locator('#password').fill('long enough');
    await dan.page.locator('#password').press('Enter');
    await dan.page.locator('.complaint').getByText(text, { exact: true }).waitFor();
    await assertOnlyText(dan);
  }
});

test('markup in what the browser kept is shown as it was kept', async () => {
  const ed = await Person.registers(on.server, on.browser, 'edd');
  const userId = await ed.page.evaluate(() => JSON.parse(localStorage.getItem('gochat.session')).user.userId);
  await ed.page.evaluate(([user, texts]) => {
    texts.forEach((content, at) => localStorage.setItem(`gochat.unsent.${user}.x${at}`, JSON.stringify(
      { clientMsgId: `x${at}`, conversationId: 'world', content, at: at + 1, failed: content })));
    localStorage.setItem(`gochat.draft.${user}.world`, JSON.stringify(texts[1]));
    localStorage.setItem('gochat.language', texts[0]);
    localStorage.setItem('gochat.theme', texts[0]);
    const session = JSON.parse(localStorage.getItem('gochat.session'));
    session.user.nickname = texts[4];
    localStorage.setItem('gochat.session', JSON.stringify(session));
  }, [userId, corpus]);
  await ed.page.reload();
  await ed.isIn();
  await ed.open('World');
  await ed.seesExactly(...corpus);
  assert.equal(await ed.composer.inputValue(), corpus[1]);
  await assertOnlyText(ed);
});

test('links are links, and open without a way back', async () => {
  const fay = await Person.registers(on.server, on.browser, 'fay');
  await fay.open('World');
  await fay.send('see https://example.org/a_(b)?q=1#x, or http://127.0.0.1/路 或 https://例子.测试/x。');
  await fay.send('not javascript:alert(1) nor https://user@evil.example/ nor ftp://x.y nor data:text/html,x');
  await fay.page.locator('.row .content', { hasText: 'not javascript' }).waitFor();
  const links = await fay.page.locator('.row a').evaluateAll((all) => all.map(
    ({ href, rel, target, textContent }) => ({ href, rel, target, textContent })));
  assert.deepEqual(links.map(({ href }) => href), ['https://example.org/a_(b)?q=1#x',
    'http://127.0.0.1/', ...links.slice(2).map(({ href }) => href)]);
  assert.ok(links.every(({ href }) => /^https?:/.test(href)));
  assert.ok(links.every(({ rel }) => rel === 'noopener noreferrer nofollow'));
  assert.ok(links.every(({ target }) => target === '_blank'));
  assert.ok(links.every(({ textContent }) => !textContent.includes('user@')));
  const opened = fay.context.waitForEvent('page');
  await fay.context.route('https://example.org/**', (route) => route.fulfill({ body: 'elsewhere' }));
  await fay.page.locator('.row a').first().click();
  const elsewhere = await opened;
  await elsewhere.waitForLoadState();
  assert.equal(await elsewhere.evaluate(() => globalThis.opener), null);
  fay.context.problems = fay.context.problems.filter((told) => !told.startsWith('asked https://example.org/'));
});

test('the page is small and comes from one place', async () => {
  const answer = await fetch(on.server.url, { headers: { 'Accept-Encoding': 'gzip' } });
  assert.ok(Number(answer.headers.get('content-length')) <= 60 * 1024);
  const policy = answer.headers.get('content-security-policy');
  for (const part of ["default-src 'none'", "connect-src 'self'", "frame-ancestors 'none'"]) {
    assert.ok(policy.includes(part), part);
  }
  assert.ok(!policy.includes('unsafe'), policy);
});
