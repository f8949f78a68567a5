/**
 * How many ticks a second, everything on, beside what COPY alone, Redis alone, QuestDB and the usual Python solution
 * do? And what does a tick cost beside the release before?
 */
import type { BenchRow, BenchTable } from './bench-table.ts';
import { besideReleaseBefore, type InTurn } from './pipeline/beside-before.ts';
import { type Floors, measureFloors } from './pipeline/floors.ts';
import { runPeer } from './pipeline/peer-run.ts';
import { type QuestDbResult, runQuestDb } from './pipeline/questdb-run.ts';
import { QUESTDB_VERSION } from './pipeline/questdb-server.ts';
import { startServers } from './pipeline/servers.ts';
import { DRAIN_SECONDS, type Rates, sustained } from './pipeline/sustained.ts';
import type { PipelineResult } from './pipeline/tickwatch-run.ts';

export interface PipelineOptions extends Rates {
  readonly peerSeconds: number;
  /** What the quick run leaves out. */
  readonly more?: {
    readonly before: InTurn;
    readonly lines: Rates;
    readonly questDbSeconds: number;
  };
}

type Say = (text: string) => void;

const TICKS_A_MESSAGE = 50;

export async function pipelineBench({ more, ...options }: PipelineOptions, say: Say): Promise<BenchTable> {
  await using servers = await startServers();
  const before = more && (await besideReleaseBefore(servers, more.before, say));
  const { rate, result } = await sustained(servers, options, 1, say);
  const floors = await measureFloors(servers, rate, result.databaseUrl);
  say('floors measured');
  const peer = await runPeer(servers, options.peerSeconds);
  const lines = more && (await sustained(servers, more.lines, TICKS_A_MESSAGE, say)).result;
  const questDb = more && (await runQuestDb(more.questDbSeconds));
  return {
    title: 'Pipeline',
    rows: [
      ...rows(result, floors, peer),
      ...(before?.rows ?? []),
      ...(lines === undefined ? [] : linesRows(lines)),
      ...(lines === undefined || questDb === undefined || typeof questDb === 'string'
        ? []
        : questDbRows(lines, questDb)),
    ],
    notes: [
      `Sustained for ${Math.round(result.seconds)} s with spool, rollups and live on, publisher, Redis, PostgreSQL and viewer on the same machine.`,
      ...(peer === undefined ? ['The Python peer could not be installed here and was not measured.'] : []),
      ...(before === undefined ? [] : [before.note]),
      ...(questDb === undefined ? [] : [questDbNote(questDb)]),
    ],
  };
}

function rows(result: PipelineResult, { copy, receive, both }: Floors, peer: number | undefined): readonly BenchRow[] {
  const stored = { value: result.published, unit: 'ticks/s' };
  const beside = (question: string, name: string, value: number, atLeast?: number): BenchRow => ({
    ...{ question: `… beside ${question}`, ...stored, beside: { name, value } },
    ...(atLeast === undefined ? {} : { goal: { atLeast } }),
  });
  return [
    { question: 'received, live and stored', ...stored, goal: { atLeast: 100_000 } },
    beside('COPY alone', 'COPY of ready text', copy, 0.5),
    beside('COPY while Redis is read', 'both at once', both),
    beside('receiving alone', 'Redis → a client that counts', receive),
    ...(peer === undefined ? [] : [beside('the usual Python solution', 'Python', peer, 280)]),
    { question: 'lost', value: result.lost, unit: 'ticks', goal: { atMost: 0 } },
    { question: 'seen by the live viewer, of those stored', value: (result.live / result.stored) * 100, unit: '%' },
    {
      question: 'until all is stored, after the last tick',
      value: result.drainSeconds,
      unit: 's',
      goal: { atMost: DRAIN_SECONDS },
    },
    { question: 'CPU: subscriber', value: result.cpuMicros, unit: 'µs a tick' },
    ...Object.entries(result.others).map(([name, value]) => ({ question: `CPU: ${name}`, value, unit: 'µs a tick' })),
    { question: "subscriber's memory at the end", value: result.memoryMegabytes, unit: 'MB' },
  ];
}

function linesRows(result: PipelineResult): readonly BenchRow[] {
  const name = `${TICKS_A_MESSAGE} ticks a message`;
  return [
    { question: name, value: result.published, unit: 'ticks/s', goal: { atLeast: 400_000 } },
    { question: `${name}: lost`, value: result.lost, unit: 'ticks', goal: { atMost: 0 } },
    { question: `${name}, CPU: subscriber`, value: result.cpuMicros, unit: 'µs a tick' },
    { question: `${name}, CPU: PostgreSQL`, value: result.others.PostgreSQL, unit: 'µs a tick' },
    { question: `${name}: subscriber's memory at the end`, value: result.memoryMegabytes, unit: 'MB' },
  ];
}

function questDbRows({ published, cpuMicros, others }: PipelineResult, questDb: QuestDbResult): readonly BenchRow[] {
  const name = "QuestDB's line protocol";
  const cpu = cpuMicros + others.PostgreSQL;
  return [
    { question: `… beside ${name}`, value: published, unit: 'ticks/s', beside: { name, value: questDb.rows } },
    {
      question: `… CPU of subscriber and PostgreSQL beside QuestDB's`,
      value: cpu,
      unit: 'µs a tick',
      beside: { name, value: questDb.cpuMicros },
    },
  ];
}

function questDbNote(questDb: QuestDbResult | string): string {
  return typeof questDb === 'string'
    ? `QuestDB was not measured: ${questDb}.`
    : `QuestDB ${QUESTDB_VERSION} as it comes, by its line protocol over HTTP, alone on the machine with the sender. What each promises is told above.`;
}
