import type { FaultRow, Scenario } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { ScriptedCentrifugo } from '../scripted-centrifugo.ts';

const TICKS = 220_000;
const AT_ONCE = 1000;

/** Far more ticks than spool and memory hold while the database is not even there: each is stored or told of. */
export const spoolOverrun: readonly Scenario[] = [{ name: 'database-missing', run }];

async function run(): Promise<readonly FaultRow[]> {
  await using centrifugo = await new ScriptedCentrifugo().listen();
  await using stack = await FaultStack.open({ feed: 'pubsub', env: { ...centrifugo.env, SPOOL_MAX_BYTES: '65536' } });
  const { publisher, database } = stack;
  const admin = await stack.postgres.connect();
  await admin.query(`DROP DATABASE ${database.name}`);
  await admin.end();
  const subscriber = stack.launch();
  await subscriber.listens();
  await subscriber.saysOf('store', false);
  while (publisher.last < TICKS) await publisher.burst(AT_ONCE);
  const before = await subscriber.ledgerReads(`${TICKS} received`, ({ received }) => received >= TICKS);
  await subscriber.saysOf('log', false);

  await stack.postgres.createDatabase(database.name);
  const createdAt = Date.now();
  const after = await subscriber.ledgerReads('nothing waiting', ({ waiting }) => waiting === 0);
  const recoverySeconds = (Date.now() - createdAt) / 1000;
  const [rows] = await database.query<{ count: number }>('SELECT count(*)::int FROM stock_prices');
  const problems = [
    ...(after.received === TICKS ? [] : [`the ledger counts ${after.received} received of ${TICKS}`]),
    ...(after.stored === rows?.count ? [] : [`the ledger counts ${after.stored} stored, there are ${rows?.count}`]),
  ];
  await subscriber.saysOf('log', true);
  // What comes from here on must be kept again.
  await publisher.burst(2 * AT_ONCE);
  return [
    await stack.finish({
      fault: 'the database is missing, the spool has 64 KiB',
      times: 1,
      recoverySeconds,
      notes: [`of ${TICKS} ticks ${before.waiting} waited and ${before.refused} were refused before it was there`],
      problems: [...problems, ...(await centrifugo.otherNumbers(database))],
    }),
  ];
}
