import type { Resolve, ResolvedAddress } from './guarded-lookup.ts';

/** The system has four threads for looking hosts up, for files and for more: one at least is left to the others. */
const MOST = 3;
/** Who takes longer is slow from then on, ms. */
const SLOW_MS = 2000;

interface Asked {
  readonly host: string;
  readonly begin: () => void;
}

/**
 * Looks up few hosts at a time, each once, and of those whose name servers are slow or silent one: neither other hosts nor
 * what else this process does waits for them.
 */
export function pacedResolve(resolve: Resolve, slowMs = SLOW_MS): Resolve {
  const found = new Map<string, Promise<readonly ResolvedAddress[]>>();
  const slow = new Set<string>();
  const underWay = new Set<string>();
  const waiting: Asked[] = [];

  const mayBegin = ({ host }: Asked): boolean =>
    underWay.size < MOST && (!slow.has(host) || ![...underWay].some((other) => slow.has(other)));
  const beginNext = (): void => {
    for (let at = waiting.findIndex(mayBegin); at >= 0; at = waiting.findIndex(mayBegin)) {
      const [asked] = waiting.splice(at, 1);
      if (asked !== undefined) underWay.add(asked.host);
      asked?.begin();
    }
  };
  const lookUp = async (host: string): Promise<readonly ResolvedAddress[]> => {
    await new Promise<void>((begin) => {
      waiting.push({ host, begin });
      beginNext();
    });
    const begun = performance.now();
    try {
      return await resolve(host);
    } finally {
      if (performance.now() - begun > slowMs) slow.add(host);
      else slow.delete(host);
      underWay.delete(host);
      found.delete(host);
      beginNext();
    }
  };
  return (host) => {
    const known = found.get(host) ?? lookUp(host);
    found.set(host, known);
    return known;
  };
}
