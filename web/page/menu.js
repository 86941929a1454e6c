// Language and theme, as rows of choices.
import { h } from './dom.js';
import { chooseLanguage, chooseTheme, theme } from './preferences.js';
import { language, t } from './text.js';

function choices(label, options, chosen, choose) {
  return h('div', { class: 'choices', role: 'group', 'aria-label': label },
    options.map(([value, name]) => h('button', {
      type: 'button', 'aria-pressed': String(value === chosen), onclick: () => choose(value),
      lang: value === 'zh-CN' ? 'zh-CN' : value === 'en' ? 'en' : null,
    }, name)));
}

export function languageChoices(redraw) {
  return choices(t('language'), [['en', 'English'], ['zh-CN', '中文']], language(), (code) => {
    chooseLanguage(code);
    redraw();
  });
}

export function themeChoices(redraw) {
  const options = ['system', 'light', 'dark'].map((name) => [name, t(name)]);
  return choices(t('theme'), options, theme(), (name) => {
    chooseTheme(name);
    redraw();
  });
}

export function preferenceRow(redraw) {
  return h('div', { class: 'preferences' }, languageChoices(redraw), themeChoices(redraw));
}
