import type { BenchRow } from '../bench-table.ts';
import type { ScaleResult } from './scale-run.ts';

interface EngineResult {
  readonly name: string;
  readonly result: ScaleResult;
}

/** What a tick costs by each engine beside Redis Streams, which come first. */
export function engineRows([streams, ...others]: readonly EngineResult[]): readonly BenchRow[] {
  if (streams === undefined) return [];
  const aTick = (seconds: number, { ticks }: ScaleResult): number => (seconds * 1e6) / ticks;
  const beside = (value: number) => ({ name: streams.name, value });
  const costs = others.flatMap(({ name, result }): readonly BenchRow[] => [
    {
      question: `${name}: CPU of the subscriber`,
      value: aTick(result.subscribers, result),
      unit: 'µs a tick',
      beside: beside(aTick(streams.result.subscribers, streams.result)),
    },
    {
      question: `${name}: CPU of its servers`,
      value: aTick(result.engine, result),
      unit: 'µs a tick',
      beside: beside(aTick(streams.result.engine, streams.result)),
    },
  ]);
  const connections = [streams, ...others].map(
    ({ name, result }): BenchRow => ({
      question: `${name}: connections of a subscriber to it`,
      value: result.connections.engine,
      unit: 'connections',
    }),
  );
  const { postgres, live } = streams.result.connections;
  return [
    ...costs,
    ...connections,
    { question: 'connections of a subscriber to PostgreSQL', value: postgres, unit: 'sessions' },
    { question: 'connections of a subscriber to Centrifugo', value: live, unit: 'connections' },
  ];
}
