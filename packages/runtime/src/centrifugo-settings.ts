import type { EnvReader } from './env-reader.ts';

export interface CentrifugoSettings {
  readonly apiUrl: string;
  readonly apiKey: string;
  readonly timeoutMs: number;
}

/** Where and how Centrifugo's HTTP API is called; `undefined`: no address of it is set. */
export function centrifugoSettings(env: EnvReader): CentrifugoSettings | undefined {
  const apiUrl = env.url('CENTRIFUGO_API_URL', { protocols: ['http', 'https'] });
  const apiKey = env.secret('CENTRIFUGO_API_KEY');
  const timeoutMs = env.integer('CENTRIFUGO_TIMEOUT_MS', { default: 3000, min: 100, max: 60_000 });
  if (apiUrl === undefined) return undefined;
  if (apiKey !== undefined) return { apiUrl, apiKey, timeoutMs };
  env.problem('CENTRIFUGO_API_URL is set but CENTRIFUGO_API_KEY is not');
  return undefined;
}
