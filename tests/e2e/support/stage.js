// The server and the browser of one file of tests. After each test its devices are judged and closed.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { Browser } from './browser.js';
import { Scene } from './scene.js';
import { Server } from './server.js';

// `options` of the server: by default those that let a test say and sign in as much as it likes.
export function stage(options = ['--profile', 'bench']) {
  const it = {};
  before(async () => {
    [it.server, it.browser] = await Promise.all([Server.started(options), Browser.launched()]);
    it.scene = new Scene(it.server);
  });
  afterEach(async () => {
    const devices = it.browser.engine.contexts();
    const problems = devices.flatMap((device) => device.problems);
    await Promise.all(devices.map((device) => device.close()));
    assert.deepEqual(problems, []);
  });
  after(async () => {
    await it.browser?.dispose();
    await it.server?.dispose();
  });
  return it;
}
