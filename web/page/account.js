// Who is signed in. The short token is only in memory; the refresh token, which each use replaces, is
// in the browser's storage, for this tab or for the device. Calls to the API are made here.
import { drop, keep, keptJson, prefix } from './keep.js';
import { language } from './text.js';

const root = '/api/v1';
const record = 'session';
// Before the token's end, so that it does not end on its way.
const spareMs = 30_000;
const callMaxMs = 15_000;

export class CallFailed extends Error {
  constructor(status, body = {}) {
    super(body.message ?? '');
    this.status = status; // 0: there was no answer
    this.code = body.code ?? '';
  }
}

let token = null; // {text, until}
let refreshing = null;
let ended = () => {};

function keptSession() {
  return keptJson(record, 'sessionStorage') ?? keptJson(record);
}

function keepSession(session) {
  const area = session.thisTab ? 'sessionStorage' : 'localStorage';
  keep(record, JSON.stringify(session), area);
}

function dropSession() {
  token = null;
  if (keptJson(record, 'sessionStorage')) {
    drop(record, 'sessionStorage');
  } else {
    drop(record);
  }
}

async function request(method, path, { body, bearer, key }) {
  const headers = { 'Accept-Language': language() };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (bearer) headers.Authorization = `Bearer ${bearer}`;
  if (key) headers['Idempotency-Key'] = key;
  let response;
  let answer;
  try {
    response = await fetch(root + path, {
      method, headers, cache: 'no-store', credentials: 'omit',
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(callMaxMs),
    });
    answer = await response.json();
  } catch {
    throw new CallFailed(0);
  }
  if (!response.ok) throw new CallFailed(response.status, answer);
  return answer;
}

function adopt(answer, thisTab) {
  token = { text: answer.token, until: Date.now() + answer.expiresIn * 1000 };
  keepSession({ refreshToken: answer.refreshToken, user: answer.user, thisTab });
  return answer.user;
}

// Two tabs share one refresh token: they take turns, and the second one uses what the first one got.
function inTurn(action) {
  return navigator.locks ? navigator.locks.request(`${prefix}refresh`, action) : action();
}

// What the kept session says of its user is what the next visit shows first.
export function updateUser(user) {
  const session = keptSession();
  if (session) keepSession({ ...session, user });
}

async function refreshOnce() {
  const session = keptSession();
  if (!session) throw new CallFailed(401);
  try {
    const { data } = await request('POST', '/auth/refresh', {
      body: { refreshToken: session.refreshToken },
    });
    adopt(data, session.thisTab);
  } catch (failure) {
    if (failure.status === 401) endSession('expired');
    throw failure;
  }
}

export function refresh() {
  refreshing ??= inTurn(refreshOnce).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

// A token that lasts a while yet; asks for a new one when there is none, or when it was refused.
export async function freshToken(refused) {
  const usable = token && token.text !== refused && Date.now() < token.until - spareMs;
  if (!usable) await refresh();
  return token.text;
}

async function signedRequest(method, path, { body, key } = {}) {
  const used = await freshToken();
  try {
    return await request(method, path, { body, key, bearer: used });
  } catch (failure) {
    if (failure.status !== 401) throw failure;
    return request(method, path, { body, key, bearer: await freshToken(used) });
  }
}

export async function call(method, path, body) {
  return (await signedRequest(method, path, { body })).data;
}

// A POST that is done once however often it is asked for under this key: its answer may be lost.
export async function postOnce(key, path, body) {
  return (await signedRequest('POST', path, { body, key })).data;
}

// A part of a list: {data, next}, where `next` is the cursor of the part after it, if there is one.
export function part(path) {
  return signedRequest('GET', path);
}

export async function signIn(path, body, thisTab) {
  return adopt((await request('POST', path, { body: { ...body, refresh: true } })).data, thisTab);
}

// The user of the kept session, if there is one. It is not asked whether the server still knows it.
export function keptUser() {
  return keptSession()?.user ?? null;
}

export async function signOut() {
  const used = token?.text;
  dropSession();
  ended('signed-out');
  // Always answered with success; without an answer the session ends by itself.
  await request('POST', '/auth/logout', { body: {}, bearer: used }).catch(() => {});
}

export function endSession(reason) {
  dropSession();
  ended(reason);
}

export function onSessionEnd(listener) {
  ended = listener;
}

// Another tab signed in or out: this one shows what is true now.
export function watchOtherTabs(user) {
  addEventListener('storage', (event) => {
    if (event.key !== null && event.key !== prefix + record) return;
    if ((keptSession()?.user.userId ?? null) !== (user() ?? null)) location.reload();
  });
}
