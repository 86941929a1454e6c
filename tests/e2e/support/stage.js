// The server, or a cluster of them, and the browser of one file of tests. After each test its devices are judged and closed.
import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import { Browser } from './browser.js';
import { Cluster } from './cluster.js';
import { Scene } from './scene.js';
import { Server } from './server.js';

const wiring = process.env.GOCHAT_E2E_CLUSTER ? Cluster : Server;

// `options` of the server: by default those that let a test say and sign in as much as it likes.
export function stage(options = ['--profile', 'bench']) {
  const it = {};
  before(async () => {
    it.browser = await Browser.launched();
    it.server = await wiring.started(options);
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
