// The menu: who one is, how the page looks, the password, the way out.
import { call, updateUser } from './account.js';
import { closeDialogs, field, openDialog, personFace, submitForm } from './dialog.js';
import { h } from './dom.js';
import { languageChoices, themeChoices } from './menu.js';
import { state } from './state.js';
import { t } from './text.js';

function nameDialog(redraw) {
  const name = field(t('displayName'), {
    id: 'nickname', maxlength: 64, autocomplete: 'nickname', value: state.me.nickname,
  });
  const input = name.querySelector('input');
  openDialog(t('changeName'), submitForm(t('save'), async () => {
    const me = await call('PUT', '/users/profile', { nickname: input.value.trim() });
    updateUser(me);
    Object.assign(state.me, me);
    state.names.set(me.userId, me.nickname || me.username);
    closeDialogs();
    redraw();
  }, name));
  input.select();
}

const passwordRefusals = {
  FORBIDDEN: 'wrongPassword', INVALID_PARAMS: 'passwordRefused', RATE_LIMITED: 'tooOften',
};

function passwordDialog() {
  const old = field(t('oldPassword'), {
    id: 'old-password', type: 'password', required: true, maxlength: 72, autocomplete: 'current-password',
  });
  const fresh = field(t('newPassword'), {
    id: 'new-password', type: 'password', required: true, minlength: 6, maxlength: 72,
    autocomplete: 'new-password', 'aria-describedby': 'new-password-hint',
  });
  fresh.append(h('p', { class: 'hint', id: 'new-password-hint' }, t('newPasswordHint')));
  const said = h('p', { role: 'status' });
  const form = submitForm(t('changePassword'), async () => {
    await call('PUT', '/auth/password', {
      oldPassword: old.querySelector('input').value, newPassword: fresh.querySelector('input').value,
    }).catch(({ code, message }) => {
      throw new Error(Object.hasOwn(passwordRefusals, code) ? t(passwordRefusals[code]) : message);
    });
    said.textContent = t('passwordChanged');
    form.remove();
  },
  // Where password managers look for the name that the password belongs to.
  h('input', { autocomplete: 'username', value: state.me.username, hidden: true, readonly: true }),
  old, fresh);
  openDialog(t('changePassword'), form, said);
  old.querySelector('input').focus();
}

export function menuDialog({ redraw, signOut }) {
  const { me } = state;
  const again = () => {
    closeDialogs();
    redraw();
    menuDialog({ redraw, signOut });
  };
  const entry = (text, opens) => h('button', {
    type: 'button', class: 'secondary',
    onclick: () => {
      closeDialogs();
      opens();
    },
  }, text);
  openDialog(t('settings'),
    h('div', { class: 'person' }, personFace(me)),
    me.isGuest ? h('p', { class: 'hint note' }, t('guestLimits')) : null,
    h('h3', {}, t('language')), languageChoices(again),
    h('h3', {}, t('theme')), themeChoices(again),
    h('footer', { class: 'entries' },
      me.isGuest ? null : entry(t('changeName'), () => nameDialog(redraw)),
      me.isGuest ? null : entry(t('changePassword'), passwordDialog),
      h('button', { type: 'button', class: 'secondary danger', onclick: signOut }, t('signOut'))));
}
