import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { guardedLookup, type Resolve, resolveHost } from './guarded-lookup.ts';
import { pacedResolve } from './paced-resolve.ts';
import type { PrivateTargets } from './private-targets.ts';
import { TargetError } from './target-error.ts';
import { targetUrl } from './target-url.ts';

export interface GuardedHttpOptions {
  readonly targets: PrivateTargets;
  /** For resolving, connecting, sending and the head of the answer together, ms. */
  readonly timeoutMs: number;
  /** Default: the system's way. */
  readonly resolve?: Resolve;
}

export interface Answer {
  readonly status: number;
  /** The header of that name. */
  readonly retryAfter: string | undefined;
}

/** Where something is sent, and what. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Why nothing was answered; its message names the origin alone, for a URL may hold a secret. */
export class UnansweredError extends Error {
  readonly code = 'UNANSWERED';
  override readonly name = 'UnansweredError';
}

/** So much of an answer is read, and so long, that its connection can be used again: nobody looks at it. */
const MAX_ANSWER_BYTES = 64 * 1024;
const ANSWER_MS = 1000;
const IDLE_MS = 30_000;

/**
 * Posts to where users want it, and nowhere else: http(s) to public addresses or those that are allowed, over connections to
 * the very address that was checked; redirects are not followed, and answers are not waited for beyond their head.
 */
export class GuardedHttp implements Disposable {
  readonly #options: GuardedHttpOptions;
  readonly #http = new HttpAgent({ keepAlive: true, timeout: IDLE_MS });
  readonly #https = new HttpsAgent({ keepAlive: true, timeout: IDLE_MS });
  readonly #lookup;

  constructor(options: GuardedHttpOptions) {
    this.#options = options;
    this.#lookup = guardedLookup(options.targets, pacedResolve(options.resolve ?? resolveHost));
  }

  /** No post takes longer, ms. */
  get longestMs(): number {
    return this.#options.timeoutMs;
  }

  /** @throws TargetError nothing may be sent there; UnansweredError */
  async post({ url: text, headers, body }: Post, signal: AbortSignal): Promise<Answer> {
    const url = targetUrl(text, this.#options.targets);
    const bytes = Buffer.from(body);
    const options: RequestOptions = {
      method: 'POST',
      agent: url.protocol === 'https:' ? this.#https : this.#http,
      lookup: this.#lookup,
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'Tickwatch',
        ...headers,
        'Content-Length': bytes.length,
      },
    };
    const deadline = performance.now() + this.#options.timeoutMs;
    return await this.#send(url, options, bytes, signal, deadline, true);
  }

  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  /** @param deadline by the monotonic clock, ms */
  #send(
    url: URL,
    options: RequestOptions,
    body: Buffer,
    signal: AbortSignal,
    deadline: number,
    mayRepeat: boolean,
  ): Promise<Answer> {
    const late = `did not answer within ${this.#options.timeoutMs / 1000} s`;
    return new Promise((resolve, reject) => {
      const open = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const request = open(url, options);
      const giveUp = (reason: string) => request.destroy(new UnansweredError(`${url.origin} ${reason}`));
      const timer = setTimeout(() => giveUp(late), deadline - performance.now());
      const onAbort = () => giveUp('was not waited for: this service stops');
      signal.addEventListener('abort', onAbort, { once: true });
      let isDone = false;
      const done = () => {
        isDone = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const answered = ({ statusCode = 0, headers }: IncomingMessage) => {
        done();
        resolve({ status: statusCode, retryAfter: headers['retry-after'] });
      };
      request.on('response', (response) => {
        answered(response);
        passOver(response);
      });
      // Nobody asked for another protocol; without this the request would end without a word.
      request.on('upgrade', (response, socket) => {
        answered(response);
        socket.destroy();
      });
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (isDone) return;
        done();
        // The server may close an idle connection in the moment in which it is used again; a new one decides.
        if (mayRepeat && request.reusedSocket && !(error instanceof UnansweredError))
          this.#send(url, options, body, signal, deadline, false).then(resolve, reject);
        else reject(unanswered(url, error));
      });
      if (signal.aborted) onAbort();
      else request.end(body);
    });
  }
}

/** Errors of the system hold addresses, those of parsers parts of the answer: only their codes are told. */
function unanswered(url: URL, error: NodeJS.ErrnoException): Error {
  if (error instanceof UnansweredError || error instanceof TargetError) return error;
  const { code = 'its answer is no HTTP' } = error;
  return new UnansweredError(`${url.origin} can't be reached (${code})`, { cause: error });
}

/** Reads on to the end of an answer where that is near, else cuts the connection. */
function passOver(response: IncomingMessage): void {
  let bytes = 0;
  const timer = setTimeout(() => response.destroy(), ANSWER_MS);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) response.destroy();
  });
  response.on('error', () => {});
  response.on('close', () => clearTimeout(timer));
}
