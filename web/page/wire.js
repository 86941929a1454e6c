// The socket: opened with a token in its first frame, kept alive, and opened again for as long as
// somebody is signed in. Close codes and `bye` say what comes next.
import { endSession, freshToken } from './account.js';
import { afterClose, pause } from './backoff.js';
import { changed, state } from './state.js';

const protocol = 'gochat.v1.json';
const helloMaxMs = 10_000;
const pingEveryMs = 25_000;
const pongMaxMs = 10_000;
const pongOnReturnMaxMs = 4_000;
const askMaxMs = 15_000;
const steadyAfterMs = 10_000; // only then do the pauses begin anew

export class Wire {
  // `onFrame(type, data)` gets what the server says unasked, `onOpen(data)` each new connection.
  constructor({ onFrame, onOpen }) {
    this.onFrame = onFrame;
    this.onOpen = onOpen;
    this.socket = null;
    this.running = false;
    this.attempt = 0;
    this.life = 0; // counts connections, so that what belonged to an earlier one is recognised
    this.asked = new Map();
    this.askedCount = 0;
    addEventListener('online', () => this.wake());
    addEventListener('offline', () => changed());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.wake();
    });
  }

  start() {
    this.running = true;
    this.attempt = 0;
    this.connect();
  }

  stop() {
    this.running = false;
    clearTimeout(this.retryTimer);
    this.forget();
    this.show('off');
  }

  get open() {
    return state.wire.phase === 'open';
  }

  show(phase, reason = '', retryAt = 0) {
    state.wire = { phase, reason, retryAt };
    changed();
  }

  // Somebody looks at the page again, or the network is back.
  wake() {
    if (!this.running) return;
    if (state.wire.phase === 'waiting') {
      this.connect();
    } else if (this.open) {
      this.ping(pongOnReturnMaxMs);
    }
  }

  async connect() {
    clearTimeout(this.retryTimer);
    this.forget();
    const life = ++this.life;
    this.show('connecting', state.wire.reason);
    let token;
    try {
      token = await freshToken(this.refusedToken);
    } catch {
      // Whoever has no session any more was told so; all else is worth another try.
      if (life === this.life && this.running) this.retry('lost');
      return;
    }
    if (life !== this.life || !this.running) return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const socket = new WebSocket(`${scheme}://${location.host}/ws`, [protocol]);
    this.socket = socket;
    this.token = token;
    this.bye = null;
    this.deadline = setTimeout(() => this.lost(1006), helloMaxMs);
    socket.onopen = () => this.say('auth', { token });
    socket.onmessage = (event) => this.take(JSON.parse(event.data));
    socket.onclose = (event) => this.lost(event.code);
  }

  // Lets go of a socket without waiting for its end; a dead network would not bring one.
  forget() {
    clearTimeout(this.deadline);
    clearTimeout(this.pingTimer);
    clearTimeout(this.steadyTimer);
    for (const { reject } of this.asked.values()) reject(new Error('the connection was lost'));
    this.asked.clear();
    if (!this.socket) return;
    const socket = this.socket;
    this.socket = null;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  lost(code) {
    const bye = this.bye;
    this.forget();
    if (!this.running) return;
    const next = afterClose(bye?.code ?? code);
    if (next === 'end') return endSession('expired');
    if (next === 'erased') return endSession('erased');
    if (next === 'rest') return this.show('resting', code === 4005 ? 'elsewhere' : 'closed');
    this.refusedToken = next === 'auth' ? this.token : undefined;
    const said = bye?.code ?? code;
    const reason = said === 1012 ? 'restarting' : said === 1013 ? 'overloaded' : 'lost';
    const soon = (next === 'now' || next === 'auth') && this.attempt === 0;
    this.retry(reason, soon ? (bye?.afterMs ?? 0) + Math.random() * 250 : bye?.afterMs ?? 0, soon);
  }

  retry(reason, least = 0, soon = false) {
    const wait = soon ? least : Math.max(least, pause(this.attempt));
    this.attempt += 1;
    this.show('waiting', reason, Date.now() + wait);
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), wait);
  }

  take({ type, data, re }) {
    if (re && this.asked.has(re)) {
      const { resolve, reject, timer } = this.asked.get(re);
      this.asked.delete(re);
      clearTimeout(timer);
      return type === 'error' ? reject(Object.assign(new Error(data.code), data)) : resolve(data);
    }
    if (type === 'connected') {
      clearTimeout(this.deadline);
      this.refusedToken = undefined;
      this.steadyTimer = setTimeout(() => {
        this.attempt = 0;
      }, steadyAfterMs);
      this.show('open');
      this.schedulePing();
      return this.onOpen(data);
    }
    if (type === 'bye') {
      this.bye = data;
    } else {
      this.onFrame(type, data);
    }
  }

  say(type, data, id) {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(id ? { type, data, id } : { type, data }));
    return true;
  }

  // One answer to one question. Rejects with the server's error, or when none comes.
  ask(type, data, maxMs = askMaxMs) {
    return new Promise((resolve, reject) => {
      const id = `q${++this.askedCount}`;
      if (!this.open || !this.say(type, data, id)) return reject(new Error('not connected'));
      const timer = setTimeout(() => {
        this.asked.delete(id);
        reject(new Error('no answer'));
      }, maxMs);
      this.asked.set(id, { resolve, reject, timer });
    });
  }

  schedulePing() {
    clearTimeout(this.pingTimer);
    this.pingTimer = setTimeout(() => this.ping(pongMaxMs), pingEveryMs);
  }

  async ping(maxMs) {
    const life = this.life;
    this.schedulePing();
    try {
      const pong = await this.ask('ping', {}, maxMs);
      this.onFrame('pong', pong);
    } catch (failure) {
      const silent = failure.message === 'no answer';
      if (silent && life === this.life && this.open) this.lost(4001);
    }
  }
}
