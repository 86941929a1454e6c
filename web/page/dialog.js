// What opens above the page: a <dialog>, so the browser keeps the focus inside and Escape closes it.
import { avatar } from './avatar.js';
import { h, iconButton } from './dom.js';
import { state } from './state.js';
import { said, t } from './text.js';

let opened = 0; // one may stand above another, and each has its own title

export function openDialog(title, ...content) {
  const close = () => dialog.close();
  const id = `dialog-${++opened}`;
  const dialog = h('dialog', { class: 'dialog', 'aria-labelledby': id },
    h('header', {}, h('h2', { id }, title), iconButton('close', t('close'), close)),
    content);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) close();
  });
  document.querySelector('#layer').append(dialog);
  dialog.showModal();
  return dialog;
}

export function closeDialogs() {
  document.querySelectorAll('#layer dialog').forEach((dialog) => dialog.close());
}

export function confirmDialog(title, text, action, confirmed) {
  const dialog = openDialog(title, h('p', {}, text), h('footer', {},
    h('button', { type: 'button', class: 'secondary', onclick: () => dialog.close() }, t('cancel')),
    h('button', {
      type: 'button', class: 'primary danger',
      onclick: () => {
        dialog.close();
        confirmed();
      },
    }, action)));
}

export function tellDialog(title, text) {
  openDialog(title, h('p', {}, text));
}

export function complaintLine() {
  return h('p', { class: 'complaint', role: 'alert' });
}

export function complain(line, failure) {
  line.textContent = said(failure.message) || t('unreachable');
}

// Its button rests while the action runs; what the action throws is shown above it.
export function submitForm(label, action, ...content) {
  const complaint = complaintLine();
  const submit = h('button', { type: 'submit', class: 'primary' }, label);
  return h('form', {
    method: 'post',
    onsubmit: async (event) => {
      event.preventDefault();
      submit.disabled = true;
      complaint.textContent = '';
      try {
        await action();
      } catch (failure) {
        complain(complaint, failure);
        submit.disabled = false;
      }
    },
  }, content, complaint, h('footer', {}, submit));
}

export function field(label, properties) {
  return h('div', { class: 'field' }, h('label', { for: properties.id }, label), h('input', properties));
}

function personText({ nickname, username }) {
  return h('span', { class: 'person-text' }, h('bdi', {}, nickname || username),
    h('span', { class: 'hint' }, `@${username}`));
}

export function personFace(person) {
  const name = person.nickname || person.username;
  const online = person.userId !== state.me.userId && state.online.get(person.userId);
  return [avatar({ name, key: person.userId, type: 'single', online }), personText(person)];
}
