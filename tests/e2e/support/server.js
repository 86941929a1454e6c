// A server of a test's own, which the test may kill and start again on the same address and store.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { call } from './api.js';

export const binary = process.env.GOCHAT_BINARY
  ?? new URL('../../../build/release/gochat', import.meta.url).pathname;

export class Server {
  constructor(options = []) {
    this.folder = mkdtempSync(join(tmpdir(), 'gochat-e2e-'));
    this.listen = '127.0.0.1:0';
    this.options = options;
  }

  static async started(options) {
    const server = new Server(options);
    await server.start();
    return server;
  }

  async start() {
    this.lines = [];
    this.process = spawn(binary, ['serve', '--listen', this.listen,
      '--internal-listen', '127.0.0.1:0', '--data', join(this.folder, 'store'), ...this.options],
    { stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stderr.on('data', (text) => this.lines.push(String(text)));
    this.exited = once(this.process, 'exit');
    const ready = new Promise((resolve, reject) => {
      createInterface({ input: this.process.stdout }).on('line', (line) => {
        this.lines.push(line);
        if (line.includes('"msg":"ready"')) resolve(JSON.parse(line).url);
      });
      this.exited.then(([status]) => reject(
        new Error(`the server ended with status ${status}:\n${this.lines.slice(-20).join('\n')}`)));
    });
    this.url = await ready;
    this.listen = new URL(this.url).host;
  }

  async kill() {
    this.process.kill('SIGKILL');
    await this.exited;
  }

  // Drains and ends; anything but a clean end is an error.
  async stop() {
    this.process.kill('SIGTERM');
    const [status] = await this.exited;
    if (status !== 0) throw new Error(`the server drained with status ${status}`);
  }

  async dispose() {
    if (this.process.exitCode === null && this.process.signalCode === null) await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  call(method, path, body, token) {
    return call(this.url, method, path, body, token);
  }
}
