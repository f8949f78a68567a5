import type { EpochMicros } from '@tickwatch/core';
import type { ReaderLoad } from '../tick-reader.ts';

export function joinVersions(versions: readonly string[]): string {
  return `${[...new Set(versions)].join(', ')} (${versions.length} nodes)`;
}

/** As of `TickReader.replicatedUntil`: what all replicas among the nodes have. */
export function joinReplicas(all: readonly (EpochMicros | null | undefined)[]): EpochMicros | null | undefined {
  const replicas = all.filter((until) => until !== undefined);
  if (replicas.length === 0) return undefined;
  return replicas.reduce((least, until) =>
    least === null || until === null ? null : (Math.min(least, until) as EpochMicros),
  );
}

export function joinLoads(loads: readonly ReaderLoad[]): ReaderLoad {
  const sum = (of: (load: ReaderLoad) => number): number => loads.reduce((all, load) => all + of(load), 0);
  const tails = loads.flatMap(({ tailReachable }) => tailReachable ?? []);
  return {
    questions: sum(({ questions }) => questions),
    waiting: sum(({ waiting }) => waiting),
    exports: sum(({ exports: running }) => running),
    tailReachable: tails.length === 0 ? undefined : tails.length === loads.length && tails.every((is) => is),
  };
}
