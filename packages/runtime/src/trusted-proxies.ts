import type { IncomingMessage } from 'node:http';
import proxyAddress from '@fastify/proxy-addr';
import type { EnvReader } from './env-reader.ts';

/** Addresses, networks and the names `loopback`, `linklocal`, `uniquelocal`; true: every peer's. */
export type TrustedProxies = readonly string[] | boolean;

/**
 * Reads TRUST_PROXY: whose X-Forwarded-For is believed; the caller calls `env.finish()`.
 * @param unset what holds where nothing is set
 */
export function trustedProxies(env: EnvReader, unset: TrustedProxies = false): TrustedProxies {
  const proxies = env.list('TRUST_PROXY', []);
  if (proxies[0] === 'on' || proxies[0] === 'off') return proxies[0] === 'on';
  checkNetworks(env, 'TRUST_PROXY', proxies, 'on or off');
  return proxies.length === 0 ? unset : proxies;
}

/** Notes a problem for each that is no address. @param words that the setting takes as well */
export function checkNetworks(env: EnvReader, name: string, networks: readonly string[], words: string): void {
  const bad = networks.filter((network) => !isNetwork(network));
  if (bad.length === 0) return;
  const given = bad.map((one) => `"${one}"`).join(', ');
  env.problem(
    `${name} holds ${given}; it can be ${words}, or a list of addresses, networks such as 10.0.0.0/8, loopback, linklocal and uniquelocal`,
  );
}

/**
 * The address of who asks: the peer's own, or where the peer is trusted, the last one in X-Forwarded-For that is not.
 * What those who are not trusted write into that header counts for nothing.
 */
export function clientAddress(trusted: TrustedProxies): (request: IncomingMessage) => string {
  if (trusted === false) return (request) => request.socket.remoteAddress ?? '';
  const isTrusted = trusted === true ? () => true : proxyAddress.compile([...trusted]);
  // A connection that is already cut has no address.
  return (request) => (request.socket.remoteAddress === undefined ? '' : proxyAddress(request, isTrusted));
}

function isNetwork(text: string): boolean {
  try {
    proxyAddress.compile(text);
    return true;
  } catch {
    return false;
  }
}
