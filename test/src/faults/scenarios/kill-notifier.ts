import { until } from '../../servers/index.ts';
import { AlertReceiver } from '../alert-receiver.ts';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { NotifierProcess } from '../notifier-process.ts';

const PER_SECOND = 500;
/** So many alerts come between two kills. */
const BETWEEN = 40;

/** kill -9 of what sends alerts, every other time of what judges them too, once of the database: each alert comes, and comes as itself. */
export const killNotifier: readonly Scenario[] = [{ name: 'notifier-killed', run }];

async function run({ quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  const times = quick ? 2 : 8;
  await using stack = await FaultStack.open({ feed: 'streams' });
  await stack.launch().listens();
  await stack.addRules();
  await using receiver = await AlertReceiver.open(stack.database);
  await stack.work(PER_SECOND, stack.subscribers[0]);
  for (let i = 0; i < times; i++) {
    await using _notifier = new NotifierProcess(stack.database.url);
    const before = receiver.count;
    await until(() => receiver.count >= before + BETWEEN, { what: 'alerts that come' });
    if (i === 1) {
      await stack.postgres.stop();
      await stack.postgres.restart();
    }
    if (i % 2 === 0) {
      await stack.subscribers.at(-1)?.kill();
      stack.launch();
    }
  }
  const since = Date.now();
  await using _last = new NotifierProcess(stack.database.url);
  await stack.publisher.stop();
  await stack.caughtUp();
  const isAllSent = async (): Promise<boolean> => {
    const [row] = await stack.database.query<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM alert_deliveries WHERE state <> 'delivered'`,
    );
    return row?.waiting === 0;
  };
  await until(isAllSent, { everyMs: 100, what: 'all alerts being delivered' });
  const recoverySeconds = (Date.now() - since) / 1000;
  const { note, problems } = await receiver.audit(stack.database);
  return [
    await stack.finish({
      fault: 'kill -9 of what sends alerts',
      times,
      recoverySeconds,
      notes: [note],
      problems,
    }),
  ];
}
