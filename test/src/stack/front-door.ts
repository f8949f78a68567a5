import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { docker } from './docker.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

let certificate: Promise<string> | undefined;

/** The certificate that nginx made, to verify its connections with. */
export function ownCertificate(): Promise<string> {
  certificate ??= docker('exec', 'nginx', 'cat', '/etc/nginx/certificates/tls.crt');
  return certificate;
}

/** Asks the stack from outside, each time over a new connection; certificates are verified. */
export async function ask(url: string, { method = 'GET', headers = {}, body }: Question = {}): Promise<Answer> {
  // The certificate is localhost's, whatever host a question names.
  const secure = url.startsWith('https:') ? { ca: await ownCertificate(), servername: 'localhost' } : undefined;
  const options = { method, headers, agent: false, timeout: 15_000 } as const;
  return new Promise((resolve, reject) => {
    const request = secure ? requestHttps(url, { ...options, ...secure }) : requestHttp(url, options);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error(`${url}: no answer within ${options.timeout} ms`)));
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.end(body);
  });
}

export async function askJson<T>(url: string, question: Question = {}): Promise<T> {
  const { status, body } = await ask(url, question);
  if (status !== 200) throw new Error(`${url} answered ${status}: ${body.slice(0, 300)}`);
  return JSON.parse(body) as T;
}
