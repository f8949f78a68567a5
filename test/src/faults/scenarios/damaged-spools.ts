import { mkdir, readdir, rm } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { until } from '../../servers/index.ts';
import { copySpool, damage, spoolFile } from '../damage.ts';
import { Database } from '../database.ts';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { processProblems } from '../process-problems.ts';
import { seeded } from '../random.ts';
import { toldAtStart } from '../salvage.ts';
import type { SubscriberProcess } from '../subscriber-process.ts';

const COMMITTED = 2000;
const WAITING = 6000;
/** Messages are this long, so that the spool has hundreds of pages. */
const MESSAGE_BYTES = 150;
const SEED = 20_261_125;
/** So many rounds run at once, and each so manieth starts a second time. */
const AT_ONCE = 2;
const TWICE_EVERY = 6;
const MAX_TEXT = 300;

/** A spool with ticks that wait is damaged at random: what is readable is stored, what is lost is told. */
export const damagedSpools: readonly Scenario[] = [{ name: 'spool-damaged', run }];

interface Round {
  readonly missing: number;
  /** How many it says are gone; `isTold`: it says that some may be. */
  readonly told: number;
  readonly isTold: boolean;
  readonly doubled: number;
  readonly seconds: number;
  readonly problems: readonly string[];
}

async function run({ quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  const times = quick ? 12 : 500;
  await using stack = await FaultStack.open({ feed: 'pubsub', paddedTo: MESSAGE_BYTES });
  await fillSpool(stack);
  const rounds: Round[] = [];
  const numbers = Array.from({ length: times }, (_, i) => i).values();
  const worker = async (): Promise<void> => {
    for (const i of numbers) rounds.push(await play(stack, i));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));

  const sum = (of: (round: Round) => number): number => rounds.reduce((total, round) => total + of(round), 0);
  const hit = rounds.filter(({ missing }) => missing > 0);
  const count = (is: (missing: number, told: number) => boolean): number =>
    hit.filter(({ missing, told }) => is(missing, told)).length;
  return [
    {
      fault: 'kill -9, then damage to the spool (seeded)',
      feed: 'pubsub',
      times,
      published: times * (COMMITTED + WAITING),
      unheard: 0,
      stored: times * (COMMITTED + WAITING) - sum(({ missing }) => missing) + sum(({ doubled }) => doubled),
      told: sum(({ missing, isTold }) => (isTold ? missing : 0)),
      lost: sum(({ missing, isTold }) => (isTold ? 0 : missing)),
      doubled: sum(({ doubled }) => doubled),
      holes: '',
      recoverySeconds: Math.max(...rounds.map(({ seconds }) => seconds)),
      ledgerReadings: stack.watch.readings,
      notes: [
        `${hit.length} of ${times} spools had lost ticks, ${sum(({ missing }) => missing)} of ${times * WAITING} that waited`,
        `of these ${count((missing, told) => missing === told)} tell of just as many, ${count((missing, told) => missing < told)} of more, and ${count((missing, told) => missing > told)} of fewer`,
      ],
      problems: [
        ...rounds.flatMap(({ problems }) => problems),
        ...stack.watch.problems,
        ...processProblems(stack.subscribers),
      ].slice(0, 20),
    },
  ];
}

/** Leaves a spool behind in which ticks wait, and the database with what is committed. */
async function fillSpool(stack: FaultStack): Promise<void> {
  const subscriber = stack.launch('base');
  await subscriber.listens();
  await stack.publisher.burst(COMMITTED);
  await stack.caughtUp();
  await subscriber.ledgerReads('nothing waiting', ({ waiting }) => waiting === 0);
  await stack.postgres.stop();
  await subscriber.saysOf('store', false);
  for (let sent = 0; sent < WAITING; sent += WAITING / 20) {
    await stack.publisher.burst(WAITING / 20);
    await setTimeout(50);
  }
  await subscriber.ledgerReads(`${WAITING} waiting`, ({ waiting }) => waiting === WAITING);
  await setTimeout(500);
  await subscriber.kill();
  await stack.postgres.restart();
}

async function play(stack: FaultStack, index: number): Promise<Round> {
  const folder = `${stack.dataFolder(`round${index}`)}/spool`;
  await mkdir(folder, { recursive: true });
  await copySpool(`${stack.dataFolder('base')}/spool`, folder);
  const random = seeded(SEED + index);
  const done = await damage(await spoolFile(folder, random), random);
  const admin = await stack.postgres.connect();
  try {
    const name = `round${index}`;
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${stack.database.name}`);
    const database = new Database(stack.database.url.replace(stack.database.name, name));
    const round = await start(stack, database, name, index % TWICE_EVERY === 0);
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
    return {
      ...round,
      problems: round.problems.map((problem) => `round ${index} (${done}): ${problem.slice(0, MAX_TEXT)}`),
    };
  } finally {
    await admin.end();
    await rm(folder, { recursive: true, force: true });
  }
}

async function start(stack: FaultStack, database: Database, name: string, isTwice: boolean): Promise<Round> {
  const problems: string[] = [];
  // Without grace all that is committed is trimmed at once.
  const subscriber = stack.launch(name, { DATABASE_URL: database.url, SPOOL_GRACE_MS: isTwice ? '600000' : '0' });
  let told = 0;
  try {
    await worksAgain(stack, database, subscriber);
    told = toldAtStart(subscriber, await subscriber.ledger(), WAITING);
  } catch (error) {
    problems.push(String(error));
  }
  const seconds = (Date.now() - subscriber.launchedAt) / 1000;
  await subscriber.kill();
  if (isTwice && problems.length === 0) {
    const again = stack.launch(name, { DATABASE_URL: database.url });
    await worksAgain(stack, database, again).catch((error: unknown) => problems.push(`second start: ${error}`));
    if (toldAtStart(again, await again.ledger(), WAITING) > 0) problems.push('the second start tells of damage again');
    await again.kill();
  }
  const aside = (await readdir(`${stack.dataFolder(name)}/spool`)).filter((file) => /damaged|unusable/.test(file));
  if (aside.length > 1) problems.push(`more than one copy is kept: ${aside}`);
  problems.push(...(await database.contradictions(stack.publisher.ticks)));
  const copies = await database.copies();
  let missing = 0;
  for (let n = 1; n <= stack.publisher.last; n++) {
    if (copies.has(n)) continue;
    missing++;
    if (n <= COMMITTED) problems.push(`tick ${n} was committed and is gone`);
  }
  const doubled = [...copies.values()].reduce((sum, count) => sum + count - 1, 0);
  const isTold = told > 0 || subscriber.count('spool_salvaged') > 0;
  if (missing > told) problems.push(`${missing} ticks are gone, but only ${told} are told of`);
  return { missing, told, isTold, doubled, seconds, problems };
}

/** Waits until all that waited is stored, and a new tick, too. */
async function worksAgain(stack: FaultStack, database: Database, subscriber: SubscriberProcess): Promise<void> {
  const price = stack.subscribers.indexOf(subscriber);
  await subscriber.listens();
  await subscriber.saysOf('store', true);
  await stack.publisher.extra('NASDAQ', `ALIVE:${price}`);
  const isStored = async (): Promise<boolean> =>
    (await database.query("SELECT FROM stock_prices WHERE stock_name = 'ALIVE' AND price = $1", [price])).length > 0;
  await until(isStored, { everyMs: 50, what: 'a new tick being stored' });
  await subscriber.ledgerReads('nothing waiting', ({ waiting }) => waiting === 0);
}
