/** Writes docs/terminal.md: what people see, from real runs on a terminal. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { helpIfWanted, readArguments, readOrEnd } from '@tickwatch/runtime';
import { NO_PTY } from './pty.ts';
import { playAll, shapeOf, TRANSCRIPT_FILE, transcript } from './transcript.ts';

helpIfWanted(`npm run transcript [-- --check]

Starts Tickwatch on a terminal of its own and writes what it shows to ${TRANSCRIPT_FILE}. Needs \`script\` (util-linux).

  --check   writes nothing, and fails when the page shows something else than what is seen now, figures aside

Examples:
  npm run transcript
  npm run transcript -- --check`);

const { values } = readOrEnd(() => readArguments({ options: { check: { type: 'boolean', default: false } } }));
if (NO_PTY !== false) throw new Error(NO_PTY);
const file = join(fileURLToPath(new URL('../../../', import.meta.url)), TRANSCRIPT_FILE);
const page = transcript(await playAll());
if (!values.check) writeFileSync(file, page);
else if (shapeOf(page).join('\n') !== shapeOf(readFileSync(file, 'utf8')).join('\n')) {
  console.error(`${TRANSCRIPT_FILE} is not what is seen now: npm run transcript`);
  process.exitCode = 1;
}
