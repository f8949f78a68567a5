import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { urlToHttpOptions } from 'node:url';

export interface CentrifugoNodeOptions {
  /** `http://centrifugo:8000`, with or without `/api` at its end. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** For a whole request, in ms. */
  readonly timeoutMs: number;
  /** How many requests may be under way at once, each over a connection of its own; left out: one. */
  readonly connections?: number;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const MAX_ANSWER_BYTES = 1024 * 1024;

/** The HTTP API of one Centrifugo over kept-alive connections. The key never appears in an error. */
export class CentrifugoNode implements Disposable {
  readonly #url: URL;
  readonly #timeoutMs: number;
  readonly #request: typeof httpRequest;
  readonly #options: RequestOptions;
  readonly #agent: HttpAgent;
  readonly #underWay = new Set<() => void>();

  /** @throws Error when the address or the key cannot be used at all */
  constructor({ apiUrl, apiKey, timeoutMs, connections = 1 }: CentrifugoNodeOptions) {
    this.#url = batchUrl(apiUrl);
    if (!/^[\x21-\x7e]+$/.test(apiKey)) {
      throw new Error('CENTRIFUGO_API_KEY is empty or has characters that an HTTP header cannot carry');
    }
    this.#timeoutMs = timeoutMs;
    const secure = this.#url.protocol === 'https:';
    this.#request = secure ? httpsRequest : httpRequest;
    this.#agent = new (secure ? HttpsAgent : HttpAgent)({ keepAlive: true, maxSockets: connections });
    this.#options = {
      ...urlToHttpOptions(this.#url),
      method: 'POST',
      agent: this.#agent,
      headers: { 'Content-Type': 'application/json', 'X-API-Key': apiKey },
    };
  }

  /** Where it is, fit for a log line. */
  get host(): string {
    return this.#url.host;
  }

  /**
   * Posts the JSON text of a batch.
   * @returns the replies, one per command, as they came
   * @throws Error with a sentence that says what is wrong and, where known, what to do
   */
  async batch(body: string): Promise<readonly unknown[]> {
    const { status, text } = await this.#post(Buffer.from(body), true);
    if (status !== 200) throw new Error(this.#explain(status));
    return this.#replies(text);
  }

  [Symbol.dispose](): void {
    for (const cancel of this.#underWay) cancel();
    this.#agent.destroy();
  }

  #post(body: Buffer, retryReused: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      let given: Error | undefined;
      const request = this.#request(this.#options, (response) => {
        collect(response).then((text) => finish(() => resolve({ status: response.statusCode ?? 0, text })), fail);
      });
      const giveUp = (reason: string) => {
        given = new Error(`Centrifugo at ${this.host} ${reason}`);
        request.destroy(given);
      };
      const timer = setTimeout(() => giveUp(`did not answer within ${this.#timeoutMs} ms`), this.#timeoutMs);
      const cancel = () => giveUp('was not waited for any longer');
      this.#underWay.add(cancel);
      let settled = false;
      const finish = (settle: () => void) => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        this.#underWay.delete(cancel);
        settle();
      };
      const fail = (error: Error & { code?: string }) =>
        finish(() => {
          // The server may close an idle connection in the moment in which it is used again; a new one decides.
          if (given === undefined && retryReused && request.reusedSocket) this.#post(body, false).then(resolve, reject);
          else reject(given ?? this.#unreachable(error));
        });
      request.on('error', fail);
      request.setHeader('Content-Length', body.length);
      request.end(body);
    });
  }

  #unreachable(error: Error & { code?: string }): Error {
    if (error.code === undefined) return error;
    return new Error(`Centrifugo cannot be reached at ${this.host} (${error.code})`, { cause: error });
  }

  #explain(status: number): string {
    const refused = `Centrifugo at ${this.host} answered HTTP ${status}`;
    if (status === 401 || status === 403) {
      return `${refused}: the API key is wrong. Set CENTRIFUGO_API_KEY to the value of its http_api.key`;
    }
    if (status === 404 || status === 405) return `${refused}: there is no API. Check CENTRIFUGO_API_URL`;
    return refused;
  }

  #replies(text: string): readonly unknown[] {
    try {
      const answer = JSON.parse(text) as { replies?: unknown } | null;
      if (Array.isArray(answer?.replies)) return answer.replies;
    } catch {
      // Falls through: an answer that is no JSON is no answer of Centrifugo either.
    }
    throw new Error(`Centrifugo at ${this.host} gave an answer that is not Centrifugo's. Check CENTRIFUGO_API_URL`);
  }
}

function batchUrl(apiUrl: string): URL {
  if (!URL.canParse(apiUrl) || !/^https?:/i.test(apiUrl)) {
    throw new Error('CENTRIFUGO_API_URL is not an http:// or https:// address');
  }
  const url = new URL(apiUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '').replace(/\/api$/, '')}/api/batch`;
  return url;
}

/** By events: iterating over a response costs as much as the rest of a request. */
function collect(response: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= MAX_ANSWER_BYTES) return;
      response.destroy(new Error('Centrifugo gave an answer that is too long. Check CENTRIFUGO_API_URL'));
    });
    response.on('end', () => resolve(Buffer.concat(chunks).toString()));
    response.on('error', reject);
  });
}
