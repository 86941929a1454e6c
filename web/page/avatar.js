// Initials on a colour that stays with the name.
import { h, icon } from './dom.js';

const hues = 10;

// The class that brings the colour.
export function hueClass(key) {
  let sum = 7;
  for (const char of key) sum = (sum * 31 + char.codePointAt(0)) % 1_000_003;
  return `hue-${sum % hues}`;
}

// One character of a script that writes words in one, two letters of the others.
export function initials(name) {
  const characters = [...name.trim()];
  if (characters.length === 0) return '?';
  if (characters[0].codePointAt(0) > 0x2e7f) return characters[0];
  const words = name.trim().split(/[\s_.-]+/u).filter(Boolean);
  const second = words.length > 1 ? [...words[1]][0] : '';
  return ([...(words[0] ?? name)][0] + second).toUpperCase();
}

export function avatar({ name, key, type, online }, size = '') {
  const picture = h('span', {
    class: `avatar ${type === 'world' ? 'hue-world' : hueClass(key || name)} ${size}`, 'aria-hidden': 'true',
  });
  if (type === 'world') {
    picture.append(icon('globe'));
  } else {
    picture.append(h('span', { class: 'initials' }, initials(name)));
  }
  if (online) picture.append(h('span', { class: 'online-dot' }));
  return picture;
}
