import { prepareReplay } from './cli/replay-command.ts';
import { REPLAY_USAGE } from './cli/replay-options.ts';
import { runCommand } from './cli/run-command.ts';

await runCommand({
  usage: REPLAY_USAGE,
  readsNodes: true,
  settings: ['LANES', 'EXCHANGES'],
  examples: [
    'npm run replay -- --from 2026-11-27T14:30:00Z --to 2026-11-27T15:30:00Z --speed 10 --to-redis redis://localhost:6379',
    'LANES=NASDAQ:4 npm run replay -- --from 2026-11-27 --to 2026-11-27 --speed unpaced --streams --to-redis redis://localhost',
  ],
  prepare: prepareReplay,
});
