import type { EpochMicros } from '@tickwatch/core';
import type { Reach } from '../snapshot.ts';
import type { Answer } from '../tick-reader.ts';

/** How far an answer reaches that several nodes gave together. No lane is of two of them. */
export function joinReach(reaches: readonly Reach[]): Reach {
  const kept = reaches.flatMap(({ rawFrom }) => (rawFrom === undefined ? [] : [rawFrom]));
  return {
    position: new Map(reaches.flatMap(({ position }) => [...position])),
    tailComplete: reaches.every(({ tailComplete }) => tailComplete),
    rawFrom: kept.length === 0 ? undefined : (Math.max(...kept) as EpochMicros),
  };
}

export function joinAnswers<T, Joined>(
  answers: readonly Answer<T>[],
  join: (values: readonly T[]) => Joined,
): Answer<Joined> {
  return { reach: joinReach(answers.map(({ reach }) => reach)), value: join(answers.map(({ value }) => value)) };
}
