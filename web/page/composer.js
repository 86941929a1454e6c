// Where people write. Enter sends, Shift+Enter begins a line, and an Enter that an input method uses
// to choose its words is left to it.
import { h, icon } from './dom.js';
import { state } from './state.js';
import { t } from './text.js';
import { draft, keepDraft } from './unsent.js';

const typingEveryMs = 3_000;
const heightMaxPx = 160;

// Safari ends the composition before the key that ended it comes; its key code tells.
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

export function composer({ send, tellTyping }) {
  let roomId = null;
  let toldAt = 0;
  const input = h('textarea', {
    class: 'write', rows: 1, enterkeyhint: 'send', dir: 'auto', 'aria-label': t('message'),
    oninput: () => {
      keepDraft(roomId, input.value);
      fit();
      const now = Date.now();
      if (input.value && now - toldAt > typingEveryMs) {
        toldAt = now;
        tellTyping(true);
      }
    },
    onblur: () => rest(),
    onkeydown: (event) => {
      if (event.key !== 'Enter' || event.shiftKey || isComposing(event)) return;
      event.preventDefault();
      submit();
    },
  });
  const excess = h('span', { class: 'excess', role: 'status' });
  const button = h('button', {
    type: 'submit', class: 'send', 'aria-label': t('send'), title: t('send'),
  }, icon('send'));
  const element = h('form', {
    class: 'composer', method: 'post',
    onsubmit: (event) => {
      event.preventDefault();
      submit();
    },
  }, h('div', { class: 'write-box' }, input, excess), button);

  const over = () => [...input.value.trim()].length - state.limits.contentCodePoints;

  const fit = () => {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, heightMaxPx)}px`;
    const tooMany = over();
    excess.textContent = tooMany > 0 ? t('tooLong', { n: tooMany }) : '';
    button.disabled = input.value.trim() === '' || tooMany > 0;
  };

  const rest = () => {
    if (!toldAt) return;
    toldAt = 0;
    tellTyping(false);
  };

  const submit = () => {
    const content = input.value.trim();
    if (!content || over() > 0) return;
    input.value = '';
    keepDraft(roomId, '');
    fit();
    rest();
    send(content);
    input.focus();
  };

  const show = (room, name) => {
    if (room.id === roomId) return;
    rest();
    roomId = room.id;
    input.value = draft(roomId);
    input.placeholder = t('write', { name });
    input.setAttribute('aria-label', t('write', { name }));
    fit();
  };
  return { element, show, focus: () => input.focus() };
}
