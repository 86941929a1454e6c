// The first thing people see: sign in, create an account, or look around as a guest.
import { signIn } from './account.js';
import { h, icon } from './dom.js';
import { preferenceRow } from './menu.js';
import { said, t } from './text.js';

function logo() {
  const mark = h('span', { class: 'logo', 'aria-hidden': 'true' });
  mark.append(icon('bubble'));
  return mark;
}

const refusals = {
  '/auth/login': { UNAUTHORIZED: 'wrongLogin', FORBIDDEN: 'disabled' },
  '/auth/register': { CONFLICT: 'nameTaken', FORBIDDEN: 'signUpClosed' },
  '/auth/guest': { FORBIDDEN: 'guestsClosed' },
};

function refusalText(path, { code, message }) {
  if (code === 'RATE_LIMITED') return t('tooOften');
  if (code === 'INVALID_PARAMS') {
    const field = ['nickname', 'password', 'username'].find((name) => message.includes(name));
    if (field) return t(`${field}Refused`);
  }
  const known = Object.hasOwn(refusals[path], code) && refusals[path][code];
  return known ? t(known) : said(message) || t('unreachable');
}

function passwordField(creating) {
  const input = h('input', {
    id: 'password', name: 'password', type: 'password', required: true, maxlength: 72,
    autocomplete: creating ? 'new-password' : 'current-password',
    minlength: creating ? 6 : null, 'aria-describedby': creating ? 'password-hint' : null,
  });
  const eye = h('button', {
    type: 'button', class: 'eye', 'aria-label': t('showPassword'), 'aria-pressed': 'false',
    onclick: () => {
      const hidden = input.type === 'password';
      input.type = hidden ? 'text' : 'password';
      eye.setAttribute('aria-label', t(hidden ? 'hidePassword' : 'showPassword'));
      eye.setAttribute('aria-pressed', String(hidden));
    },
  }, icon('eye'));
  return h('div', { class: 'field' },
    h('label', { for: 'password' }, t('password')),
    h('div', { class: 'with-eye' }, input, eye),
    creating ? h('p', { class: 'hint', id: 'password-hint' }, t('passwordHint')) : null);
}

function fields(creating) {
  return [
    h('div', { class: 'field' },
      h('label', { for: 'username' }, t('username')),
      h('input', {
        id: 'username', name: 'username', required: true, autocomplete: 'username',
        autocapitalize: 'none', spellcheck: 'false', maxlength: 64,
        'aria-describedby': creating ? 'username-hint' : null,
      }),
      creating ? h('p', { class: 'hint', id: 'username-hint' }, t('usernameHint')) : null),
    passwordField(creating),
    creating ? h('div', { class: 'field' },
      h('label', { for: 'nickname' }, t('nickname')),
      h('input', { id: 'nickname', name: 'nickname', autocomplete: 'nickname', maxlength: 64 })) : null,
  ];
}

// `done(user)` when somebody is signed in; `redraw` after another language was chosen.
export function signInScreen({ notice, creating, done, redraw }) {
  const complaint = h('p', { class: 'complaint', role: 'alert' }, notice ?? '');
  const remember = h('input', { type: 'checkbox', id: 'remember', checked: true });
  const submit = h('button', { type: 'submit', class: 'primary' }, t(creating ? 'signUp' : 'signIn'));

  const attempt = async (path, body, button) => {
    complaint.textContent = '';
    const label = button.textContent;
    button.disabled = true;
    button.textContent = t('working');
    try {
      done(await signIn(path, body, !remember.checked));
    } catch (failure) {
      complaint.textContent = refusalText(path, failure);
      button.disabled = false;
      button.textContent = label;
      form.querySelector('input').focus();
    }
  };

  const form = h('form', {
    method: 'post',
    onsubmit: (event) => {
      event.preventDefault();
      const { username, password, nickname } = form.elements;
      const body = { username: username.value.trim(), password: password.value };
      if (creating && nickname.value.trim()) body.nickname = nickname.value.trim();
      attempt(creating ? '/auth/register' : '/auth/login', body, submit);
    },
  }, fields(creating), complaint,
  h('label', { class: 'check', for: 'remember' }, remember, h('span', {}, t('remember'))), submit);

  const tab = (key, makes) => h('button', {
    type: 'button', class: 'tab', 'aria-pressed': String(makes === creating),
    onclick: () => redraw({ creating: makes }),
  }, t(key));

  const guest = h('button', {
    type: 'button', class: 'secondary', onclick: () => attempt('/auth/guest', {}, guest),
  }, t('asGuest'));

  return h('main', { class: 'welcome' },
    h('div', { class: 'card' },
      h('header', { class: 'brand' }, logo(), h('h1', {}, 'GoChat'), h('p', {}, t('tagline'))),
      h('div', { class: 'tabs' }, tab('signIn', false), tab('signUp', true)),
      form,
      h('p', { class: 'divider' }, h('span', {}, t('or'))),
      guest),
    h('footer', {}, preferenceRow(() => redraw({ creating }))));
}
