/** Where NATS is and how to log in, as its client takes it. */
export interface NatsAddress {
  readonly servers: string[];
  readonly tls?: Record<string, never>;
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  /** For people; without credentials. */
  readonly label: string;
}

/**
 * Reads `nats://` or `tls://` with `user:password@` or `token@` before the host, several servers with commas between; the first
 * with a login gives it for all. With `tls://` a server that does not encrypt is refused.
 * @throws Error that does not repeat the URL: it may hold a password
 */
export function parseNatsUrl(text: string): NatsAddress {
  const texts = text.split(',').map((part) => (part.includes('://') ? part.trim() : `nats://${part.trim()}`));
  if (!texts.every((part) => URL.canParse(part))) throw new Error('the NATS URL is not readable');
  const urls = texts.map((part) => new URL(part));
  const servers = urls.map(({ hostname, port }) => `${hostname}:${port || '4222'}`);
  const login = urls.find(({ username, password }) => username !== '' || password !== '');
  const name = decode(login?.username ?? '');
  return {
    servers,
    label: `nats at ${servers.join(', ')}`,
    ...(urls.some(({ protocol }) => protocol === 'tls:') && { tls: {} }),
    ...(login?.password && { user: name, pass: decode(login.password) }),
    ...(login?.password === '' && { token: name }),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('the credentials in the NATS URL are not percent-encoded as they should be');
  }
}
