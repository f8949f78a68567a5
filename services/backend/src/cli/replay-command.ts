import { type EpochMicros, formatMicros, nowMicros, type SequencedTick, UNPACED } from '@tickwatch/core';
import { OrderedRedisSink } from '@tickwatch/feed';
import { printable } from '@tickwatch/runtime';
import { BadQuestionError } from '@tickwatch/store';
import { Player } from '../replay/player.ts';
import type { PageOffset } from '../replay/read-ahead.ts';
import { readPages } from '../replay/read-pages.ts';
import { Republisher } from '../replay/republisher.ts';
import { messageWriter } from '../replay/tick-messages.ts';
import { createTimeline } from '../replay/timeline.ts';
import { bar, Progress, thousands } from './progress.ts';
import { placeText, type ReplayOptions, replayOptions } from './replay-options.ts';
import { type CommandParts, UsageError } from './run-command.ts';

const STOPPED = 130;
/** Of a message; a script call of Redis. */
const CALL_BYTES = 60_000;
const MOST_TICKS_PER_SECOND = 10_000_000;

export async function prepareReplay(): Promise<(parts: CommandParts) => Promise<number>> {
  const options = replayOptions();
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
  const question = { from, until: to + 1, exchange, stocks };
  await reader.marketPage({ ...question, after: place?.after, limit: 1 }).catch(refusePlace);
  let isComplete = true;
  const read = readPages(reader, question);
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
    read: async (...asked) => {
      const page = await read(...asked);
      isComplete &&= page.isComplete;
      return page;
    },
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
  if (!isComplete)
    tell('something of this range is missing, or may be, and was not published: GET /api/gaps tells what');
  if (player.behindMs >= 1000) {
    tell(
      `it took ${(player.behindMs / 1000).toFixed(1)} s longer than it should have: the database or Redis was too slow`,
    );
  }
  if (republisher.arrived > 0 || place !== undefined) return 0;
  tell(`there are no ticks from ${formatMicros(from)} to ${formatMicros(to)} of what is asked for`);
  return 1;
}

/** A place that none is would be none however often it was tried. */
function refusePlace(error: unknown): never {
  if (!(error instanceof BadQuestionError)) throw error;
  throw new UsageError(`--after is no place that an earlier run said: ${error.message}`);
}

function stoppedText({ last, arrived, unknown, place }: Republisher, begun: PageOffset | undefined): string {
  const doubt =
    unknown === 0
      ? ''
      : ` The ${thousands(unknown)} ticks behind may have arrived, or some of them: that is not known.`;
  const at = place ?? begun;
  const goOn = at === undefined ? 'Run it again.' : `To go on, run the same with --after '${placeText(at)}'.`;
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
