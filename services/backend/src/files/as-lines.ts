import { withHead } from './chunks.ts';
import { jsonElements } from './json-elements.ts';
import type { SourcePart } from './open-source.ts';
import { toUtf8 } from './to-utf8.ts';

/** A text as UTF-8 of one row a line: the elements of a JSON array, and objects over several lines, become lines, too. */
export async function* asLines(part: SourcePart, encoding: string | undefined): AsyncGenerator<Buffer> {
  if (part.isTable) {
    yield* part.bytes;
    return;
  }
  const chunks = withHead(toUtf8(part.bytes, encoding), 1 << 16);
  const first = await chunks.next();
  if (first.done === true) return;
  const all = (async function* (): AsyncGenerator<Buffer> {
    yield first.value;
    yield* chunks;
  })();
  yield* isJson(first.value.toString().trimStart()) ? jsonElements(all) : all;
}

function isJson(head: string): boolean {
  if (head.startsWith('[')) return true;
  if (!head.startsWith('{') || !head.includes('\n')) return false;
  const [first = '', second = ''] = head.split('\n').filter((line) => line.trim() !== '');
  return !isWhole(first) && !second.trimStart().startsWith('{');
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
