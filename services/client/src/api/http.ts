import { signal } from '@preact/signals';
import { type LaneName, type Problem, parsePosition } from '@tickwatch/core';
import { noteAnswer } from '../clock.ts';
import { laneBook } from '../live/lane-book.ts';
import { playedPosition } from '../moment/moment.ts';
import { asOf } from './as-of.ts';

/**
 * What one GET answered. `position`: how far it reaches in each lane; undefined: it doesn't say. `moment`: what it is as of,
 * epoch µs, where the page shows the past; `position` is then told in the numbers of what is played.
 */
export interface Answer<T> {
  readonly body: T;
  readonly position: ReadonlyMap<LaneName, number> | undefined;
  readonly moment: number | undefined;
  readonly headers: Headers;
}

/** The API refused or could not be reached. `status` is 0 when nothing answered. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  /** What the request got wrong, when the API names it. */
  readonly parameter: string | undefined;
  /** Milliseconds to wait before the next try, when the API says so. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, status: number, more: { parameter?: string | undefined; retryAfterMs?: number } = {}) {
    super(message);
    this.status = status;
    this.parameter = more.parameter;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** True when the same request may work a little later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Trouble with the API as the status bar shows it, `since` by `performance.now()`; undefined: the last answer was good. */
export const apiTrouble = signal<{ readonly since: number; readonly message: string } | undefined>(undefined);

let running = 0;

/** How many answers that are as of a moment of the past are on their way. */
export function momentsAsked(): number {
  return running;
}

export type Parameters = Readonly<Record<string, string | number | undefined>>;

export function apiPath(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

/**
 * GETs a path of this page's own server.
 * @throws ApiError for every answer that is not 2xx, and when nothing answers within `timeoutMs` (default 20 s)
 */
export function get(path: string, signal?: AbortSignal, timeoutMs = 20_000): Promise<Response> {
  return send(path, {}, signal, timeoutMs);
}

/** As {@link get}, with a method and headers. */
export async function send(
  path: string,
  init: RequestInit,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<Response> {
  let response: Response;
  const sent = performance.now();
  try {
    const timeout = AbortSignal.timeout(timeoutMs);
    const until = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    response = await fetch(path, { ...init, signal: until });
    noteAnswer(response.headers, sent, performance.now());
  } catch (error) {
    throw unanswered(error, signal);
  }
  if (response.ok) {
    apiTrouble.value = undefined;
    return response;
  }
  const failure = await readProblem(response);
  throw failure.passing ? trouble(failure) : failure;
}

/**
 * As {@link get}, for JSON. The body's shape is the server's contract.
 * @param of `shown`: while the page shows a moment of the past, the answer holds nothing that came later
 */
export async function getJson<T>(
  path: string,
  parameters: Parameters = {},
  signal?: AbortSignal,
  of: 'shown' | 'now' = 'shown',
): Promise<Answer<T>> {
  const asked = apiPath(path, parameters);
  const { address, moment } = of === 'now' ? { address: asked, moment: undefined } : asOf(asked);
  const played = moment === undefined ? undefined : playedPosition(moment);
  const counted = moment === undefined ? 0 : 1;
  running += counted;
  try {
    const response = await get(address, signal);
    const header = response.headers.get('x-position');
    const told = header === null ? undefined : parsePosition(header);
    if (told !== undefined) laneBook.noteLanes(told.keys());
    const body = response.json().catch((error) => {
      // The line was cut within it, or a proxy said something of its own.
      throw unanswered(error, signal);
    });
    return {
      body: (await body) as T,
      position: played ?? told,
      moment,
      headers: response.headers,
    };
  } finally {
    running -= counted;
  }
}

function unanswered(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? error : trouble(new ApiError('The server can’t be reached', 0));
}

function trouble(error: ApiError): ApiError {
  apiTrouble.value = { since: apiTrouble.value?.since ?? performance.now(), message: error.message };
  return error;
}

async function readProblem(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  const more = Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1000 } : {};
  // A proxy's own error page is no JSON; the status says enough.
  const problem: Partial<Problem> = await response.json().catch(() => ({}));
  const message = problem.detail ?? problem.title ?? `The server answered ${response.status}`;
  return new ApiError(message, response.status, { ...more, parameter: problem.parameter });
}
