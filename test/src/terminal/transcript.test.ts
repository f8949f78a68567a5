import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { NO_PTY } from './pty.ts';
import { playAll, shapeOf, TRANSCRIPT_FILE, transcript } from './transcript.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

it('docs/terminal.md shows what a person sees now, figures aside (npm run transcript makes it)', {
  skip: NO_PTY,
}, async () => {
  const page = transcript(await playAll());
  assert.deepEqual(shapeOf(page), shapeOf(readFileSync(join(ROOT, TRANSCRIPT_FILE), 'utf8')));
});
