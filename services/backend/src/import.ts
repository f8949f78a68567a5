import { IMPORT_USAGE, prepareImport } from './cli/import-command.ts';
import { runCommand } from './cli/run-command.ts';

await runCommand({
  usage: IMPORT_USAGE,
  settings: ['FUTURE_TOLERANCE_MS', 'SIGNED_PRICES', 'MESSAGE_MAP'],
  examples: [
    'npm run import -- prices.csv.gz',
    'npm run import -- EURUSD.csv --columns timestamp,price --stock EURUSD --exchange FX --dry-run',
    'npm run import -- --undo prices.csv.gz',
  ],
  mayBegin: true,
  prepare: prepareImport,
});
