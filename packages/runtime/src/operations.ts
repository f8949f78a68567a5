import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';
import type { EnvReader } from './env-reader.ts';
import { type HealthServerOptions, startHealthServer } from './health-server.ts';
import type { Logger } from './logger.ts';
import { checkNetworks } from './trusted-proxies.ts';

/** Where figures and the details of health are told. Everybody else hears whether the service is alive and ready. */
export interface Operations {
  readonly host: string;
  /** A port for nothing else; 0: any free one, `undefined`: none. */
  readonly port: number | undefined;
  /** Whoever comes straight from these addresses is told on the service's own port, too. */
  readonly allow: readonly string[];
}

export const DEFAULT_OPERATIONS: Operations = { host: '127.0.0.1', port: undefined, allow: ['loopback'] };

/** Reads the settings; the caller calls `env.finish()`. */
export function operations(env: EnvReader): Operations {
  const allow = env.list('OPS_ALLOW', DEFAULT_OPERATIONS.allow);
  const isNone = allow.length === 1 && allow[0] === 'none';
  if (!isNone) checkNetworks(env, 'OPS_ALLOW', allow, 'none');
  return {
    host: env.text('OPS_HOST', { default: DEFAULT_OPERATIONS.host }),
    port: env.optionalInteger('OPS_PORT', { max: 65_535 }),
    allow: isNone ? [] : allow,
  };
}

/** What proxies add: whoever sends one of these is not known by the address of the connection. */
const FORWARDED = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];

/** Whether figures and details are for whoever asks: an address that is allowed, and no proxy in between. */
export function operatorCheck({ allow }: Operations): (request: IncomingMessage) => boolean {
  const isAllowed = proxyAddress.compile([...allow]);
  return ({ headers, socket }) =>
    isAllowed(socket.remoteAddress ?? '', 0) && FORWARDED.every((name) => headers[name] === undefined);
}

/** What is said where figures are not told. */
export function whereFiguresAre({ port }: Operations): string {
  const own =
    port === undefined
      ? 'a port of its own that OPS_PORT sets'
      : `the port of OPS_PORT${port === 0 ? '' : ` (${port})`}`;
  return `Figures are told on ${own}, and here to who comes straight from an address of OPS_ALLOW.`;
}

/** Serves health and figures on the port for them, where there is one. Rejects when it is taken. */
export async function openOperations(
  { host, port }: Operations,
  log: Logger,
  parts: Pick<HealthServerOptions, 'registry' | 'readiness'>,
): Promise<AsyncDisposable> {
  if (port === undefined) return { [Symbol.asyncDispose]: async () => {} };
  const server = await startHealthServer({ host, port, portSetting: 'OPS_PORT', ...parts });
  log.info({ event: 'operations', host, port: server.port }, `figures are at http://${host}:${server.port}/metrics`);
  return server;
}
