import type { Servers } from './servers.ts';
import { type PipelineResult, runTickwatch } from './tickwatch-run.ts';

export interface Rates {
  /** Ticks a second to try, ascending; the last that holds is measured for `seconds`. */
  readonly rates: readonly number[];
  readonly trySeconds: number;
  readonly seconds: number;
}

export interface Sustained {
  readonly rate: number;
  readonly result: PipelineResult;
}

/** All that waited is stored within one flush interval and this long. */
export const DRAIN_SECONDS = 5 + 3;

/** The highest of the rates that holds, first for a short while and then for the whole time. */
export async function sustained(
  servers: Servers,
  options: Rates,
  ticksPerMessage: number,
  say: (text: string) => void,
): Promise<Sustained> {
  const candidates: number[] = [];
  for (const rate of options.rates) {
    if (!(await tries(rate, options.trySeconds)).holds) break;
    candidates.push(rate);
  }
  for (const rate of candidates.toReversed()) {
    const { result, holds } = await tries(rate, options.seconds);
    // A machine that takes none of them is told by the rows of the lowest.
    if (holds || rate === candidates[0]) return { rate, result };
  }
  const [rate = 0] = options.rates;
  return { rate, result: (await tries(rate, options.seconds)).result };

  async function tries(rate: number, seconds: number): Promise<{ result: PipelineResult; holds: boolean }> {
    const result = await runTickwatch(servers, { rate, seconds, ticksPerMessage });
    const { lost, drainSeconds, published, cpuMicros } = result;
    const holds = lost === 0 && drainSeconds <= DRAIN_SECONDS && published >= 0.97 * rate;
    const figures = `${cpuMicros.toFixed(1)} µs a tick, drained in ${drainSeconds.toFixed(1)} s`;
    const form = ticksPerMessage === 1 ? '' : `, ${ticksPerMessage} a message,`;
    say(`${rate}/s${form} for ${seconds} s: ${holds ? 'holds' : 'does not hold'} (${figures})`);
    return { result, holds };
  }
}
