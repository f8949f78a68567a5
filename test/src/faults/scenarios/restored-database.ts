import { setTimeout } from 'node:timers/promises';
import { until } from '../../servers/index.ts';
import { Dump, type Restoration } from '../dump.ts';
import type { FaultRow, Scenario } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';

const DUMPED = 300;
const LATER = 400;
const PER_SECOND = 500;
const SHORT_GRACE_MS = 1000;

/** A dump restored under the running subscriber: what was committed since is stored again, or told of. */
export const restoredDatabase: readonly Scenario[] = [
  ...(['streams', 'pubsub'] as const).flatMap((feed) =>
    (['in-place', 'recreated'] as const).map((how) => ({
      name: `restored-${how}-${feed}`,
      run: () => run(feed, how),
    })),
  ),
  { name: 'restored-beyond-grace', run: beyondGrace },
];

async function run(feed: 'streams' | 'pubsub', how: Restoration): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed });
  const subscriber = stack.launch();
  await subscriber.listens();
  const dump = await dumpThenMore(stack, how);
  stack.publisher.start(PER_SECOND);
  await subscriber.sees('insert_success', { since: Date.now() });
  await dump.restore(stack.postgres, stack.database);
  const restoredAt = Date.now();
  await subscriber.sees('store_went_back');
  const recoverySeconds = await stack.recovery(restoredAt);
  const lost = stack.watch.told;
  return [
    await stack.finish({
      fault: how === 'in-place' ? 'a dump is restored in place' : 'the database is made anew from a dump',
      times: 1,
      recoverySeconds,
      problems: [
        ...(lost > 0 ? [`the ledger counts ${lost} as lost or refused`] : []),
        ...(await storedAsCounted(stack)),
      ],
    }),
  ];
}

async function beyondGrace(): Promise<readonly FaultRow[]> {
  await using stack = await FaultStack.open({ feed: 'pubsub', env: { SPOOL_GRACE_MS: String(SHORT_GRACE_MS) } });
  const subscriber = stack.launch();
  await subscriber.listens();
  const dump = await dumpThenMore(stack, 'recreated');
  // What was committed is only trimmed when more is.
  await setTimeout(2 * SHORT_GRACE_MS);
  await stack.publisher.burst(100);
  await stack.caughtUp();
  await setTimeout(2 * SHORT_GRACE_MS);
  await dump.restore(stack.postgres, stack.database);
  const restoredAt = Date.now();
  await subscriber.sees('store_went_back');
  const lost = await until(
    async () => {
      const { total } = await subscriber.ledger();
      const said = await (await subscriber.get('/readyz')).text();
      return said.includes(`${total.lost} ticks lost`) ? total.lost : undefined;
    },
    { what: '/readyz saying how many ticks are lost, as the ledger does' },
  );
  stack.publisher.start(PER_SECOND);
  await setTimeout(1000);
  const recoverySeconds = await stack.recovery(restoredAt);
  return [
    await stack.finish({
      fault: `a dump from longer ago than SPOOL_GRACE_MS (${SHORT_GRACE_MS} ms) is restored`,
      times: 1,
      recoverySeconds,
      notes: [`${lost} of ${LATER + 100} ticks that were committed since are gone, and told of`],
    }),
  ];
}

async function dumpThenMore(stack: FaultStack, how: Restoration): Promise<Dump> {
  await stack.addRules();
  await stack.publisher.burst(DUMPED);
  await stack.caughtUp();
  const dump = await Dump.of(stack.database, `${stack.folder}/dump.sql`, how);
  await stack.publisher.burst(LATER);
  await stack.caughtUp();
  return dump;
}

/** What is wrong where the ledger counts other than what is in the table. */
async function storedAsCounted({ database, subscribers, publisher }: FaultStack): Promise<readonly string[]> {
  await publisher.stop();
  const total = await subscribers[0]?.ledgerReads('nothing waiting', ({ waiting }) => waiting === 0);
  const [rows] = await database.query<{ count: number }>('SELECT count(*)::int FROM stock_prices');
  return total?.stored === rows?.count ? [] : [`the ledger counts ${total?.stored} stored, there are ${rows?.count}`];
}
