import type { Scenario } from '../faults/fault-row.ts';
import { engineScenario } from './engine-scenario.ts';
import { ENGINES } from './engines/index.ts';
import { fourSubscribers } from './four-subscribers.ts';
import { severalSubscribers } from './subscribers.ts';

export const ALL_SCENARIOS: readonly Scenario[] = [
  ...Object.entries(ENGINES).map(([name, open]) => engineScenario(name, open)),
  severalSubscribers,
  fourSubscribers,
];
