// Language and theme: the system's, until somebody chooses.
import { drop, keep, kept } from './keep.js';
import { language, setLanguage } from './text.js';

const systemDark = matchMedia('(prefers-color-scheme: dark)');

export function theme() {
  const chosen = kept('theme');
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

function applyTheme() {
  const chosen = theme();
  const root = document.documentElement;
  root.dataset.theme = chosen === 'system' ? (systemDark.matches ? 'dark' : 'light') : chosen;
  const color = getComputedStyle(root).getPropertyValue('--side').trim();
  document.querySelector('meta[name="theme-color"]').content = color;
}

export function chooseTheme(name) {
  if (name === 'system') {
    drop('theme');
  } else {
    keep('theme', name);
  }
  applyTheme();
}

export function chooseLanguage(code) {
  keep('language', code);
  setLanguage(code);
  document.documentElement.lang = language();
}

export function applyPreferences() {
  setLanguage(kept('language') ?? navigator.language ?? 'en');
  document.documentElement.lang = language();
  applyTheme();
  systemDark.addEventListener('change', applyTheme);
}
