// A cluster of a test's own, behind one address as a balancer gives it to people: what connects goes to a gateway that
// runs, to each in turn unless a test prefers one.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { call } from './api.js';
import { binary } from './server.js';

const launch = new URL('../../cluster/launch.py', import.meta.url).pathname;

// The same options as variables, which all processes of a cluster inherit.
function variables(options) {
  const named = {};
  for (let n = 0; n < options.length; n += 2) {
    const key = options[n] === '--profile' ? 'server.profile' : options[n].slice(2);
    named[`GOCHAT_${key.replaceAll('.', '_').toUpperCase()}`] = options[n + 1];
  }
  return named;
}

export class Cluster {
  constructor(options) {
    this.folder = mkdtempSync(join(tmpdir(), 'gochat-e2e-cluster-'));
    this.environment = { ...process.env, ...variables(options) };
    this.balancer = createServer((client) => this.lead(client, this.inTurn()));
    this.open = new Set();
    this.turn = 0;
  }

  static async started(options = []) {
    const cluster = new Cluster(options);
    await cluster.launch('up');
    const note = JSON.parse(readFileSync(join(cluster.folder, 'cluster.json'), 'utf8'));
    cluster.gateways = note.urls.map((url, n) => ({
      port: Number(new URL(url).port), pid: note.processes.find(({ name }) => name === `gateway-${n + 1}`).pid,
    }));
    cluster.balancer.listen(0, '127.0.0.1');
    await once(cluster.balancer, 'listening');
    cluster.url = `http://127.0.0.1:${cluster.balancer.address().port}`;
    return cluster;
  }

  launch(verb) {
    return promisify(execFile)(launch, [verb, '--binary', binary, '--folder', this.folder], { env: this.environment });
  }

  // Who connects from now on comes to this gateway while it runs.
  prefer(gateway) {
    this.preferred = gateway;
  }

  inTurn() {
    const first = this.preferred ? this.gateways.indexOf(this.preferred) : this.turn++ % this.gateways.length;
    return [...this.gateways.slice(first), ...this.gateways.slice(0, first)];
  }

  lead(client, [gateway, ...others]) {
    if (!gateway) {
      client.destroy();
      return;
    }
    const server = connect(gateway.port, '127.0.0.1');
    const refused = () => this.lead(client, others);
    server.once('error', refused);
    server.once('connect', () => {
      server.off('error', refused);
      this.join(client, server);
    });
  }

  join(client, server) {
    for (const [one, other] of [[client, server], [server, client]]) {
      this.open.add(one);
      one.on('error', () => {}).once('close', () => {
        this.open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  }

  kill(gateway) {
    process.kill(gateway.pid, 'SIGKILL');
  }

  async dispose() {
    this.balancer.close();
    for (const one of this.open) one.destroy();
    await this.launch('down');
    rmSync(this.folder, { recursive: true, force: true });
  }

  call(method, path, body, token) {
    return call(this.url, method, path, body, token);
  }
}
