// A person in front of the page: finds things by what they are called, as people do.
import assert from 'node:assert/strict';

export const password = 'correct horse battery';

export class Person {
  constructor(server, context, page, name) {
    Object.assign(this, { server, context, page, name });
    this.composer = page.locator('.write');
    this.bar = page.locator('.bar');
  }

  // Somebody new, on a device of their own, at the first screen.
  static async arrives(server, browser, name, options) {
    const context = await browser.device(options);
    return Person.opens(server, context, name);
  }

  static async opens(server, context, name) {
    const person = new Person(server, context, await context.newPage(), name);
    await person.page.goto(server.url);
    return person;
  }

  static async registers(server, browser, name, options) {
    const person = await Person.arrives(server, browser, name, options);
    await person.register();
    return person;
  }

  button(name, exact = true) {
    return this.page.getByRole('button', { name, exact });
  }

  // Somebody who has an account already.
  static async comes(server, browser, name, options) {
    const person = await Person.arrives(server, browser, name, options);
    await person.signIn();
    return person;
  }

  async register(nickname = '') {
    await this.button('Create account').first().click();
    await this.page.getByLabel('Username').fill(this.name);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    if (nickname) await this.page.getByLabel('Display name (optional)').fill(nickname);
    await this.page.locator('form .primary').click();
    await this.isIn();
  }

  async signIn() {
    await this.page.locator('#username').fill(this.name);
    await this.page.locator('#password').fill(password);
    await this.page.locator('#password').press('Enter');
    await this.isIn();
  }

  // Signed in, and everything there was is known.
  async isIn() {
    await this.page.locator('.messenger').waitFor();
    await this.bar.waitFor({ state: 'hidden' });
  }

  room(name) {
    return this.page.locator('.room', { has: this.page.locator('.room-name', { hasText: name }) });
  }

  async open(name) {
    await this.room(name).click();
    await this.page.locator('.chat-title h2', { hasText: name }).waitFor();
  }

  async send(text) {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  bubble(text) {
    return this.page.locator('.row', { has: this.page.getByText(text, { exact: true }) });
  }

  // What stands at a message of one's own: Sent, Delivered, Read, Not sent, Waiting to be sent.
  async marked(text, mark) {
    await this.bubble(text).locator('.mark', { hasText: mark }).waitFor();
  }

  async titled(title) {
    await this.page.waitForFunction((wanted) => document.title === wanted, title);
  }

  async sees(text) {
    await this.bubble(text).waitFor();
  }

  // All that stands in the open conversation, in order.
  async contents() {
    return this.page.locator('.row .content').allInnerTexts();
  }

  async seesExactly(...texts) {
    for (const text of texts) await this.sees(text);
    assert.deepEqual(await this.contents(), texts);
  }
}
