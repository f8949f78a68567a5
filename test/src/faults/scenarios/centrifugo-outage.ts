import { setTimeout } from 'node:timers/promises';
import { until } from '../../servers/index.ts';
import type { FaultRow, Scenario, ScenarioOptions } from '../fault-row.ts';
import { FaultStack } from '../fault-stack.ts';
import { type Mood, ScriptedCentrifugo } from '../scripted-centrifugo.ts';

const PER_SECOND = 2000;
/** While Centrifugo fails a tick is stored within this time, s: some flushes of a busy machine. */
const MAX_LAG = 10;

/** Centrifugo fails in each known way; storage must not notice. */
export const centrifugoOutage: readonly Scenario[] = [
  { name: 'centrifugo-hanging', run: (options) => run('hanging', options) },
  { name: 'centrifugo-refused', run: (options) => run('refused', options) },
  { name: 'centrifugo-5xx', run: (options) => run(500, options) },
  { name: 'centrifugo-wrong-key', run: (options) => run(401, options) },
];

const WORDS = { hanging: 'hanging', refused: 'refusing connections', 500: 'answering 500', 401: 'refusing the key' };

async function run(how: Exclude<Mood, 'well'> | 'refused', { quick }: ScenarioOptions): Promise<readonly FaultRow[]> {
  const seconds = how === 'hanging' && !quick ? 60 : 8;
  await using centrifugo = await new ScriptedCentrifugo().listen();
  await using stack = await FaultStack.open({ feed: 'pubsub', env: centrifugo.env });
  const subscriber = await stack.work(PER_SECOND);
  await until(() => centrifugo.ticks > 0, { what: 'live ticks' });

  const failingFrom = Date.now();
  if (how === 'refused') await centrifugo.refuse();
  else centrifugo.mood = how;
  await subscriber.saysOf('live', false);
  await setTimeout(failingFrom + seconds * 1000 - Date.now());
  const lag = await stack.recovery(Date.now());
  const failingTo = Date.now();
  const before = centrifugo.ticks;
  if (how === 'refused') await centrifugo.listen();
  else centrifugo.mood = 'well';
  await subscriber.saysOf('live', true);
  await until(() => centrifugo.ticks > before, { what: 'live ticks again' });
  const recoverySeconds = (Date.now() - failingTo) / 1000;

  const flushes = subscriber.lines.filter(
    ({ event, at }) => event === 'insert_success' && at >= failingFrom && at <= failingTo,
  ).length;
  return [
    await stack.finish({
      fault: `Centrifugo ${WORDS[how]} for ${seconds} s`,
      times: 1,
      recoverySeconds,
      notes: [`${flushes} flushes meanwhile, the last tick stored after ${lag.toFixed(1)} s; live came back by itself`],
      problems: [
        ...(lag > MAX_LAG ? [`it took ${lag.toFixed(1)} s to store a tick while live was away`] : []),
        ...(await centrifugo.otherNumbers(stack.database)),
      ],
    }),
  ];
}
