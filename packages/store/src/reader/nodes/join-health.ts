import type { EpochMicros } from '@tickwatch/core';
import type { ReaderLoad } from '../tick-reader.ts';
import { NodeAwayError } from './node-away-error.ts';

/** Which of the nodes are away is told beside the versions of the others: while some answer, so does the reader. @throws what others throw */
export function joinVersions(nodes: readonly PromiseSettledResult<string>[]): string {
  const versions = nodes.flatMap((node) => (node.status === 'fulfilled' ? [node.value] : []));
  const errors = nodes.flatMap((node) => (node.status === 'rejected' ? [node.reason as unknown] : []));
  const away = errors.filter((error) => error instanceof NodeAwayError);
  const [first] = away.length < errors.length ? errors.filter((error) => !(error instanceof NodeAwayError)) : errors;
  if (versions.length === 0 || away.length < errors.length) throw first;
  const told = away.map(({ message }) => `; ${message}`).join('');
  return `${[...new Set(versions)].join(', ')} (${versions.length} of ${nodes.length} nodes)${told}`;
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
