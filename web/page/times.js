// Times as people read them, in their own zone.
import { language, t } from './text.js';

const formats = new Map();

function format(options, date) {
  const key = language() + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language(), options));
  return formats.get(key).format(date);
}

export function dayKey(ms) {
  const date = new Date(ms);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function daysAgo(ms, now) {
  const midnight = (at) => new Date(at).setHours(0, 0, 0, 0);
  return Math.round((midnight(now) - midnight(ms)) / 86_400_000);
}

export function clock(ms) {
  return format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }, new Date(ms));
}

export function fullTime(ms) {
  return format({ dateStyle: 'full', timeStyle: 'medium' }, new Date(ms));
}

export function dayName(ms, now = Date.now()) {
  const ago = daysAgo(ms, now);
  if (ago === 0) return t('today');
  if (ago === 1) return t('yesterday');
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  const options = { month: 'long', day: 'numeric', weekday: 'long' };
  return format(sameYear ? options : { ...options, year: 'numeric' }, new Date(ms));
}

// For a row of a list: as short as it can be and still be understood.
export function shortTime(ms, now = Date.now()) {
  const ago = daysAgo(ms, now);
  if (ago <= 0) return clock(ms);
  if (ago === 1) return t('yesterday');
  if (ago < 7) return format({ weekday: 'short' }, new Date(ms));
  const sameYear = new Date(ms).getFullYear() === new Date(now).getFullYear();
  return format(sameYear ? { month: 'short', day: 'numeric' }
    : { year: 'numeric', month: 'numeric', day: 'numeric' }, new Date(ms));
}
