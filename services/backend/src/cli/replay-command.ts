import { readFileSync } from 'node:fs';
import {
  DEFAULT_EXCHANGES,
  type EpochMicros,
  FASTEST_REPLAY,
  formatMicros,
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
import { OrderedRedisSink } from '@tickwatch/feed';
import { EnvReader, printable, readArguments } from '@tickwatch/runtime';
import type { MarketPlace } from '@tickwatch/store';
import { type MomentSpan, momentSpan } from '../http/moment.ts';
import { Player } from '../replay/player.ts';
import type { PageOffset } from '../replay/read-ahead.ts';
import { readPages } from '../replay/read-pages.ts';
import type { Speed } from '../replay/replay-clock.ts';
import { Republisher } from '../replay/republisher.ts';
import { MESSAGE_FORMS, type MessageForm, messageWriter } from '../replay/tick-messages.ts';
import { createTimeline } from '../replay/timeline.ts';
import { bar, Progress, thousands } from './progress.ts';
import { type CommandParts, UsageError } from './run-command.ts';
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

interface ReplayOptions {
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

const STOPPED = 130;
/** Of a message; a script call of Redis. */
const CALL_BYTES = 60_000;
const MOST_TICKS_PER_SECOND = 10_000_000;

export async function prepareReplay(): Promise<(parts: CommandParts) => Promise<number>> {
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
  const options: ReplayOptions = {
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
  const sink = sinkOf(options);
  return async (parts) => {
    try {
      await sink.connect();
      return await replay(parts, options, sink);
    } finally {
      await sink[Symbol.asyncDispose]();
    }
  };
}

async function replay({ reader }: CommandParts, options: ReplayOptions, sink: OrderedRedisSink): Promise<number> {
  const { from, to, speed, exchange, stocks, place } = options;
  const progress = new Progress();
  const started = performance.now();
  const republisher = new Republisher({
    publish: (messages) => sink.publish(messages),
    address: options.address,
    write: messageWriter(options.form),
    timeOf: options.isShifted ? shifted(speed as number) : ({ time }) => time,
    onStep: (at, arrived) => progress.show(stepLine(options, at, arrived, performance.now() - started)),
  });
  const player = new Player({
    read: readPages(reader, { from, until: to + 1, exchange, stocks }),
    sink: republisher,
    timeline: createTimeline(),
    from,
    to,
    speed,
    place,
    ticksPerSecond: MOST_TICKS_PER_SECOND,
    messageBytes: CALL_BYTES,
    mayRetry: false,
    onError: (error) =>
      progress.note(`reading is tried again: ${String(error instanceof Error ? error.message : error)}`),
  });
  let isStopped = false;
  const stop = (): void => {
    isStopped = true;
    player.close();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  void republisher.ended.then(() => player.close());
  player.setHeard(true);
  try {
    await player.run();
    await republisher.settle();
  } catch (error) {
    await republisher.settle().catch(() => {});
    progress.end(stepLine(options, player.time, republisher.arrived, performance.now() - started));
    tell(`${error instanceof Error ? error.message : String(error)}\n${stoppedText(republisher, place)}`);
    return 1;
  } finally {
    process.removeListener('SIGINT', stop);
    process.removeListener('SIGTERM', stop);
  }
  const ms = performance.now() - started;
  progress.end(`${thousands(republisher.arrived)} ticks published in ${(ms / 1000).toFixed(1)} s`);
  if (isStopped && player.state !== 'ended') {
    tell(`stopped. ${stoppedText(republisher, place)}`);
    return STOPPED;
  }
  if (republisher.unheard > 0) {
    tell(`${thousands(republisher.unheard)} of them reached nobody: no one listened to their channel`);
  }
  if (player.behindMs >= 1000) {
    tell(
      `it took ${(player.behindMs / 1000).toFixed(1)} s longer than it should have: the database or Redis was too slow`,
    );
  }
  if (republisher.arrived > 0 || place !== undefined) return 0;
  tell(`there are no ticks from ${formatMicros(from)} to ${formatMicros(to)} of what is asked for`);
  return 1;
}

function stoppedText({ last, arrived, unknown, place }: Republisher, begun: PageOffset | undefined): string {
  const doubt =
    unknown === 0
      ? ''
      : ` The ${thousands(unknown)} ticks behind may have arrived, or some of them: that is not known.`;
  const at = place ?? begun;
  const goOn = at === undefined ? 'Run it again.' : `To go on, run the same with --after '${textOf(at)}'.`;
  const reached =
    last === undefined
      ? 'Nothing is known to have arrived.'
      : `${thousands(arrived)} ticks have arrived, up to ${last.stock} ${last.price} of ${formatMicros(last.time)} (${last.exchange}).`;
  return `${reached}${doubt} ${goOn}`;
}

/** Times as far apart as the ticks go out, the first one now. */
function shifted(speed: number): (tick: SequencedTick, at: EpochMicros) => EpochMicros {
  let begin: { readonly moment: number; readonly now: number } | undefined;
  return ({ time }, at) => {
    begin ??= { moment: at, now: nowMicros() };
    return Math.round(begin.now + (time - begin.moment) / speed) as EpochMicros;
  };
}

function stepLine({ from, to, speed }: ReplayOptions, at: EpochMicros, arrived: number, ms: number): string {
  const share = (at - from) / Math.max(1, to - from);
  const leftMs = speed === UNPACED ? (ms / Math.max(share, 1e-9)) * (1 - share) : (to - at) / 1000 / speed;
  const rate = thousands(arrived / Math.max(ms / 1000, 0.001));
  return `${bar(at - from, to - from)} ${formatMicros(at)} ${thousands(arrived)} ticks, ${rate}/s, ${duration(leftMs)} left`;
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.ceil(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
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

function textOf({ after, skip }: PageOffset): string {
  return `${after ?? ''}+${skip}`;
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

/** @throws UsageError that does not repeat the URL: it may hold a password */
function sinkOf({ redisUrl, kind }: ReplayOptions): OrderedRedisSink {
  try {
    return new OrderedRedisSink(redisUrl, kind);
  } catch (error) {
    throw new UsageError(`--to-redis: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function tell(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}
