import { signal } from '@preact/signals';
import type { Administrator } from '@tickwatch/core';
import { ApiError, send } from '../api/http.ts';
import { decoded } from '../route.ts';

/**
 * Of this tab alone, and gone with it: whoever has the token may change everything, and it can be pasted again. Storage
 * that outlives the tab would keep it where nobody remembers that it is.
 */
const KEY = 'tickwatch.admin';
/** As in `http://localhost:8080/system#admin=…`. */
const FRAGMENT = /^#admin=(.+)$/;
const TIMEOUT_MS = 60_000;

/** `doubtful`: there is a token, and the server did not say whether it is right. */
export type AdminState =
  | { readonly is: 'visitor'; readonly refusal?: string }
  | { readonly is: 'checking' }
  | { readonly is: 'administrator' }
  | { readonly is: 'doubtful'; readonly failure: string };

/** Whether this page may change something. */
export const admin = signal<AdminState>({ is: 'visitor' });

let token = readStored();

/** Takes a token from the address, now and whenever a link with one is opened in this tab, and looks at one that is kept. */
export function startAdmin(): void {
  addEventListener('hashchange', takeFromAddress);
  if (!takeFromAddress() && token !== undefined) void checkToken();
}

/** @returns whether there was one; it doesn't stay in the address, which people copy and browsers remember */
function takeFromAddress(): boolean {
  const found = FRAGMENT.exec(location.hash)?.[1];
  if (found === undefined) return false;
  history.replaceState(history.state, '', location.pathname + location.search);
  void signIn(decoded(found));
  return true;
}

/** Keeps a token if the server says that it is right. */
export async function signIn(text: string): Promise<void> {
  const given = text.trim();
  // A header would not carry it.
  if (!/^[\x21-\x7e]+$/.test(given)) return signOut('A token holds letters, digits and signs, and no space.');
  token = given;
  await checkToken();
}

export function signOut(refusal?: string): void {
  token = undefined;
  store(undefined);
  admin.value = { is: 'visitor', ...(refusal === undefined ? {} : { refusal }) };
}

/** Asks the server whether the token is right. */
export async function checkToken(): Promise<void> {
  const asked = token;
  admin.value = { is: 'checking' };
  try {
    await authorized<Administrator>('GET', '/api/admin');
    if (asked !== token) return;
    store(token);
    admin.value = { is: 'administrator' };
  } catch (error) {
    if (asked !== token || token === undefined) return;
    // It may be right, and it is gone from the address.
    store(token);
    admin.value = { is: 'doubtful', failure: (error as Error).message };
  }
}

/**
 * Does something that needs the administrator's token. Whose token is refused is a visitor again.
 * @param body sent as JSON
 * @returns the answer's JSON; undefined where it has none
 * @throws ApiError
 */
export async function authorized<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const answer = await authorizedAnswer(method, path, body, signal);
  return (answer.status === 204 ? undefined : await answer.json()) as T;
}

/** As {@link authorized}, for whoever looks at the headers, too. */
export async function authorizedAnswer(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  try {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    // The header goes to this page's own server, and nowhere that it may lead to.
    const rest = { cache: 'no-store', credentials: 'omit', redirect: 'error' } as const;
    return await send(path, { method, headers, body: JSON.stringify(body) ?? null, ...rest }, signal, TIMEOUT_MS);
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403)) signOut(error.message);
    throw error;
  }
}

function readStored(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

function store(value: string | undefined): void {
  try {
    if (value === undefined) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, value);
  } catch {
    // Storage may be forbidden; then the token lasts as long as the page.
  }
}
