// What the browser keeps. A browser may refuse to keep anything (private windows, full disks); then
// the page works on until it is closed.

export const prefix = 'gochat.';

function attempt(action, otherwise) {
  try {
    return action();
  } catch {
    return otherwise;
  }
}

// `area` is localStorage or sessionStorage, asked for by name: the mere property may throw.
export function kept(key, area = 'localStorage') {
  return attempt(() => globalThis[area].getItem(prefix + key), null);
}

export function keep(key, value, area = 'localStorage') {
  return attempt(() => (globalThis[area].setItem(prefix + key, value), true), false);
}

export function drop(key, area = 'localStorage') {
  attempt(() => globalThis[area].removeItem(prefix + key));
}

export function keptKeys(start, area = 'localStorage') {
  return attempt(() => Object.keys(globalThis[area])
    .filter((key) => key.startsWith(prefix + start))
    .map((key) => key.slice(prefix.length)), []);
}

export function keptJson(key, area = 'localStorage') {
  return attempt(() => JSON.parse(kept(key, area)), null);
}
