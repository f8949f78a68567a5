import type { BenchRow } from '../bench-table.ts';
import { type FanOutRow, runFanOut } from '../fan-out.ts';

/** The viewers' side of one server: what it costs to deliver. */
export interface ViewerModel {
  /** µs of CPU for a frame that one viewer gets. */
  readonly frameMicros: number;
  /** Of a tick in a viewer's frames. */
  readonly bytesATick: number;
}

const LOAD = { ticksPerSecond: 1000, stepMs: 10, seconds: 8 };
const FITTED = 400;
const CHECKED = 1000;

/** The embedded hub delivers to some viewers; from that follows what it costs with more, which is measured too. */
export async function viewerRows(
  say: (text: string) => void,
): Promise<{ readonly rows: readonly BenchRow[]; readonly model: ViewerModel }> {
  const rows = await runFanOut({ clients: [FITTED, CHECKED], loads: [LOAD] });
  const [fitted, checked] = [FITTED, CHECKED].map((count) =>
    rows.find(({ server, clients }) => server === 'hub' && clients === count),
  );
  if (fitted === undefined || checked === undefined) throw new Error('the hub was not measured');
  if (!(fitted.frames > 0 && checked.frames > 0)) throw new Error('the hub delivered nothing to the viewers');
  const model = {
    frameMicros: (fitted.serverCpu * 1e6) / fitted.frames,
    bytesATick: (fitted.megabytes * 1e6) / fitted.ticksDelivered,
  };
  say(`viewers: ${model.frameMicros.toFixed(2)} µs a frame, ${model.bytesATick.toFixed(1)} bytes a tick`);
  return { rows: checkRows(model, checked), model };
}

function checkRows({ frameMicros, bytesATick }: ViewerModel, checked: FanOutRow): readonly BenchRow[] {
  const goal = { atLeast: 0.8, atMost: 1.2 };
  const name = 'predicted';
  return [
    {
      question: `${CHECKED} viewers of ${LOAD.ticksPerSecond} ticks/s, fitted to ${FITTED}: CPU of the hub`,
      value: checked.serverCpu,
      unit: 'cores',
      beside: { name, value: (frameMicros * checked.frames) / 1e6 },
      goal,
    },
    {
      question: '… bytes to all of them',
      value: checked.megabytes,
      unit: 'MB/s',
      beside: { name, value: (bytesATick * CHECKED * LOAD.ticksPerSecond) / 1e6 },
      goal,
    },
  ];
}
