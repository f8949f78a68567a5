import { IMPORT_USAGE, prepareImport } from './cli/import-command.ts';
import { runCommand } from './cli/run-command.ts';

await runCommand({ usage: IMPORT_USAGE, mayBegin: true, prepare: prepareImport });
