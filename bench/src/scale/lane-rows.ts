import type { BenchRow } from '../bench-table.ts';
import type { Measured } from './model.ts';
import type { ScaleResult } from './scale-run.ts';

const ATOMS = {
  'CPU of the subscribers': {
    of: ({ subscribers }: ScaleResult) => subscribers * 1e6,
    unit: 'µs a tick',
    atMost: 1.05,
  },
  'CPU of PostgreSQL': { of: ({ postgres }: ScaleResult) => postgres * 1e6, unit: 'µs a tick', atMost: undefined },
  'to Centrifugo': { of: ({ liveBytes }: ScaleResult) => liveBytes, unit: 'bytes a tick', atMost: undefined },
} as const;

/** What a tick costs when lanes and processes are several, beside one of each. @param measured the first is that */
export function laneRows([alone, ...measured]: readonly Measured[]): readonly BenchRow[] {
  if (alone === undefined) return [];
  return Object.entries(ATOMS).flatMap(([name, { of, unit, atMost }]) => {
    const aTick = ({ result }: Measured): number => of(result) / result.ticks;
    return measured.map((one): BenchRow => {
      const { lanes, processes } = one.point;
      return {
        question: `${name}: ${lanes} lanes over ${processes === 1 ? 'one process' : `${processes} processes`}`,
        value: aTick(one),
        unit,
        beside: { name: 'one lane', value: aTick(alone) },
        ...(atMost === undefined ? {} : { goal: { atMost } }),
      };
    });
  });
}
