import { readFileSync } from 'node:fs';
import {
  DEFAULT_EXCHANGES,
  type EpochMicros,
  FASTEST_REPLAY,
  isExchangeName,
  laneName,
  laneOfStock,
  nearestOf,
  nowMicros,
  type SequencedTick,
  SLOWEST_REPLAY,
  streamKey,
  TIME_FORMS,
  UNPACED,
} from '@tickwatch/core';
import { EnvReader, readArguments } from '@tickwatch/runtime';
import type { MarketPlace } from '@tickwatch/store';
import { type MomentSpan, momentSpan } from '../http/moment.ts';
import type { PageOffset } from '../replay/read-ahead.ts';
import type { Speed } from '../replay/replay-clock.ts';
import { MESSAGE_FORMS, type MessageForm } from '../replay/tick-messages.ts';
import { UsageError } from './run-command.ts';
import { wrapped } from './wrapped.ts';

export const REPLAY_USAGE = `npm run replay -- --from TIME --to TIME --to-redis URL [--speed N|unpaced] [--streams] [--form text|json]
                      [--exchange NAME] [--stocks NAME,NAME...] [--shift-to-now] [--after PLACE]

Publishes the ticks of a range to Redis again, in the order in which they came and as far apart: how a consumer is tested.
Both times are inclusive. Each tick is a message on the channel of its exchange, as it was when it came:
AAPL:(220.4, 1757494917.021389), or with --form json {"stock_name":"AAPL","price":220.4,"timestamp":"..."}.

  --speed N           so many times as fast, ${SLOWEST_REPLAY} to ${FASTEST_REPLAY}, or ${UNPACED}: as fast as Redis takes them   default: 1
  --streams           adds to streams instead: ticks:NASDAQ, or of several lanes (LANES) ticks:{NASDAQ/0} and so on
  --exchange, --stocks
                      only these
  --shift-to-now      gives the ticks the times at which they go out, as far apart as they go out; for a consumer that
                      refuses what is old, or a Tickwatch that is not to store the past twice
  --after PLACE       goes on where an earlier run of the same range stopped, which said this place

${wrapped(`A time is ${TIME_FORMS}.`)}

Exit codes: 0 all was published; 1 it failed, or there are no ticks in the range: the message says how far it came and how
to go on; 2 the options can't be understood; 130 it was stopped (Ctrl-C), and says how to go on.`;

const OPTIONS = {
  from: { type: 'string' },
  to: { type: 'string' },
  'to-redis': { type: 'string' },
  speed: { type: 'string' },
  streams: { type: 'boolean' },
  form: { type: 'string' },
  exchange: { type: 'string' },
  stocks: { type: 'string', multiple: true },
  'shift-to-now': { type: 'boolean' },
  after: { type: 'string' },
} as const;

export interface ReplayOptions {
  readonly from: EpochMicros;
  readonly to: EpochMicros;
  readonly redisUrl: string;
  readonly speed: Speed;
  readonly form: MessageForm;
  readonly exchange: string | undefined;
  readonly stocks: readonly string[] | undefined;
  readonly isShifted: boolean;
  readonly place: PageOffset | undefined;
  /** Where a tick goes. */
  readonly kind: 'channels' | 'streams';
  readonly address: (tick: SequencedTick) => string;
}

/** What the command line and the settings say. @throws UsageError quoting what is wrong */
export function replayOptions(): ReplayOptions {
  const { values } = readArguments({ options: OPTIONS });
  const redisUrl = needed('to-redis', values['to-redis'], 'where to publish: redis://localhost:6379, say');
  const from = spanOf('from', needed('from', values.from, 'the first time')).first;
  const to = spanOf('to', needed('to', values.to, 'the last time')).last;
  if (from > to)
    throw new UsageError(`--from ${JSON.stringify(values.from)} lies behind --to ${JSON.stringify(values.to)}`);
  const speed = speedOf(values.speed ?? '1');
  const isShifted = values['shift-to-now'] === true;
  if (isShifted && speed === UNPACED) {
    throw new UsageError(
      `--shift-to-now needs a --speed: how far apart ticks of an ${UNPACED} replay go out is not known before`,
    );
  }
  const isStreams = values.streams === true;
  return {
    from,
    to: Math.min(to, nowMicros()) as EpochMicros,
    redisUrl,
    speed,
    form: formOf(values.form ?? 'text'),
    exchange: values.exchange,
    stocks: values.stocks === undefined ? undefined : namesOf(values.stocks),
    isShifted,
    place: values.after === undefined ? undefined : placeOf(values.after),
    kind: isStreams ? 'streams' : 'channels',
    address: isStreams ? streamOf() : ({ exchange }) => exchange,
  };
}

/** As `--after` takes it. */
export function placeText({ after, skip }: PageOffset): string {
  return `${after ?? ''}+${skip}`;
}

function needed(name: string, value: string | undefined, what: string): string {
  if (value === undefined || value === '') throw new UsageError(`--${name} is missing: ${what}`);
  return value;
}

function spanOf(name: string, text: string): MomentSpan {
  const span = momentSpan(text, undefined);
  if (typeof span === 'object') return span;
  throw new UsageError(`--${name} ${JSON.stringify(text)} is no time: give ${TIME_FORMS}`);
}

function speedOf(text: string): Speed {
  if (text === UNPACED) return UNPACED;
  const speed = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (speed >= SLOWEST_REPLAY && speed <= FASTEST_REPLAY) return speed;
  throw new UsageError(
    `--speed ${JSON.stringify(text)} is no speed: give a number from ${SLOWEST_REPLAY} to ${FASTEST_REPLAY}, or ${UNPACED}`,
  );
}

function formOf(text: string): MessageForm {
  const form = MESSAGE_FORMS.find((one) => one === text);
  if (form !== undefined) return form;
  const nearest = nearestOf(text, MESSAGE_FORMS);
  const hint = nearest === undefined ? '' : `; ${nearest} is meant?`;
  throw new UsageError(`--form ${JSON.stringify(text)} is none of ${MESSAGE_FORMS.join(', ')}${hint}`);
}

function namesOf(texts: readonly string[]): readonly string[] {
  const names = texts.flatMap((text) => text.split(',')).map((name) => name.trim());
  if (names.includes('')) throw new UsageError(`--stocks ${JSON.stringify(texts.join(','))} has an empty name`);
  return [...new Set(names)];
}

function placeOf(text: string): PageOffset {
  const [, after, skip] = /^([\x21-\x7e]*)\+(\d{1,9})$/.exec(text) ?? [];
  if (after === undefined) throw new UsageError(`--after ${JSON.stringify(text)} is no place that an earlier run said`);
  return { after: after === '' ? undefined : (after as MarketPlace), skip: Number(skip) };
}

/** The streams that the settings say. */
function streamOf(): (tick: SequencedTick) => string {
  const env = new EnvReader(process.env, (path) => readFileSync(path, 'utf8'));
  const lanes = env.lanes('LANES', env.list('EXCHANGES', DEFAULT_EXCHANGES, isExchangeName));
  env.finish();
  return ({ exchange, stock }) => {
    const count = lanes.get(exchange) ?? 1;
    return streamKey(laneName(exchange, laneOfStock(stock, count)), count);
  };
}
