import type { BenchRow, BenchTable } from './bench-table.ts';
import { runFanOut } from './fan-out.ts';

/** The hub beside a plain WebSocket server that sends the same texts. */
export async function fanOutBench(): Promise<BenchTable> {
  const results = await runFanOut();
  const rows = results
    .filter((row) => row.server === 'hub')
    .flatMap((hub): readonly BenchRow[] => {
      const plain = results.find(
        (row) => row.server === 'plain' && row.clients === hub.clients && row.ticksPublished === hub.ticksPublished,
      );
      const load = `${hub.clients} clients, ${hub.ticksPublished} ticks published`;
      const beside = (value: number | undefined) =>
        value === undefined ? {} : { beside: { name: 'plain ws', value } };
      return [
        { question: `${load}: delivered`, value: hub.ticksDelivered, unit: 'ticks', ...beside(plain?.ticksDelivered) },
        { question: `${load}: p99`, value: hub.p99, unit: 'ms', ...beside(plain?.p99) },
        {
          question: `${load}: memory a client`,
          value: hub.kilobytesPerClient,
          unit: 'kB',
          ...beside(plain?.kilobytesPerClient),
        },
      ];
    });
  return { title: 'Fan-out of the embedded hub', rows };
}
