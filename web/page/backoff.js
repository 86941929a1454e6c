// How long to wait before the next try. Pure.

export const pauseFirstMs = 500;
export const pauseMaxMs = 20_000;

// Exponential with full jitter: after an outage everybody comes back spread over the whole pause.
export function pause(attempt, random = Math.random) {
  return random() * Math.min(pauseMaxMs, pauseFirstMs * 2 ** Math.min(attempt, 10));
}

const nextByCode = {
  1000: 'rest', 1012: 'now', 4000: 'now', 4001: 'now', 4002: 'auth', 4003: 'end', 4004: 'end',
  4005: 'rest', 4006: 'erased',
};

// What to do after a close: `now`, `backoff`, `auth` (with a new token), `end` (sign in again),
// `rest` (until it is used) or `erased`.
export function afterClose(code) {
  return nextByCode[code] ?? 'backoff';
}
