import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../pipeline/child.ts';

const [BEGIN, END] = ['<!-- measured -->', '<!-- /measured -->'];

/** Puts what was measured in its place in docs/scale.md. */
export async function writeScale(text: string): Promise<void> {
  const file = join(ROOT, 'docs/scale.md');
  const before = await readFile(file, 'utf8');
  const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${file} has no place for what was measured`);
  await writeFile(file, `${before.slice(0, begin + BEGIN.length)}\n\n${text.trim()}\n\n${before.slice(end)}`);
}
