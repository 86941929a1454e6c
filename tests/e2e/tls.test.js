import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Person } from './support/person.js';
import { stage } from './support/stage.js';

const folder = mkdtempSync(join(tmpdir(), 'gochat-e2e-tls-'));
const [certificate, key] = ['chain.pem', 'key.pem'].map((name) => join(folder, name));
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc',
  '-days', '2', '-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key,
  '-out', certificate], { stdio: 'ignore' });
const on = stage(['--server.tls_certificate', certificate, '--server.tls_key', key]);
after(() => rmSync(folder, { recursive: true }));

test('the page is as good over TLS, and so is its socket', async () => {
  const device = await on.browser.device({ ownCertificate: true });
  const sockets = [];
  device.on('page', (page) => page.on('websocket', (socket) => sockets.push(socket.url())));
  const ada = await Person.opens(on.server, device, 'ada');
  await ada.register();
  await ada.open('World');
  await ada.send('nobody listens in');
  await ada.marked('nobody listens in', 'Sent');
  await ada.page.reload();
  await ada.isIn();
  await ada.seesExactly('nobody listens in');
  assert.deepEqual(sockets, Array(2).fill(`${on.server.url.replace('https:', 'wss:')}/ws`));
});
