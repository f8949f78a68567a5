import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { type PrivateTargets, plainHost } from './private-targets.ts';
import { TargetError } from './target-error.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<readonly ResolvedAddress[]>;

/** As the system does it, with its file of hosts. */
export const resolveHost: Resolve = (host) => systemLookup(host, { all: true });

/**
 * A `lookup` for connections that gives the addresses of a host only where each of them may be connected to. What was checked is
 * what is connected to: another answer of the name server a moment later changes nothing.
 */
export function guardedLookup(targets: PrivateTargets, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    const host = plainHost(hostname);
    resolve(host).then(
      (addresses) => {
        const problem = targets.hasHost(host) ? undefined : addressProblem(host, addresses, targets);
        const [first] = addresses;
        if (problem !== undefined || first === undefined)
          callback(problem ?? new TargetError(`${host} has no address`), '', 0);
        else if (options.all === true) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    );
  };
}

function addressProblem(
  host: string,
  addresses: readonly ResolvedAddress[],
  targets: PrivateTargets,
): TargetError | undefined {
  // One that may not be connected to is enough: which of them a connection takes is chance.
  const refused = addresses.find(({ address }) => !targets.allows(address));
  if (refused === undefined) return undefined;
  return new TargetError(
    `${host} has the address ${refused.address}, which is not a public one of another machine; ALERT_PRIVATE_TARGETS can allow it`,
  );
}
