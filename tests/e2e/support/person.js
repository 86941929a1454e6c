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

  async register(nickname = '') {
    await this.button('Create account').first().click();
    await this.page.getByLabel('Username').fill(this.name);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    if (nickname) await this.page.getByLabel('Display name (optional)').fill(nickname);
    await this.page.locator('form .primary').click();
    await this.isIn();
  }

  async signIn() {
    await this.page.getByLabel('Username').fill(this.name);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.page.getByLabel('Password', { exact: true }).press('Enter');
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

  async sees(text) {
    await this.bubble(text).waitFor();
  }

  // All that stands in the open conversation, in order.
  async contents() {
    return this.page.locator('.row .content').allInnerTexts();
  }

  async seesExactly(...texts) {
    await this.sees(texts.at(-1));
    assert.deepEqual(await this.contents(), texts);
  }
}
