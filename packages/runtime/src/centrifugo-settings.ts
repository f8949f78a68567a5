import type { EnvReader } from './env-reader.ts';

export interface CentrifugoSettings {
  /** One address, or those of several nodes on one Redis with commas between, each whole. */
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly timeoutMs: number;
}

/** Where and how Centrifugo's HTTP API is called; `undefined`: no address of it is set. */
export function centrifugoSettings(env: EnvReader): CentrifugoSettings | undefined {
  const apiUrl = wholeUrls(env.urls('CENTRIFUGO_API_URL', { protocols: ['http', 'https'] }));
  const apiKey = env.secret('CENTRIFUGO_API_KEY');
  const timeoutMs = env.integer('CENTRIFUGO_TIMEOUT_MS', { default: 3000, min: 100, max: 60_000 });
  if (apiUrl === undefined) return undefined;
  if (apiKey !== undefined) return { apiUrl, apiKey, timeoutMs };
  env.problem('CENTRIFUGO_API_URL is set but CENTRIFUGO_API_KEY is not');
  return undefined;
}

/** Each with its protocol: that of the first, where it has none of its own. */
function wholeUrls(urls: string | undefined): string | undefined {
  const [first = '', ...others] = (urls ?? '').split(',').map((url) => url.trim());
  if (first === '') return undefined;
  const { protocol } = new URL(first);
  return [first, ...others.map((url) => (url.includes('://') ? url : `${protocol}//${url}`))].join(',');
}
