/** Where a Redis server is and how to log in. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
  /** For people; without credentials. */
  readonly label: string;
}

/**
 * Reads `redis[s]://[user][:password@]host[:port][/database]`.
 * @throws Error that does not repeat the URL: it may hold a password
 */
export function parseRedisUrl(text: string): RedisAddress {
  if (!URL.canParse(text)) throw new Error('the Redis URL is not readable');
  const url = new URL(text);
  const database = url.pathname === '' || url.pathname === '/' ? 0 : Number(url.pathname.slice(1));
  if ((url.protocol !== 'redis:' && url.protocol !== 'rediss:') || url.hostname === '' || !Number.isInteger(database)) {
    throw new Error('the Redis URL is not of the form redis://user:password@host:port/database');
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? 6379 : Number(url.port);
  return {
    host,
    port,
    tls: url.protocol === 'rediss:',
    username: decode(url.username),
    password: decode(url.password),
    database,
    label: `redis at ${url.hostname}:${port}`,
  };
}

/**
 * Reads one URL, or several with commas between, of nodes of one cluster. A later one may be `host[:port]` alone: then it is
 * logged in to as to the first.
 * @throws Error as {@link parseRedisUrl}
 */
export function parseRedisUrls(text: string): readonly [RedisAddress, ...RedisAddress[]] {
  const [head = '', ...rest] = text.split(',').map((part) => part.trim());
  const first = parseRedisUrl(head);
  const others = rest.map((part) => {
    if (part.includes('://')) return parseRedisUrl(part);
    const { host, port } = parseRedisUrl(`redis://${part}`);
    return nodeAddress(first, host, port);
  });
  return [first, ...others];
}

/** Another node, logged in to in the same way. */
export function nodeAddress(known: RedisAddress, host: string, port: number): RedisAddress {
  return { ...known, host, port, label: `redis at ${host.includes(':') ? `[${host}]` : host}:${port}` };
}

function decode(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('the credentials in the Redis URL are not percent-encoded as they should be');
  }
}
