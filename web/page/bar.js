// The line that says why nothing moves, and when it will.
import { h } from './dom.js';
import { state } from './state.js';
import { t } from './text.js';

function reasonText() {
  const { phase, reason } = state.wire;
  if (phase === 'resting') return t(reason);
  if (phase === 'open') return state.synced ? '' : t('syncing');
  if (!navigator.onLine) return t('noNetwork');
  if (reason === 'restarting' || reason === 'overloaded') return t(reason);
  return phase === 'connecting' && !reason ? t('connecting') : phase === 'off' ? '' : t('waiting');
}

// `again` is called when somebody does not want to wait.
export function connectionBar(again) {
  const words = h('span', { role: 'status' });
  const count = h('span', { class: 'count', 'aria-hidden': 'true' });
  const button = h('button', { type: 'button', class: 'link', onclick: again });
  const element = h('div', { class: 'bar', hidden: true }, h('span', { class: 'pulse' }), words, count,
    button);
  let ticking = 0;

  const update = () => {
    const text = reasonText();
    const { phase, retryAt } = state.wire;
    element.hidden = text === '';
    if (words.textContent !== text) words.textContent = text;
    const seconds = Math.ceil((retryAt - Date.now()) / 1000);
    count.textContent = phase === 'waiting' && seconds > 1 ? t('waitingSeconds', { n: seconds }) : '';
    button.hidden = phase !== 'waiting' && phase !== 'resting';
    button.textContent = t(phase === 'resting' ? 'useHere' : 'tryNow');
    clearTimeout(ticking);
    if (phase === 'waiting' && element.isConnected) ticking = setTimeout(update, 500);
  };
  return { element, update };
}
