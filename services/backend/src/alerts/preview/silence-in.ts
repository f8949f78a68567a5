import { createLaneJudge } from '@tickwatch/alerts';
import {
  type AlertFired,
  type CalendarOf,
  type DecimalText,
  type EpochMicros,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
} from '@tickwatch/core';
import { type Bar, readBars } from './bar.ts';
import type { PreviewAsk, StockOfPreview } from './preview-ask.ts';

/** Shorter silences lie within minutes, too. */
export const LEAST_SILENCE_SECONDS = 60;
/** Minutes of so many days are fewer than the most candles of one answer. */
const DAYS_AT_ONCE = 60;

/** From a tick to the next one of its stock. */
interface Pause {
  readonly from: EpochMicros;
  readonly until: EpochMicros;
}

/** Where a stock was silent for so long while its exchange was open, as if it had been listened to all the time. */
export async function silencesIn(
  ask: PreviewAsk,
  of: StockOfPreview,
  seconds: number,
  calendarOf: CalendarOf,
): Promise<readonly AlertFired[]> {
  const { rule, start } = ask;
  const micros = seconds * MICROS_PER_SECOND;
  const judge = createLaneJudge({ exchange: of.exchange, seq: 0, rules: [rule], phases: [], memory: [] });
  const calendar = calendarOf(of.exchange);
  const fired: AlertFired[] = [];
  let seq = 0;
  for await (const { from, until } of pausesOf(ask, of, micros)) {
    // What it cost says nothing here.
    judge.take([{ ...of, price: '1' as DecimalText, time: from, seq: ++seq }], from);
    const sessions = calendar?.between(from, until) ?? [{ open: start, close: until }];
    for (const { open, close } of sessions) {
      const now = (Math.max(from, open, start) + micros) as EpochMicros;
      // With the tick that comes at the same moment it is no silence.
      if (now >= Math.min(until, close)) continue;
      const moment = { now, openSince: open, listeningSince: start };
      for (const { firing } of judge.pass(moment)) if (firing !== undefined) fired.push(firing);
    }
    judge.take([{ ...of, price: '1' as DecimalText, time: until, seq: ++seq }], until);
    judge.pass({ now: until, openSince: undefined, listeningSince: undefined });
  }
  return fired;
}

/** Those that may be as long; their ends are read only where it is not sure. */
async function* pausesOf(ask: PreviewAsk, of: StockOfPreview, micros: number): AsyncGenerator<Pause> {
  const { reader, start, end, signal, budget } = ask;
  const before = await reader.asOf({ ...of, time: start }, { signal });
  let last: Pick<Bar, 'time' | 'until'> | undefined;
  if (before.value !== undefined) {
    const { time } = before.value;
    last = { time, until: (time + 1) as EpochMicros };
  }
  for (let from: number = start; from <= end; from += DAYS_AT_ONCE * MICROS_PER_DAY) {
    const until = Math.min(end, from + DAYS_AT_ONCE * MICROS_PER_DAY - 1) as EpochMicros;
    const range = { ...of, start: from as EpochMicros, end: until };
    for (const bar of (await readBars(reader, range, '1m', signal)).bars) {
      if (last !== undefined && bar.until - last.time > micros) {
        if (budget.isSpent) return;
        const lastTick = await reader.asOf({ ...of, time: (last.until - 1) as EpochMicros }, { signal });
        const first = await reader.page(
          { ...of, start: bar.time, end: bar.until },
          { order: 'asc', limit: 1 },
          { signal },
        );
        yield { from: lastTick.value?.time ?? last.time, until: first.value.ticks[0]?.time ?? bar.time };
      }
      last = bar;
    }
  }
  if (last === undefined || end - last.time <= micros) return;
  const lastTick = await reader.asOf({ ...of, time: end }, { signal });
  yield { from: lastTick.value?.time ?? last.time, until: (end + 1) as EpochMicros };
}
