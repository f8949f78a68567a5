/** What does it cost to read a message, by its form; and does a declared map slow the forms that need none? */
import { decodeMessage, type EpochMicros, nowMicros, parseMessageMap, type TickRules } from '@tickwatch/core';
import type { BenchRow, BenchTable } from './bench-table.ts';

const TURNS = 15;
const MESSAGES = 20_000;
const TOLERANCE_MICROS = 300_000_000;
const MAPPED: TickRules = { map: parseMessageMap('{"stock":"x.code","price":"x.last","time":"at"}') };

type Form = (stock: string, i: number) => string;

const USUAL: Readonly<Record<string, Form>> = {
  'SYMBOL:(price, time)': (stock, i) => `${stock}:(${100 + (i % 50)}.25, 1757494917.${String(i).padStart(6, '0')})`,
  'SYMBOL:price': (stock, i) => `${stock}:${100 + (i % 50)}.25`,
  '{"stock_name","price","timestamp"}': (stock, i) =>
    `{"stock_name":"${stock}","price":${100 + (i % 50)}.25,"timestamp":"2025-09-10T09:01:57.021389Z"}`,
};
const OTHERS: Readonly<Record<string, Form>> = {
  '{"symbol","price","ts"}': (stock) => `{"symbol":"${stock}","price":220.4,"ts":1757494917021}`,
  Alpaca: (stock) =>
    `{"T":"t","i":1,"S":"${stock}","x":"D","p":126.55,"s":1,"t":"2021-02-22T15:51:44.208Z","c":["@"],"z":"C"}`,
  Binance: (stock) =>
    `{"e":"trade","E":1672531200136,"s":"${stock}","t":1,"p":"0.001","q":"100","T":1672531200000,"m":true,"M":true}`,
  Polygon: (stock) =>
    `{"ev":"T","sym":"${stock}","x":4,"i":"1","z":3,"p":114.125,"s":100,"c":[0,12],"t":1536036818784,"q":1}`,
  MESSAGE_MAP: (stock) => `{"x":{"code":"${stock}","last":220.4},"at":1757494917021}`,
};

export async function formsBench(): Promise<BenchTable> {
  const rows: BenchRow[] = [];
  for (const [name, form] of Object.entries(USUAL)) {
    const [plain, mapped] = inTurns(messagesOf(form), [undefined, MAPPED]) as [number, number];
    const beside = { name: 'no map', value: plain };
    rows.push({ question: `${name}, a map declared`, value: mapped, unit: 'µs', beside, goal: { atMost: 1.1 } });
  }
  for (const [name, form] of Object.entries(OTHERS)) {
    const [value] = inTurns(messagesOf(form), [MAPPED]) as [number];
    rows.push({ question: name, value, unit: 'µs' });
  }
  return { title: 'Reading a message, by its form', rows, notes: ['Medians of turns, one tick a message.'] };
}

function messagesOf(form: Form): readonly Buffer[] {
  return Array.from({ length: MESSAGES }, (_, i) => Buffer.from(form(`SYM${i % 50}`, i)));
}

/** Medians of µs a message, under each of the rules in turns. */
function inTurns(messages: readonly Buffer[], rules: readonly (TickRules | undefined)[]): readonly number[] {
  const now = nowMicros();
  const micros = rules.map((): number[] => []);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [i, rule] of rules.entries()) micros[i]?.push(microsOf(messages, now, rule));
  }
  return micros.map((taken) => taken.sort((a, b) => a - b)[TURNS >> 1] ?? 0);
}

function microsOf(messages: readonly Buffer[], now: EpochMicros, rules: TickRules | undefined): number {
  let ticks = 0;
  const started = performance.now();
  for (const message of messages) {
    decodeMessage(
      message,
      now,
      TOLERANCE_MICROS,
      ({ ok }) => {
        if (ok) ticks++;
      },
      rules,
    );
  }
  if (ticks !== messages.length) throw new Error(`${messages.length - ticks} messages are no ticks`);
  return ((performance.now() - started) * 1000) / messages.length;
}
